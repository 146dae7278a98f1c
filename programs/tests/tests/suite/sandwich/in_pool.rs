//! Sandwiches on PumpSwap gain little: for strangers, for the coin's creator, who gets fees back, and for the
//! largest liquidity provider, who gets most of the other fees.

use dat_tests::*;

use crate::sandwich::attack::{assert_max_gain, attack_sizes, AttackStep, Target};

/// Liquidity, protocol and creator fee: the first tier, the second, the last, and one without a creator fee.
const TIERS: [Rates; 4] =
    [Rates::new(2, 93, 30), Rates::new(20, 5, 95), Rates::new(20, 5, 5), Rates::new(20, 5, 0)];

fn pool(form: BuyForm, creator: bool, rates: Rates) -> (Target, u64) {
    let mut target = Target::in_pool(form, creator);
    target.chain.set_pool_fee_tiers(&[(0, rates)]);
    let most = target.chain.pool(&target.dat.coin).quote * 3;
    (target, most)
}

#[test]
fn a_stranger_gains_little() {
    for rates in TIERS {
        let (target, most) = pool(BuyForm::PoolV2, false, rates);
        target.assert_max_sandwich_gain(&format!("a stranger at {rates:?}"), most);
    }
    let (target, most) = pool(BuyForm::Pool, false, TIERS[1]);
    target.assert_max_sandwich_gain("a stranger, the older form", most);
}

#[test]
fn the_coins_creator_gains_little() {
    for rates in &TIERS[..3] {
        let (target, most) = pool(BuyForm::PoolV2, true, *rates);
        target.assert_max_sandwich_gain(&format!("the creator at {rates:?}"), most);
    }
    let (target, most) = pool(BuyForm::Pool, true, TIERS[1]);
    target.assert_max_sandwich_gain("the creator, the older form", most);
}

#[test]
fn a_liquidity_provider_gains_little() {
    for (creator, percent) in [(false, 900), (true, 100), (true, 900)] {
        for rates in TIERS {
            let (target, most) = pool(BuyForm::PoolV2, creator, rates);
            let target = target.with_liquidity(percent);
            let attack =
                |size| vec![AttackStep::Buy(size), AttackStep::Cycle, AttackStep::Sell, AttackStep::Withdraw];
            let results =
                target.results(attack_sizes(most), attack, &[AttackStep::Cycle, AttackStep::Withdraw]);
            assert_max_gain(&format!("{percent} % liquidity, creator {creator}, {rates:?}"), results);
        }
    }
}

#[test]
fn withdrawing_liquidity_before_the_cycle_gains_little() {
    // The attacker withdraws liquidity before the cycle. The pool and the limit shrink to a tenth.
    for creator in [false, true] {
        let (target, most) = pool(BuyForm::PoolV2, creator, TIERS[2]);
        let target = target.with_liquidity(900);
        let attack =
            |size| vec![AttackStep::Buy(size), AttackStep::Withdraw, AttackStep::Cycle, AttackStep::Sell];
        let instead = [AttackStep::Withdraw, AttackStep::Cycle, AttackStep::Sell];
        let results = target.results(attack_sizes(most), attack, &instead);
        assert_max_gain(&format!("liquidity taken out, creator {creator}"), results);
    }
}
