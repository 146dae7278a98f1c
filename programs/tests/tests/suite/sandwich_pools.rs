//! Whoever buys ahead of a cycle on PumpSwap and sells behind it takes a trifle of it at most, also as the coin's creator,
//! who gets his fees back, and as the one who has put most of the liquidity in, who gets most of the rest.

use dat_tests::*;

use crate::attacks::{assert_trifle, geometric, Step, Target};

/// For liquidity, to the protocol, to the creator: the first tier, the second, the last, and one without
/// creator's fee.
const TIERS: [Rates; 4] =
    [Rates::new(2, 93, 30), Rates::new(20, 5, 95), Rates::new(20, 5, 5), Rates::new(20, 5, 0)];

fn pool(form: BuyForm, creator: bool, rates: Rates) -> (Target, u64) {
    let mut target = Target::in_pool(form, creator);
    target.world.set_pool_fee_tiers(&[(0, rates)]);
    let most = target.world.pool(&target.dat.coin).quote * 3;
    (target, most)
}

#[test]
fn a_stranger_takes_a_trifle_at_most() {
    for rates in TIERS {
        let (target, most) = pool(BuyForm::PoolV2, false, rates);
        target.assert_no_sandwich(&format!("a stranger at {rates:?}"), most);
    }
    let (target, most) = pool(BuyForm::Pool, false, TIERS[1]);
    target.assert_no_sandwich("a stranger, the older form", most);
}

#[test]
fn the_coins_creator_takes_a_trifle_at_most() {
    for rates in &TIERS[..3] {
        let (target, most) = pool(BuyForm::PoolV2, true, *rates);
        target.assert_no_sandwich(&format!("the creator at {rates:?}"), most);
    }
    let (target, most) = pool(BuyForm::Pool, true, TIERS[1]);
    target.assert_no_sandwich("the creator, the older form", most);
}

#[test]
fn whoever_has_put_the_liquidity_in_takes_a_trifle_at_most() {
    for (creator, percent) in [(false, 900), (true, 100), (true, 900)] {
        for rates in TIERS {
            let (target, most) = pool(BuyForm::PoolV2, creator, rates);
            let target = target.with_liquidity(percent);
            let attack = |size| vec![Step::Buy(size), Step::Cycle, Step::Sell, Step::Withdraw];
            let takes = target.takes(geometric(most), attack, &[Step::Cycle, Step::Withdraw]);
            assert_trifle(&format!("{percent} % liquidity, creator {creator}, {rates:?}"), takes);
        }
    }
}

#[test]
fn liquidity_that_comes_and_goes_makes_no_difference() {
    // He takes his liquidity out before the cycle: the pool is a tenth as deep, and so is the limit.
    for creator in [false, true] {
        let (target, most) = pool(BuyForm::PoolV2, creator, TIERS[2]);
        let target = target.with_liquidity(900);
        let attack = |size| vec![Step::Buy(size), Step::Withdraw, Step::Cycle, Step::Sell];
        let instead = [Step::Withdraw, Step::Cycle, Step::Sell];
        let takes = target.takes(geometric(most), attack, &instead);
        assert_trifle(&format!("liquidity taken out, creator {creator}"), takes);
    }
}
