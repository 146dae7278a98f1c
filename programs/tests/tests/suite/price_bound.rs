//! What happens between a look and its buy cannot make the buy pay more than it may, nor make a sandwich around it pay.

use dat_tests::*;
use proptest::prelude::*;
use proptest::test_runner::RngSeed;

use crate::attacks::{assert_trifle, geometric, Take, Target};
use crate::price_memory::{cycle, look, rich_root};

/// As a floating-point number: exact to far more digits than these tests ask.
pub fn price([quote, base]: [u64; 2]) -> f64 {
    quote as f64 / base as f64
}

#[test]
fn whatever_somebody_buys_ahead_the_price_ends_within_its_rise() {
    for (rise, graduated) in [(1, false), (300, false), (1_000, false), (300, true), (1_000, true)] {
        let (mut world, ecosystem, dat) = rich_root(rise);
        if graduated {
            world.graduate(&dat.coin);
            world.prepare_for_pool(&dat);
        }
        let seen = look(&mut world, &ecosystem, &dat);
        let most = price([seen.quote, seen.base]) * (1.0 + f64::from(rise) / 10_000.0);
        world.pass_slots(8);
        let mut spent = [0; 2];
        for milli in (0..12).map(|n| (1 << n) / 2) {
            let mut world = world.clone();
            match milli {
                0 => (),
                _ if graduated => drop(world.somebody_swaps(&dat.coin, milli * SOL / 1_000)),
                _ => drop(world.somebody_buys(&dat.coin, milli * SOL / 1_000)),
            }
            let ahead = price(world.reserves(&world.stats(&dat)).expect("a market"));
            match cycle(&mut world, &ecosystem, &dat) {
                Ok(event) => {
                    let after = price(world.reserves(&world.stats(&dat)).expect("a market"));
                    assert!(after <= most, "{milli} thousandths ahead: {after} > {most}");
                    spent[0] += usize::from(event.spent > 0);
                }
                Err(failure) => {
                    failure.assert_dat(DatError::PriceTooHigh);
                    assert!(ahead > most * (1.0 - 1e-4), "it had room");
                    spent[1] += 1;
                }
            }
        }
        assert!(spent[0] > 0, "{rise}: {spent:?}");
    }
}

#[test]
fn a_route_that_pays_pump_funs_fee_alone_brings_a_trifle_at_most() {
    // Neither the creator's fee nor that for liquidity, as over a coin of the attacker's own (`multi_hop_swap`).
    for protocol in [5, 30, 93] {
        let mut target = Target::on_curve(BuyForm::CurveV3, true);
        target.world.set_fee_tiers(&[(0, Rates::of_curve(protocol, 0))]);
        target.assert_no_sandwich(&format!("on the curve, {protocol} basis points"), 84 * SOL);
        let mut target = Target::in_pool(BuyForm::PoolV2, true);
        target.world.set_pool_fee_tiers(&[(0, Rates::new(0, protocol, 0))]);
        let most = target.world.pool(&target.dat.coin).quote * 3;
        target.assert_no_sandwich(&format!("in the pool, {protocol} basis points"), most);
    }
}

/// What an attacker takes of a cycle, if the price has fallen by so many thousandths since the look: he
/// may raise it again as far, and sells behind the buy.
fn taken_after_a_fall(rise_bps: u16, thousandths: u64, looks_again: bool, size: u64) -> Take {
    let (mut world, ecosystem, dat) = rich_root(rise_bps);
    let attacker = world.trader(&dat.coin, 1_000 * SOL);
    look(&mut world, &ecosystem, &dat);
    let [quote, _] = world.reserves(&world.stats(&dat)).expect("a market");
    let fallen = quote / 1_000 * (1_000 - thousandths);
    world.edit(&dat.coin.curve, |account| account.data[16..24].copy_from_slice(&fallen.to_le_bytes()));
    if looks_again {
        look(&mut world, &ecosystem, &dat);
    }
    world.pass_slots(8);
    let before = world.lamports(&attacker.pubkey());
    let (rich, user) = (world.rich(), attacker.pubkey());
    world.send(&[dat.coin.buy(&user, size)], &[&rich, &attacker]).expect("a buy");
    let spent = cycle(&mut world, &ecosystem, &dat).map_or(0, |event| event.spent);
    let tokens = world.tokens(&dat.coin.ata(&user));
    world.send(&[dat.coin.sell(&user, tokens)], &[&rich, &attacker]).expect("a sale");
    Take { gain: world.lamports(&user) as i64 - before as i64, spent, size }
}

fn sizes() -> impl Iterator<Item = u64> {
    geometric(40 * SOL).step_by(2)
}

