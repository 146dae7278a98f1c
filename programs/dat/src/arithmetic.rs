//! The money of a cycle, as pure functions over integers. Everything rounds down.

use anchor_lang::prelude::Result;

use crate::errors::{refuse, DatError};

/// Basis points in a whole.
pub const BPS: u64 = 10_000;

/// Of pump.fun's own fee, the part of the reserves that a buy may spend once the price has risen. At the whole fee a
/// sandwich breaks even (he pays the fee twice and takes about twice our impact); a fifth of it is our margin.
pub const FEE_MARGIN_PERCENT: u64 = 80;

/// A rise of the price is counted in millionths.
pub const ONE: u64 = 1_000_000;

/// By how much somebody may raise the price ahead of a buy without making it smaller, parts of `ONE`: 19 basis points.
///
/// Whoever raises it by `r` has bought about `r / 2` of the reserves `q` and pays `f q r` of fees; a buy of `b` behind him
/// brings him at most `b r (1 + b / 2q)`. So he takes at most 20 basis points of it, as `b` is at most a tenth of `q`.
pub const TOLERANCE: u64 = 19 * ONE / BPS;

/// What an authority has at hand, split. `carried_in + inflow` is all of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Split {
    /// Left by the last cycle, which has split it already.
    pub carried_in: u64,
    /// Came in since; only this is split.
    pub inflow: u64,
    /// The root's share of the inflow.
    pub to_root: u64,
}

/// Splits `available` lamports (the authority's balance above its rent).
///
/// `carried` is what the last cycle left; if rent has risen since, less of it may be there.
/// `root_share_bps` is at most 10,000; 0 for a root.
pub fn split(available: u64, carried: u64, root_share_bps: u16) -> Split {
    let carried_in = carried.min(available);
    let inflow = available - carried_in;
    let to_root = (u128::from(inflow) * u128::from(root_share_bps) / u128::from(BPS)) as u64;
    Split { carried_in, inflow, to_root }
}

/// The most a buy may spend of `quote_reserves`, lamports, so that no sandwich around it can pay whatever route it takes.
///
/// 80 % of the fee that every route pays and nobody gets back. Moving the price there and back costs the attacker that
/// fee twice, more than an impact below it gives him.
pub fn fee_limit(quote_reserves: u64, fee_bps: u64) -> u64 {
    fraction(quote_reserves, fee_bps.saturating_mul(FEE_MARGIN_PERCENT), BPS * 100)
}

/// The most a buy may spend where the price has risen by `rise` (parts of `ONE`) since the look, lamports, so that whoever
/// raised it takes at most 20 basis points of the buy.
///
/// `least` is the `fee_limit`, `m = 0.8 f q`. With `b <= m r / (r - t)`, `t` being the tolerance, `b r <= t b + m r`; with
/// `b <= q / 10` he takes at most `b r * 1.05 - f q r / (1 + r / 4) <= 1.05 t b`, as long as `r` is below a half.
pub fn tapered(least: u64, rise: u64) -> u64 {
    if rise <= TOLERANCE {
        return u64::MAX;
    }
    least.saturating_add(fraction(least, TOLERANCE, rise - TOLERANCE))
}

/// `bps` basis points of `amount`, rounded down.
pub fn part(amount: u64, bps: u64) -> u64 {
    fraction(amount, bps, BPS)
}

/// `Price::room`, or a little less, where the price has risen by `rise` (parts of `ONE`) already, without its divisions.
///
/// With `R` allowed the room is `x = (R - r) / (1 + r)`, and `x / (2 + x) = (R - r) / (2 + R + r)`. The 2 is more than
/// `room` loses by rounding.
pub fn least_room(quote_reserves: u64, rise: u64, rise_bps: u16) -> u64 {
    let may = u64::from(rise_bps) * (ONE / BPS);
    let left = may.saturating_sub(rise.saturating_add(2));
    fraction(quote_reserves, left, (2 * ONE + may).saturating_add(rise))
}

/// `amount * numerator / denominator`, rounded down, without a division of 128 bits, which costs a thousand compute units.
fn fraction(amount: u64, numerator: u64, denominator: u64) -> u64 {
    let whole = (amount / denominator).saturating_mul(numerator);
    whole.saturating_add((amount % denominator).saturating_mul(numerator) / denominator)
}

