//! Whoever buys ahead of a cycle on the curve and sells behind it takes a trifle of it at most, whatever he puts in, even
//! if the cycle asks for one token and the coin's creator is himself.

use dat_tests::*;

use crate::attacks::Target;

#[test]
fn a_sandwich_takes_a_trifle_at_most_at_every_stage() {
    for (form, creator) in [
        (BuyForm::CurveV3, false),
        (BuyForm::CurveV3, true),
        (BuyForm::CurveLegacy, false),
        (BuyForm::CurveLegacy, true),
    ] {
        for in_curve in [0, 10 * SOL, 60 * SOL] {
            let mut target = Target::on_curve(form, creator);
            if in_curve > 0 {
                target.world.somebody_buys(&target.dat.coin, in_curve);
            }
            let left = 84 * SOL - target.world.curve(&target.dat.coin).real_quote;
            let what = format!("{form:?}, {in_curve} in the curve, creator {creator}");
            target.assert_no_sandwich(&what, left);
        }
    }
}

#[test]
fn a_sandwich_takes_no_more_at_low_fees() {
    for creator in [false, true] {
        for (protocol, creators) in [(5, 5), (5, 0), (95, 5), (30, 95)] {
            let mut target = Target::on_curve(BuyForm::CurveV3, creator);
            target.world.set_fee_tiers(&[(0, Rates::of_curve(protocol, creators))]);
            let what = format!("{protocol} and {creators} basis points, creator {creator}");
            target.assert_no_sandwich(&what, 84 * SOL);
        }
    }
}

#[test]
fn an_interval_of_a_second_keeps_cycles_out_of_one_transaction() {
    let Target { mut world, ecosystem, dat, .. } = Target::on_curve(BuyForm::CurveV3, false);
    let two = [ecosystem.cycle(&dat, 0), ecosystem.cycle(&dat, 1)];
    world.send(&two, &[&ecosystem.operator]).refused(DatError::CycleTooSoon);
}
