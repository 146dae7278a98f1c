//! Coins that were adopted by pump.fun's fee sharing: their fees come over a sharing config, all of them.

use dat_tests::coin::KINDS;
use dat_tests::compare::assert_totals;
use dat_tests::*;

/// A coin of a stranger's, which has been traded, as a token of ours.
fn adopted(world: &mut World, ecosystem: &Ecosystem, kind: Kind, role: Role, graduated: bool) -> Dat {
    let (coin, creator) = world.foreign_coin(kind);
    world.somebody_buys(&coin, 10 * SOL);
    if graduated {
        world.graduate(&coin);
        world.somebody_swaps(&coin, 10 * SOL);
    }
    let authority = ecosystem.authority(&coin.mint);
    let dat = ecosystem.dat(world.adopt(&coin, &creator, &authority));
    world.admit(ecosystem, &dat, role, None);
    if graduated {
        world.prepare_for_pool(&dat);
    }
    dat
}

#[test]
fn its_fees_arrive_by_a_distribution() {
    for (kind, role) in KINDS.into_iter().flat_map(|k| [Role::Root, Role::Secondary].map(|r| (k, r))) {
        let mut world = World::new();
        let ecosystem = world.ecosystem("eco", |_| ());
        let dat = adopted(&mut world, &ecosystem, kind, role, false);
        // What was paid before the adoption stays the old creator's.
        assert_eq!(world.curve(&dat.coin).creator_fee, 0);
        let cycles = [0; 3].map(|_| {
            world.somebody_buys(&dat.coin, 10 * SOL);
            world.pass(60);
            world.cycle(&ecosystem, &dat)
        });
        assert_eq!(cycles[0].inflow, 29_629_630);
        assert_totals(&world, &dat, &cycles);
    }
}

#[test]
fn it_goes_on_after_graduation() {
    for kind in KINDS {
        let mut world = World::new();
        let ecosystem = world.ecosystem("eco", |_| ());
        let dat = adopted(&mut world, &ecosystem, kind, Role::Secondary, false);
        world.somebody_buys(&dat.coin, 10 * SOL);
        let first = world.cycle(&ecosystem, &dat);
        world.graduate(&dat.coin);
        assert_eq!(world.pool(&dat.coin).creator, dat.coin.creator);
        world.prepare_for_pool(&dat);
        let mut cycles = vec![first];
        for form in [BuyForm::PoolV2, BuyForm::Pool, BuyForm::PoolV2] {
            world.somebody_swaps(&dat.coin, 10 * SOL);
            world.pass(60);
            cycles.push(world.cycle_by(form, &ecosystem, &dat));
        }
        assert_totals(&world, &dat, &cycles);
    }
}

#[test]
fn a_graduated_coin_can_be_adopted() {
    for kind in KINDS {
        let mut world = World::new();
        let ecosystem = world.ecosystem("eco", |_| ());
        let dat = adopted(&mut world, &ecosystem, kind, Role::Secondary, true);
        world.somebody_swaps(&dat.coin, 10 * SOL);
        let waiting = world.pool(&dat.coin).creator_fees;
        assert_eq!(world.cycle(&ecosystem, &dat).inflow, waiting);
        assert!(waiting > 90_000_000);
    }
}

#[test]
fn what_is_shared_with_others_does_not_arrive() {
    // The program cannot know who shares in a config, and need not: it goes by what arrives.
    let mut world = World::new();
    let ecosystem = world.ecosystem("eco", |_| ());
    let (coin, creator) = world.foreign_coin(Kind::Token2022);
    let stranger = world.wallet(SOL).pubkey();
    let dat = ecosystem.dat(world.adopt(&coin, &creator, &stranger));
    world.admit(&ecosystem, &dat, Role::Secondary, None);
    world.somebody_buys(&dat.coin, 10 * SOL);
    let rich = world.rich();
    let fees = [dat.coin.sweep(&rich.pubkey()), dat.coin.distribute(&[stranger])];
    world.send(&fees, &[&rich]).expect("sweep and distribute");
    let cycle = ecosystem.cycle(&dat, 0);
    world.attempt(&cycle).refused(DatError::InsufficientFees);
}