#[test]
fn where_the_price_has_fallen_since_the_look_a_sandwich_takes_less_of_a_buy_than_the_price_may_rise() {
    // Of what is spent, basis points at most; by how much the price may rise, and how much it has fallen.
    let bounds = [
        (100, [(10, 0), (50, 80), (100, 280)]),
        (300, [(10, 20), (50, 150), (100, 420)]),
        (1_000, [(10, 75), (50, 300), (100, 700)]),
    ];
    for (rise, fall, most) in
        bounds.into_iter().flat_map(|(rise, of)| of.map(|(fall, most)| (rise, fall, most)))
    {
        let takes = sizes().map(|size| taken_after_a_fall(rise, fall, false, size));
        let best = takes.max_by_key(|take| take.gain).expect("sizes");
        let what = format!("rise {rise}, fall {fall}/1000: {best:?}, {:.1} basis points", best.bps());
        println!("{what}");
        assert!(best.gain * 10_000 <= best.spent as i64 * most, "{what}");
    }
}

#[test]
fn another_look_after_a_fall_leaves_a_sandwich_a_trifle_at_most() {
    for fall in [1, 10, 50, 100] {
        let takes = sizes().map(|size| taken_after_a_fall(300, fall, true, size));
        assert_trifle(&format!("looked at again after a fall of {fall}/1000"), takes);
    }
}

/// What may happen to a token's price and its looks.
#[derive(Clone, Debug)]
enum Act {
    Slots(u64),
    Buy(u64),
    /// Of what the trader has, in thousandths.
    Sell(u64),
    Look,
    Cycle,
}

fn act() -> impl Strategy<Value = Act> {
    prop_oneof![
        3 => prop_oneof![0u64..12, 0u64..200].prop_map(Act::Slots),
        3 => prop_oneof![1_000u64..10_000_000, 10_000_000u64..2_000_000_000].prop_map(Act::Buy),
        3 => (1u64..=1_000).prop_map(Act::Sell),
        3 => Just(Act::Look),
        4 => Just(Act::Cycle),
    ]
}

/// Prices that were seen for the next buy: the slot of the first, and the lowest since.
#[derive(Default)]
struct Seen(Option<(u64, f64)>);

impl Seen {
    fn look(&mut self, slot: u64, price: f64) {
        self.0 = match self.0 {
            Some((first, lowest)) if slot <= first + 150 => Some((first, lowest.min(price))),
            _ => Some((slot, price)),
        };
    }
}

fn live(rise: u16, acts: &[Act]) -> [usize; 3] {
    let (mut world, ecosystem, dat) = rich_root(rise);
    let (coin, trader) = (dat.coin, world.trader(&dat.coin, 1_000 * SOL));
    let (mut seen, mut outcomes) = (Seen::default(), [0; 3]);
    let now = |world: &World| price(world.reserves(&world.stats(&dat)).expect("a market"));
    for act in acts {
        match act {
            Act::Slots(slots) => world.pass_slots(*slots),
            Act::Buy(_) if world.curve(&coin).real_quote > 40 * SOL => (),
            Act::Buy(lamports) => {
                drop(world.send(&[coin.buy(&trader.pubkey(), *lamports)], &[&trader]).expect("buy"))
            }
            Act::Sell(part) => {
                let tokens = world.tokens(&coin.ata(&trader.pubkey())) / 1_000 * part;
                if tokens > 1_000_000_000 {
                    world.send(&[coin.sell(&trader.pubkey(), tokens)], &[&trader]).expect("sell");
                }
            }
            Act::Look => {
                look(&mut world, &ecosystem, &dat);
                seen.look(world.slot(), now(&world));
            }
            Act::Cycle => {
                world.pass(1);
                let age = seen.0.map(|(first, _)| world.slot() - first);
                match cycle(&mut world, &ecosystem, &dat) {
                    Ok(_) => {
                        assert!(age.is_some_and(|age| (8..=150).contains(&age)), "{age:?}");
                        let lowest = seen.0.expect("a look").1;
                        assert!(
                            now(&world) <= lowest * (1.0 + f64::from(rise) / 10_000.0),
                            "{}",
                            now(&world) / lowest
                        );
                        seen = Seen::default();
                        outcomes[0] += 1;
                    }
                    Err(failure) if failure.name.as_deref() == Some("PriceNotObserved") => {
                        assert!(!age.is_some_and(|age| (8..=150).contains(&age)), "{age:?}");
                        outcomes[1] += 1;
                    }
                    Err(failure) => {
                        failure.assert_dat(DatError::PriceTooHigh);
                        outcomes[2] += 1;
                    }
                }
            }
        }
    }
    outcomes
}

#[test]
fn no_buy_ends_above_the_lowest_price_seen_before_it_by_more_than_it_may() {
    let config = ProptestConfig {
        cases: 150,
        rng_seed: RngSeed::Fixed(20_261_128),
        failure_persistence: None,
        max_shrink_iters: 300,
        ..ProptestConfig::default()
    };
    let outcomes = std::cell::RefCell::new([0; 3]);
    proptest!(config, |(rise in 1u16..=1_000, acts in prop::collection::vec(act(), 20..60))| {
        let more = live(rise, &acts);
        outcomes.borrow_mut().iter_mut().zip(more).for_each(|(all, more)| *all += more);
    });
    let outcomes = outcomes.take();
    println!("bought, not looked at, too high: {outcomes:?}");
    assert!(outcomes.iter().all(|number| *number >= 100), "{outcomes:?}");
}
