use super::*;
use proptest::prelude::*;

#[test]
fn splits_the_inflow_only() {
    let got = split(1_000, 400, 4_480);
    assert_eq!(got, Split { carried_in: 400, inflow: 600, to_root: 268 });
}

#[test]
fn the_fee_limit_is_four_fifths_of_the_fee() {
    // 1.25 % fee: 1 % of 30 SOL.
    assert_eq!(fee_limit(30_000_000_000, 125), 300_000_000);
    assert_eq!(fee_limit(30_000_000_000, 0), 0);
}

#[test]
fn the_limit_falls_above_the_tolerance() {
    assert_eq!([0, TOLERANCE].map(|rise| tapered(1_000, rise)), [u64::MAX; 2]);
    assert_eq!(
        [1_901, 1_902, 3_800, 19_000].map(|rise| tapered(1_000, rise)),
        [1_901_000, 951_000, 2_000, 1_111]
    );
    // The limit approaches the amount that the fee covers, and is never below it.
    assert_eq!([u64::MAX, 1 << 40].map(|rise| tapered(1_000, rise)), [1_000; 2]);
    assert_eq!(tapered(0, 1_901), 0);
}

#[test]
fn a_rise_is_rounded_up() {
    let price = |quote, base| Price { quote, base };
    let earlier = price(1_000_000_000, 1_000_000_000_000);
    let rise = |price: Price| price.rise(earlier, price.quote);
    assert_eq!(rise(earlier), Some(0));
    assert_eq!(rise(price(999_999_999, 1_000_000_000_000)), Some(0));
    // The smallest rise counts, and a whole part counts as one more.
    assert_eq!(rise(price(1_000_000_001, 1_000_000_000_000)), Some(1));
    assert_eq!(rise(price(1_001_899_999, 1_000_000_000_000)), Some(1_900));
    assert_eq!(rise(price(1_001_900_000, 1_000_000_000_000)), Some(1_901));
    // In half of the reserves a rise counts twice.
    assert_eq!(price(1_001_000_000, 1_000_000_000_000).rise(earlier, 500_000_000), Some(2_001));
    assert_eq!(price(1, 0).rise(earlier, 1), None);
    assert_eq!(price(u64::MAX, 1).rise(price(1, u64::MAX), 1), None);
}

#[test]
fn room_ends_at_the_allowed_rise() {
    let price = |quote| Price { quote, base: 1_000_000_000 };
    // 3 % of room: 30 / 2.03 thousandths.
    assert_eq!(price(1_000_000).room(price(1_000_000), 300), Some(14_778));
    assert_eq!(price(1_030_000).room(price(1_000_000), 300), Some(0));
    assert_eq!(price(2_000_000).room(price(1_000_000), 300), Some(0));
    assert!(price(900_000).room(price(1_000_000), 300) > Some(60_000));
    assert_eq!(price(0).room(price(1), 300), None);
}

#[test]
fn the_market_cap_of_a_new_coin() {
    assert_eq!(
        market_cap(30_000_000_000, 1_073_000_000_000_000, 1_000_000_000_000_000),
        Some(27_958_993_476)
    );
    assert_eq!(market_cap(1, 0, 1), None);
}

