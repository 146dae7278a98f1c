//! The price bound: trades between an observation and its buy cannot make the buy pay more than allowed, or
//! make a sandwich profitable.

use dat_tests::*;
use proptest::prelude::*;
use proptest::test_runner::RngSeed;

use super::observe::{cycle, observe, rich_root};
use crate::sandwich::attack::{assert_max_gain, attack_sizes, AttackResult, Target};

/// The price as a float, exact enough for these tests.
pub fn price([quote, base]: [u64; 2]) -> f64 {
    quote as f64 / base as f64
}

#[test]
fn after_any_buy_ahead_the_price_ends_within_the_allowed_rise() {
    for (rise, graduated) in [(1, false), (300, false), (1_000, false), (300, true), (1_000, true)] {
        let (mut chain, ecosystem, dat) = rich_root(rise);
        if graduated {
            chain.graduate(&dat.coin);
            chain.prepare_for_pool(&dat);
        }
        let lowest_price = observe(&mut chain, &ecosystem, &dat);
        let most = price([lowest_price.quote, lowest_price.base]) * (1.0 + f64::from(rise) / 10_000.0);
        chain.advance_slots(8);
        let mut spent = [0; 2];
        for milli in (0..12).map(|n| (1 << n) / 2) {
            let mut chain = chain.clone();
            match milli {
                0 => (),
                _ if graduated => drop(chain.somebody_swaps(&dat.coin, milli * SOL / 1_000)),
                _ => drop(chain.somebody_buys(&dat.coin, milli * SOL / 1_000)),
            }
            let ahead = price(chain.reserves(&chain.stats(&dat)).expect("a market"));
            match cycle(&mut chain, &ecosystem, &dat) {
                Ok(event) => {
                    let after = price(chain.reserves(&chain.stats(&dat)).expect("a market"));
                    assert!(after <= most, "{milli} thousandths ahead: {after} > {most}");
                    spent[0] += usize::from(event.spent > 0);
                }
                Err(failure) => {
                    failure.assert_dat(DatError::PriceTooHigh);
                    assert!(ahead > most * (1.0 - 1e-4), "the buy had room");
                    spent[1] += 1;
                }
            }
        }
        assert!(spent[0] > 0, "{rise}: {spent:?}");
    }
}

#[test]
fn a_route_that_pays_only_the_protocol_fee_gains_little() {
    // No creator fee and no liquidity fee, as on a route through the attacker's own coin (`multi_hop_swap`).
    for protocol in [5, 30, 93] {
        let mut target = Target::on_curve(BuyForm::CurveV3, true);
        target.chain.set_fee_tiers(&[(0, Rates::of_curve(protocol, 0))]);
        target.assert_max_sandwich_gain(&format!("on the curve, {protocol} basis points"), 84 * SOL);
        let mut target = Target::in_pool(BuyForm::PoolV2, true);
        target.chain.set_pool_fee_tiers(&[(0, Rates::new(0, protocol, 0))]);
        let most = target.chain.pool(&target.dat.coin).quote * 3;
        target.assert_max_sandwich_gain(&format!("in the pool, {protocol} basis points"), most);
    }
}

/// The result of a sandwich after the price has fallen by this many thousandths since the observation. The
/// attacker may push the price back up and sells after the buy.
fn sandwich_after_a_fall(rise_bps: u16, thousandths: u64, observes_again: bool, size: u64) -> AttackResult {
    let (mut chain, ecosystem, dat) = rich_root(rise_bps);
    let attacker = chain.trader(&dat.coin, 1_000 * SOL);
    observe(&mut chain, &ecosystem, &dat);
    let [quote, _] = chain.reserves(&chain.stats(&dat)).expect("a market");
    let fallen = quote / 1_000 * (1_000 - thousandths);
    chain.edit(&dat.coin.curve, |account| account.data[16..24].copy_from_slice(&fallen.to_le_bytes()));
    if observes_again {
        observe(&mut chain, &ecosystem, &dat);
    }
    chain.advance_slots(8);
    let before = chain.lamports(&attacker.pubkey());
    let (payer, user) = (chain.payer(), attacker.pubkey());
    chain.send(&[dat.coin.buy(&user, size)], &[&payer, &attacker]).expect("a buy");
    let spent = cycle(&mut chain, &ecosystem, &dat).map_or(0, |event| event.spent);
    let tokens = chain.tokens(&dat.coin.ata(&user));
    chain.send(&[dat.coin.sell(&user, tokens)], &[&payer, &attacker]).expect("a sale");
    AttackResult { gain: chain.lamports(&user) as i64 - before as i64, spent, size }
}

fn sizes() -> impl Iterator<Item = u64> {
    attack_sizes(40 * SOL).step_by(2)
}

