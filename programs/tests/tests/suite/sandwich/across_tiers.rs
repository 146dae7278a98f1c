//! Sandwiches that buy at one fee rate and sell at a lower one: across the threshold of a fee tier, and
//! across a graduation. A limit that used only the rate at the time of the buy would let the coin's creator
//! gain here.

use dat_tests::*;

use crate::sandwich::attack::{assert_max_gain, attack_sizes, AttackStep, Target};

const SANDWICH: fn(u64) -> Vec<AttackStep> =
    |size| vec![AttackStep::Buy(size), AttackStep::Cycle, AttackStep::Sell];

/// The most that somebody can buy while the pool's market cap stays below `threshold`.
fn just_below(target: &Target, threshold: u64) -> u64 {
    let (chain, coin) = (&target.chain, &target.dat.coin);
    let (pool, supply, rates) = (chain.pool(coin), chain.supply(&coin.mint), chain.rates(coin));
    let stays = |lamports: u64| {
        let mut pool = pool;
        let (_, parts) = pool.buy(lamports, rates);
        pool.hold(&parts);
        pool.market_cap(supply) < threshold.into()
    };
    let (mut below, mut above) = (1_000, pool.quote);
    while above - below > 1 {
        let middle = (below + above) / 2;
        *if stays(middle) { &mut below } else { &mut above } = middle;
    }
    below
}

#[test]
fn a_sandwich_across_a_tier_threshold_gains_little() {
    // The published step at 420 SOL, the same with all liquidity fees returned to the attacker, and the
    // steepest step above.
    let steps = [
        [Rates::new(2, 93, 30), Rates::new(20, 5, 95)],
        [Rates::new(0, 93, 30), Rates::new(0, 5, 95)],
        [Rates::new(20, 5, 8), Rates::new(20, 5, 5)],
        [Rates::new(0, 5, 8), Rates::new(0, 5, 5)],
    ];
    for ([below, above], creator) in steps.into_iter().flat_map(|step| [(step, false), (step, true)]) {
        for factor in [1.01, 1.1, 1.5] {
            let mut target = Target::in_pool(BuyForm::PoolV2, creator);
            let coin = target.dat.coin;
            let cap = target.chain.pool(&coin).market_cap(target.chain.supply(&coin.mint));
            let threshold = (cap as f64 * factor) as u64;
            target.chain.set_pool_fee_tiers(&[(0, below), (threshold, above)]);
            let most = just_below(&target, threshold);
            let near = (1..=10).map(|tenth| most * tenth / 10);
            let results = target.results(attack_sizes(most).chain(near), SANDWICH, &[AttackStep::Cycle]);
            assert_max_gain(&format!("{below:?} to {above:?}, {factor}, creator {creator}"), results);
        }
    }
}

#[test]
fn a_sandwich_across_a_graduation_gains_little() {
    // In the last case the attacker gets all liquidity fees back.
    for rates in [Rates::new(2, 93, 30), Rates::new(20, 5, 95), Rates::new(0, 5, 95)] {
        for (left, creator) in [100, 300, 900, 1_500, 3_000].into_iter().flat_map(|l| [(l, false), (l, true)])
        {
            let left = left * 1_000_000;
            let mut target = Target::on_curve(BuyForm::CurveV3, creator);
            let chain = &mut target.chain;
            chain.set_pool_fee_tiers(&[(0, rates)]);
            chain.somebody_buys(&target.dat.coin, (85_005_359_057 - left) * 10_125 / 10_000);
            let sizes = || (1..=15).map(|part| left * part / 15 * 10_124 / 10_000);
            let attack =
                |size| vec![AttackStep::Buy(size), AttackStep::Cycle, AttackStep::Graduate, AttackStep::Sell];
            let results = target.results(sizes(), attack, &[AttackStep::Cycle]);
            assert_max_gain(&format!("graduation, {left} left, {rates:?}, creator {creator}"), results);
        }
    }
}

#[test]
fn completing_the_curve_before_a_pool_buy_gains_little() {
    // The attacker's buy raises the price less on the curve than in the pool, which has smaller reserves.
    for (milli, fee) in (40..=160).step_by(10).flat_map(|milli| [(milli, 95), (milli, 5)]) {
        let mut target = Target::on_curve(BuyForm::CurveV3, false);
        target.chain.set_pool_fee_tiers(&[(0, Rates::new(0, 5, 95))]);
        target.chain.set_fee_tiers(&[(0, Rates::of_curve(fee, 0))]);
        let left = milli * SOL / 1_000;
        target.chain.somebody_buys(&target.dat.coin, (85_005_359_057 - left) * (10_000 + fee) / 10_000);
        let attack = |_| vec![AttackStep::Graduate, AttackStep::Cycle, AttackStep::Sell];
        let results = target.results([left].into_iter(), attack, &[]);
        assert_max_gain(&format!("completed with {milli} thousandths, fee {fee}"), results);
    }
}
