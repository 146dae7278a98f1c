//! Random lives of a token: `World::cycle` compares every cycle with the model, and every lamport of the chain.

use dat_tests::model::assert_totals;
use dat_tests::*;
use proptest::prelude::*;
use proptest::test_runner::RngSeed;

/// What may happen to a token.
#[derive(Clone, Debug)]
enum Act {
    Buy(u64),
    LegacyBuy(u64),
    /// Of what the trader has, in thousandths.
    Sell(u64),
    Sweep,
    Collect,
    GiveAuthority(u64),
    GiveVault(u64),
    GiveTreasury(u64),
    Cycle,
}

#[derive(Clone, Debug)]
struct Life {
    kind: Kind,
    role: Role,
    share: u16,
    own_share: Option<u16>,
    cap: u64,
    impact: u16,
    acts: Vec<Act>,
}

fn act() -> impl Strategy<Value = Act> {
    let lamports =
        || prop_oneof![1_000u64..1_000_000, 1_000_000u64..50_000_000, 50_000_000u64..5_000_000_000];
    prop_oneof![
        3 => lamports().prop_map(Act::Buy),
        1 => lamports().prop_map(Act::LegacyBuy),
        1 => (1u64..=1_000).prop_map(Act::Sell),
        1 => Just(Act::Sweep),
        1 => Just(Act::Collect),
        1 => lamports().prop_map(Act::GiveAuthority),
        1 => lamports().prop_map(Act::GiveVault),
        1 => lamports().prop_map(Act::GiveTreasury),
        4 => Just(Act::Cycle),
    ]
}

prop_compose! {
    fn life()(
        kind in prop_oneof![Just(Kind::Spl), Just(Kind::Token2022)],
        role in prop_oneof![Just(Role::Root), Just(Role::Secondary), Just(Role::Secondary)],
        share in 1_000u16..=9_000,
        own_share in proptest::option::of(1_000u16..=9_000),
        cap in prop_oneof![4u64..1_000, 1_000u64..50_000_000, 50_000_000u64..10_000_000_000],
        impact in 1u16..=1_000,
        acts in proptest::collection::vec(act(), 1..12),
    ) -> Life {
        let own_share = own_share.filter(|_| role == Role::Secondary);
        Life { kind, role, share, own_share, cap, impact, acts }
    }
}

/// Lives it; how many cycles ran.
fn live(life: &Life) -> usize {
    let mut world = World::new();
    let ecosystem = world.ecosystem("eco", |p| {
        p.root_share_bps = life.share;
        p.max_fees_per_cycle_lamports = life.cap;
        p.max_price_impact_bps = life.impact;
    });
    let dat = world.dat_with(&ecosystem, life.kind, life.role, life.own_share);
    let trader = world.trader(&dat.coin, 1_000 * SOL);
    let user = trader.pubkey();
    let mut cycles = vec![];
    for act in life.acts.iter().chain([&Act::Cycle]) {
        match act {
            Act::Buy(lamports) => {
                drop(world.send(&[dat.coin.buy(&user, *lamports)], &[&trader]).expect("buy"))
            }
            Act::LegacyBuy(lamports) => {
                world.send(&[dat.coin.legacy_buy(&user, *lamports)], &[&trader]).expect("legacy buy");
            }
            Act::Sell(part) => {
                let tokens = world.tokens(&dat.coin.ata(&user)) / 1_000 * part;
                if tokens > 1_000_000 {
                    world.send(&[dat.coin.sell(&user, tokens)], &[&trader]).expect("sell");
                }
            }
            Act::Sweep => drop(world.send(&[dat.coin.sweep(&user)], &[&trader]).expect("sweep")),
            Act::Collect => drop(world.send(&[dat.coin.collect()], &[&trader]).expect("collect")),
            Act::GiveAuthority(lamports) => world.give(&dat.authority, *lamports),
            Act::GiveVault(lamports) => world.give(&dat.coin.vault, *lamports),
            Act::GiveTreasury(lamports) => world.give(&ecosystem.treasury, *lamports),
            Act::Cycle => {
                world.pass(60);
                if enough(&world, &dat) {
                    cycles.push(world.cycle(&ecosystem, &dat));
                } else {
                    let refused = world.try_cycle(&ecosystem, &dat).err().expect("a refusal");
                    refused.assert_dat(DatError::InsufficientFees);
                }
            }
        }
    }
    assert_totals(&world, &dat, &cycles);
    cycles.len()
}

/// Whether there is what a cycle needs.
fn enough(world: &World, dat: &Dat) -> bool {
    let limits = world.state(dat).parameters;
    let excess = |address: &Pubkey| world.lamports(address).saturating_sub(world.rent(0));
    let own = excess(&dat.authority) + excess(&dat.coin.vault) + world.curve(&dat.coin).creator_fee;
    match world.stats(dat).role {
        Role::Root => own + excess(&dat.treasury) >= limits.min_fees_root_lamports,
        Role::Secondary => own >= limits.min_fees_secondary_lamports,
    }
}

#[test]
fn no_lamport_is_lost_in_any_life() {
    let config = ProptestConfig {
        cases: 250,
        rng_seed: RngSeed::Fixed(20_261_121),
        failure_persistence: None,
        max_shrink_iters: 200,
        ..ProptestConfig::default()
    };
    let ran = std::cell::Cell::new(0);
    proptest!(config, |(life in life())| ran.set(ran.get() + live(&life)));
    println!("{} cycles", ran.get());
    assert!(ran.get() > 250, "only {} cycles ran", ran.get());
}