#[test]
fn after_a_price_fall_a_sandwich_gains_less_than_the_allowed_rise() {
    // For each allowed rise: the fall in thousandths, and the most that the attacker gains, basis points of
    // the spend.
    let bounds = [
        (100, [(10, 0), (50, 80), (100, 280)]),
        (300, [(10, 20), (50, 150), (100, 420)]),
        (1_000, [(10, 75), (50, 300), (100, 700)]),
    ];
    for (rise, fall, most) in
        bounds.into_iter().flat_map(|(rise, of)| of.map(|(fall, most)| (rise, fall, most)))
    {
        let results = sizes().map(|size| sandwich_after_a_fall(rise, fall, false, size));
        let best = results.max_by_key(|take| take.gain).expect("sizes");
        let what = format!("rise {rise}, fall {fall}/1000: {best:?}, {:.1} basis points", best.bps());
        println!("{what}");
        assert!(best.gain * 10_000 <= best.spent as i64 * most, "{what}");
    }
}

#[test]
fn after_a_second_observation_a_sandwich_gains_little() {
    for fall in [1, 10, 50, 100] {
        let results = sizes().map(|size| sandwich_after_a_fall(300, fall, true, size));
        assert_max_gain(&format!("second observation after a fall of {fall}/1000"), results);
    }
}

/// An operation that concerns a token's price or its observation.
#[derive(Clone, Debug)]
enum PriceOperation {
    Slots(u64),
    Buy(u64),
    /// A part of the trader's tokens, thousandths.
    Sell(u64),
    Observe,
    Cycle,
}

fn operation() -> impl Strategy<Value = PriceOperation> {
    prop_oneof![
        3 => prop_oneof![0u64..12, 0u64..200].prop_map(PriceOperation::Slots),
        3 => prop_oneof![1_000u64..10_000_000, 10_000_000u64..2_000_000_000].prop_map(PriceOperation::Buy),
        3 => (1u64..=1_000).prop_map(PriceOperation::Sell),
        3 => Just(PriceOperation::Observe),
        4 => Just(PriceOperation::Cycle),
    ]
}

/// The slot of the first observation for the next buy, and the lowest observed price since.
#[derive(Default)]
struct LowestPrice(Option<(u64, f64)>);

impl LowestPrice {
    fn observe(&mut self, slot: u64, price: f64) {
        self.0 = match self.0 {
            Some((first, lowest)) if slot <= first + 150 => Some((first, lowest.min(price))),
            _ => Some((slot, price)),
        };
    }
}

fn replay(rise: u16, operations: &[PriceOperation]) -> [usize; 3] {
    let (mut chain, ecosystem, dat) = rich_root(rise);
    let (coin, trader) = (dat.coin, chain.trader(&dat.coin, 1_000 * SOL));
    let (mut lowest_price, mut outcomes) = (LowestPrice::default(), [0; 3]);
    let now = |chain: &Chain| price(chain.reserves(&chain.stats(&dat)).expect("a market"));
    for operation in operations {
        match operation {
            PriceOperation::Slots(slots) => chain.advance_slots(*slots),
            PriceOperation::Buy(_) if chain.curve(&coin).real_quote > 40 * SOL => (),
            PriceOperation::Buy(lamports) => {
                drop(chain.send(&[coin.buy(&trader.pubkey(), *lamports)], &[&trader]).expect("buy"))
            }
            PriceOperation::Sell(part) => {
                let tokens = chain.tokens(&coin.ata(&trader.pubkey())) / 1_000 * part;
                if tokens > 1_000_000_000 {
                    chain.send(&[coin.sell(&trader.pubkey(), tokens)], &[&trader]).expect("sell");
                }
            }
            PriceOperation::Observe => {
                observe(&mut chain, &ecosystem, &dat);
                lowest_price.observe(chain.slot(), now(&chain));
            }
            PriceOperation::Cycle => {
                chain.advance_seconds(1);
                let age = lowest_price.0.map(|(first, _)| chain.slot() - first);
                match cycle(&mut chain, &ecosystem, &dat) {
                    Ok(_) => {
                        assert!(age.is_some_and(|age| (8..=150).contains(&age)), "{age:?}");
                        let lowest = lowest_price.0.expect("an observation").1;
                        assert!(
                            now(&chain) <= lowest * (1.0 + f64::from(rise) / 10_000.0),
                            "{}",
                            now(&chain) / lowest
                        );
                        lowest_price = LowestPrice::default();
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
fn no_buy_ends_above_the_lowest_observed_price_by_more_than_the_allowed_rise() {
    let config = ProptestConfig {
        cases: 150,
        rng_seed: RngSeed::Fixed(20_261_128),
        failure_persistence: None,
        max_shrink_iters: 300,
        ..ProptestConfig::default()
    };
    let outcomes = std::cell::RefCell::new([0; 3]);
    proptest!(config, |(rise in 1u16..=1_000, operations in prop::collection::vec(operation(), 20..60))| {
        let more = replay(rise, &operations);
        outcomes.borrow_mut().iter_mut().zip(more).for_each(|(all, more)| *all += more);
    });
    let outcomes = outcomes.take();
    println!("bought, not observed, too high: {outcomes:?}");
    assert!(outcomes.iter().all(|number| *number >= 100), "{outcomes:?}");
}