/// A price: lamports for so many token base units.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Price {
    pub quote: u64,
    pub base: u64,
}

impl Price {
    /// By how much this price is above `earlier`, parts of `ONE`, not less than it is; 0 if it is not.
    ///
    /// `reserves` are those that a buy goes by, lamports. Where they are less than those of `earlier`, the rise counts for
    /// so much the more: whoever made it while there were more (on the curve, before it graduated) holds so much the more.
    /// None if the numbers are too large to be of a market.
    pub fn rise(self, earlier: Self, reserves: u64) -> Option<u64> {
        let is = u128::from(self.quote) * u128::from(earlier.base);
        let was = u128::from(earlier.quote) * u128::from(self.base);
        if is <= was {
            return Some(0);
        }
        let whole = u128::from(self.base) * u128::from(reserves.min(earlier.quote));
        let rise = (is - was).checked_mul(ONE.into())?.checked_div(whole)?;
        u64::try_from(rise).ok()?.checked_add(1)
    }

    /// What so many token base units cost at this price, lamports.
    pub fn worth(self, tokens: u64) -> u64 {
        let worth = (u128::from(tokens) * u128::from(self.quote)).checked_div(self.base.into());
        worth.map_or(u64::MAX, |lamports| u64::try_from(lamports).unwrap_or(u64::MAX))
    }

    /// The most that may be spent at this price, lamports, so that it ends at most `rise_bps` above `earlier`.
    ///
    /// Of reserves `q`, a spend `s` lifts the price by `(1 + s/q)^2 - 1`. With room `r` above this price that is at most
    /// `r` for `s = q * r / (2 + r)`, because `(1 + r/(2 + r))^2 = 4 (1 + r)^2 / (2 + r)^2 <= 1 + r`.
    /// None if the numbers are too large to be of a market.
    pub fn room(self, earlier: Self, rise_bps: u16) -> Option<u64> {
        let risen = ONE + u64::from(rise_bps) * (ONE / BPS);
        let may = u128::from(earlier.quote).checked_mul(self.base.into())?.checked_mul(risen.into())?;
        let is = u128::from(self.quote).checked_mul(earlier.base.into())?;
        let room = may.checked_div(is)?.saturating_sub(ONE.into());
        u64::try_from(u128::from(self.quote).checked_mul(room)? / room.checked_add(u128::from(2 * ONE))?).ok()
    }
}

/// A coin's market capitalisation as pump.fun computes it to choose the fee tier, lamports.
///
/// None if the curve holds no tokens.
pub fn market_cap(quote_reserves: u64, token_reserves: u64, supply: u64) -> Option<u128> {
    (u128::from(quote_reserves) * u128::from(supply)).checked_div(u128::from(token_reserves))
}

/// Whether every lamport of a cycle is accounted for: carried, inflow and from the treasury on one side; to the
/// root, spent and carried on the other.
pub fn conserved(came: [u64; 3], went: [u64; 3]) -> bool {
    let sum = |parts: [u64; 3]| parts.into_iter().map(u128::from).sum::<u128>();
    sum(came) == sum(went)
}

pub fn add(a: u64, b: u64) -> Result<u64> {
    a.checked_add(b).ok_or_else(|| refuse(DatError::MathOverflow))
}

