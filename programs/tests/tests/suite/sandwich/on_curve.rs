//! Sandwiches on the curve gain little, for any size, even if the cycle asks for one token and the attacker
//! is the coin's creator.

use dat_tests::*;

use crate::sandwich::attack::Target;

#[test]
fn a_sandwich_gains_little_anywhere_on_the_curve() {
    for (form, creator) in [
        (BuyForm::CurveV3, false),
        (BuyForm::CurveV3, true),
        (BuyForm::CurveLegacy, false),
        (BuyForm::CurveLegacy, true),
    ] {
        for in_curve in [0, 10 * SOL, 60 * SOL] {
            let mut target = Target::on_curve(form, creator);
            if in_curve > 0 {
                target.chain.somebody_buys(&target.dat.coin, in_curve);
            }
            let left = 84 * SOL - target.chain.curve(&target.dat.coin).real_quote;
            let what = format!("{form:?}, {in_curve} in the curve, creator {creator}");
            target.assert_max_sandwich_gain(&what, left);
        }
    }
}

#[test]
fn a_sandwich_gains_little_at_low_fees() {
    for creator in [false, true] {
        for (protocol, creators) in [(5, 5), (5, 0), (95, 5), (30, 95)] {
            let mut target = Target::on_curve(BuyForm::CurveV3, creator);
            target.chain.set_fee_tiers(&[(0, Rates::of_curve(protocol, creators))]);
            let what = format!("{protocol} and {creators} basis points, creator {creator}");
            target.assert_max_sandwich_gain(&what, 84 * SOL);
        }
    }
}

#[test]
fn an_interval_of_one_second_keeps_two_cycles_out_of_one_transaction() {
    let Target { mut chain, ecosystem, dat, .. } = Target::on_curve(BuyForm::CurveV3, false);
    let two = [ecosystem.cycle(&dat, 0), ecosystem.cycle(&dat, 1)];
    chain.send(&two, &[&ecosystem.operator]).refused(DatError::CycleTooSoon);
}
