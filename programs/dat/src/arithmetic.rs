//! The money of a cycle, as pure functions over integers. Everything rounds down.

use anchor_lang::prelude::Result;

use crate::errors::{refuse, DatError};

/// Basis points in a whole.
pub const BPS: u64 = 10_000;

/// Of the pool's own fee, the part that a buy may move the price by. At the whole fee a sandwich
/// breaks even (he pays the fee twice and takes about twice our impact); a fifth of it is our margin.
pub const FEE_MARGIN_PERCENT: u64 = 80;

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

/// `bps` basis points of `amount`, rounded down.
pub fn part(amount: u64, bps: u64) -> u64 {
    fraction(amount, bps, BPS)
}

/// What may be spent of reserves at least so that the price rises by at most `rise_bps`: `Price::room` at the price itself.
pub fn least_room(quote_reserves: u64, rise_bps: u16) -> u64 {
    fraction(quote_reserves, rise_bps.into(), 2 * BPS + u64::from(rise_bps))
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
    pub fn above(self, other: Self) -> bool {
        u128::from(self.quote) * u128::from(other.base) > u128::from(other.quote) * u128::from(self.base)
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
        const ONE: u128 = 1_000_000;
        let risen = ONE + u128::from(rise_bps) * (ONE / u128::from(BPS));
        let may = u128::from(earlier.quote).checked_mul(self.base.into())?.checked_mul(risen)?;
        let is = u128::from(self.quote).checked_mul(earlier.base.into())?;
        let room = may.checked_div(is)?.saturating_sub(ONE);
        u64::try_from(u128::from(self.quote).checked_mul(room)? / room.checked_add(2 * ONE)?).ok()
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
        fn the_room_is_never_less_than_the_least(quote in 1u64..1 << 40, base in 1u64..1 << 51, fall: u32, rise in 1u16..=1_000) {
            let (price, earlier) = (Price { quote, base }, Price { quote: quote.saturating_add(fall.into()), base });
            let least = least_room(quote, rise);
            prop_assert_eq!(price.room(price, rise), Some(least));
            prop_assert!(price.room(earlier, rise) >= Some(least));
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