pub fn sub(a: u64, b: u64) -> Result<u64> {
    a.checked_sub(b).ok_or_else(|| refuse(DatError::MathOverflow))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn splits_the_inflow_only() {
        let got = split(1_000, 400, 4_480);
        assert_eq!(got, Split { carried_in: 400, inflow: 600, to_root: 268 });
    }

    #[test]
    fn limits_to_four_fifths_of_the_fee() {
        // 1.25 % fee: 1 % of 30 SOL.
        assert_eq!(fee_limit(30_000_000_000, 125), 300_000_000);
        assert_eq!(fee_limit(30_000_000_000, 0), 0);
    }

    #[test]
    fn tapers_from_the_tolerance_on() {
        assert_eq!([0, TOLERANCE].map(|rise| tapered(1_000, rise)), [u64::MAX; 2]);
        assert_eq!(
            [1_901, 1_902, 3_800, 19_000].map(|rise| tapered(1_000, rise)),
            [1_901_000, 951_000, 2_000, 1_111]
        );
        // It tends to what the fee covers, and is never less.
        assert_eq!([u64::MAX, 1 << 40].map(|rise| tapered(1_000, rise)), [1_000; 2]);
        assert_eq!(tapered(0, 1_901), 0);
    }

    #[test]
    fn a_rise_is_never_less_than_it_is() {
        let price = |quote, base| Price { quote, base };
        let earlier = price(1_000_000_000, 1_000_000_000_000);
        let rise = |price: Price| price.rise(earlier, price.quote);
        assert_eq!(rise(earlier), Some(0));
        assert_eq!(rise(price(999_999_999, 1_000_000_000_000)), Some(0));
        // The least that there is counts, and what is whole counts as one more.
        assert_eq!(rise(price(1_000_000_001, 1_000_000_000_000)), Some(1));
        assert_eq!(rise(price(1_001_899_999, 1_000_000_000_000)), Some(1_900));
        assert_eq!(rise(price(1_001_900_000, 1_000_000_000_000)), Some(1_901));
        // Of half the reserves, it counts twice.
        assert_eq!(price(1_001_000_000, 1_000_000_000_000).rise(earlier, 500_000_000), Some(2_001));
        assert_eq!(price(1, 0).rise(earlier, 1), None);
        assert_eq!(price(u64::MAX, 1).rise(price(1, u64::MAX), 1), None);
    }

    #[test]
    fn leaves_room_up_to_the_rise() {
        let price = |quote| Price { quote, base: 1_000_000_000 };
        // 3 % of room: 30 / 2.03 thousandths.
        assert_eq!(price(1_000_000).room(price(1_000_000), 300), Some(14_778));
        assert_eq!(price(1_030_000).room(price(1_000_000), 300), Some(0));
        assert_eq!(price(2_000_000).room(price(1_000_000), 300), Some(0));
        assert!(price(900_000).room(price(1_000_000), 300) > Some(60_000));
        assert_eq!(price(0).room(price(1), 300), None);
    }

    #[test]
    fn knows_the_market_cap_of_a_new_coin() {
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
        fn a_buy_of_the_fees_limit_costs_less_than_the_fee(reserves: u64, fee in 0u64..=10_000) {
            prop_assert!(u128::from(fee_limit(reserves, fee)) * 1_000_000 <= u128::from(reserves) * u128::from(fee) * 80);
            prop_assert_eq!(u128::from(part(reserves, fee)), u128::from(reserves) * u128::from(fee) / 10_000);
        }

        #[test]
        fn whoever_raises_the_price_takes_at_most_twenty_basis_points_of_a_buy(
            quote in 1u64 << 30..1 << 40, base in 1u64 << 40..1 << 51, milli_bps in 1u64..1_000_000, fee in 0u64..=200, impact in 1u64..=1_000
        ) {
            let (earlier, q, x) = (Price { quote, base }, quote as f64, base as f64);
            let pushed = (q * (1.0 + milli_bps as f64 / 1e7).sqrt()) as u64;
            let price = Price { quote: pushed, base: (q * x / pushed as f64) as u64 };
            let limit = tapered(fee_limit(quote, fee), price.rise(earlier, quote).unwrap());
            let spend = limit.min(part(quote, impact)) as f64;
            // He buys, we buy, he sells all he has bought; he pays the fee twice.
            let (he_pays, q1) = (pushed as f64 - q, pushed as f64);
            let he_has = x - q * x / q1;
            let q2 = q1 + spend;
            let he_gets = q2 - q * x / (q * x / q2 + he_has);
            let gain = he_gets - he_pays - (he_gets + he_pays) * fee as f64 / 1e4;
            prop_assert!(gain <= spend * 20.0 / 1e4 + 1e-3, "{} of {}", gain, spend);
        }

        #[test]
        fn a_rise_of_any_prices_is_not_less_than_it_is(
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
        fn the_room_is_never_less_than_the_least(
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
                // (quote + spend)^2 / (quote * base) against the earlier price: in floats, which are exact to 1e-15.
                let after = (quote + spend) as f64 * ((quote + spend) as f64 / quote as f64) / base as f64;
                let bound = then as f64 / then_base as f64 * (1.0 + f64::from(rise) / 10_000.0);
                prop_assert!(after <= bound * (1.0 + 1e-12), "{} > {}", after, bound);
            }
        }

        #[test]
        fn a_cycle_is_conserved_only_to_the_lamport(
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
}