proptest! {
    #[test]
    fn no_lamport_is_lost_in_a_split(available: u64, carried: u64, share in 0u16..=10_000) {
        let got = split(available, carried, share);
        prop_assert_eq!(u128::from(got.carried_in) + u128::from(got.inflow), u128::from(available));
        prop_assert!(got.to_root <= got.inflow);
        prop_assert!(got.carried_in <= carried);
        let exact = u128::from(got.inflow) * u128::from(share);
        prop_assert_eq!(u128::from(got.to_root), exact / 10_000);
    }

    #[test]
    fn the_fee_limit_is_exact(reserves: u64, fee in 0u64..=10_000) {
        prop_assert!(u128::from(fee_limit(reserves, fee)) * 1_000_000 <= u128::from(reserves) * u128::from(fee) * 80);
        prop_assert_eq!(u128::from(bps_of(reserves, fee)), u128::from(reserves) * u128::from(fee) / 10_000);
    }

    #[test]
    fn a_sandwich_gains_at_most_20_basis_points_of_a_buy(
        quote in 1u64 << 30..1 << 40, base in 1u64 << 40..1 << 51, milli_bps in 1u64..1_000_000, fee in 0u64..=200, impact in 1u64..=1_000
    ) {
        let (earlier, q, x) = (Price { quote, base }, quote as f64, base as f64);
        let pushed = (q * (1.0 + milli_bps as f64 / 1e7).sqrt()) as u64;
        let price = Price { quote: pushed, base: (q * x / pushed as f64) as u64 };
        let limit = tapered(fee_limit(quote, fee), price.rise(earlier, quote).unwrap());
        let spend = limit.min(bps_of(quote, impact)) as f64;
        // The attacker buys, we buy, the attacker sells everything, and pays the fee twice.
        let (attacker_pays, q1) = (pushed as f64 - q, pushed as f64);
        let attacker_holds = x - q * x / q1;
        let q2 = q1 + spend;
        let attacker_gets = q2 - q * x / (q * x / q2 + attacker_holds);
        let gain = attacker_gets - attacker_pays - (attacker_gets + attacker_pays) * fee as f64 / 1e4;
        prop_assert!(gain <= spend * 20.0 / 1e4 + 1e-3, "{} of {}", gain, spend);
    }

    #[test]
    fn a_rise_of_any_prices_is_rounded_up(
        quote in 1u64..1 << 40, base in 1u64..1 << 51, then in 1u64..1 << 40, then_base in 1u64..1 << 51
    ) {
        let (price, earlier) = (Price { quote, base }, Price { quote: then, base: then_base });
        let exact = quote as f64 / base as f64 / (then as f64 / then_base as f64) - 1.0;
        let Some(rise) = price.rise(earlier, quote) else { return Ok(()) };
        if exact <= 0.0 {
            prop_assert_eq!(rise, 0);
        }
        prop_assert!(rise as f64 / 1e6 >= exact * (1.0 - 1e-12), "{} < {}", rise, exact);
    }

    #[test]
    fn least_room_is_a_lower_bound_of_room(
        quote in 1u64..1 << 40, base in 1u64..1 << 51, then in 1u64..1 << 40, then_base in 1u64..1 << 51,
        fall in 0u64..1 << 20, rise in 1u16..=1_000
    ) {
        let price = Price { quote, base };
        let nearly = Price { quote: quote.saturating_sub(quote / (1 << 20) * fall / 8), base };
        for earlier in [price, nearly, Price { quote: then, base: then_base }] {
            let Some(risen) = price.rise(earlier, u64::MAX) else { continue };
            let (least, room) = (least_room(quote, risen, rise), price.room(earlier, rise));
            prop_assert!(room.is_none_or(|room| least <= room), "{} > {:?}", least, room);
            if earlier == price {
                prop_assert!(room.unwrap() - least <= quote / ONE + 1);
            }
        }
    }

    #[test]
    fn a_buy_within_the_room_ends_within_the_rise(
        quote in 1u64..1 << 40, base in 1u64..1 << 51, then in 1u64..1 << 40, then_base in 1u64..1 << 51, rise in 1u16..=1_000
    ) {
        let earlier = Price { quote: then, base: then_base };
        let Some(spend) = (Price { quote, base }).room(earlier, rise) else { return Ok(()) };
        if spend > 0 {
            // (quote + spend)^2 / (quote * base) against the earlier price. Floats are exact enough:
            // 1e-15.
            let after = (quote + spend) as f64 * ((quote + spend) as f64 / quote as f64) / base as f64;
            let bound = then as f64 / then_base as f64 * (1.0 + f64::from(rise) / 10_000.0);
            prop_assert!(after <= bound * (1.0 + 1e-12), "{} > {}", after, bound);
        }
    }

    #[test]
    fn conservation_detects_one_lamport(
        available in 0u64..u64::MAX / 4, carried: u64, share in 0u16..=10_000, treasury in 0u64..u64::MAX / 4, part in 0.0f64..1.0
    ) {
        let got = split(available, carried, share);
        let left = available - got.to_root + treasury;
        let spent = (left as f64 * part) as u64;
        let spent = spent.min(left);
        let came = [got.carried_in, got.inflow, treasury];
        prop_assert!(conserved(came, [got.to_root, spent, left - spent]));
        prop_assert!(!conserved(came, [got.to_root, spent, left - spent + 1]));
    }
}
