//! The money of a cycle as pure functions over integers. All results round down.

use anchor_lang::prelude::Result;

use crate::errors::{refuse, DatError};

/// Basis points in a whole.
pub const BPS: u64 = 10_000;

/// The part of pump.fun's protocol fee that a buy may use after a price rise, percent. At the whole fee a
/// sandwich breaks even: the attacker pays the fee twice and gains about twice our price impact. A fifth of
/// the fee is the safety margin.
pub const FEE_MARGIN_PERCENT: u64 = 80;

/// Price rises are counted in millionths.
pub const ONE: u64 = 1_000_000;

/// The largest price rise before a buy that does not make the buy smaller, parts of `ONE`: 19 basis points.
///
/// To raise the price by `r`, an attacker buys about `r / 2` of the reserves `q` and pays fees of `f q r`. A
/// buy of `b` afterwards brings the attacker at most `b r (1 + b / 2q)`. Because `b` is at most a tenth of
/// `q`, that is at most 20 basis points of `b`.
pub const TOLERANCE: u64 = 19 * ONE / BPS;

/// The available lamports of an authority, split. `carried_in + inflow` is the whole amount.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Split {
    /// Left over from the last cycle, which has already split it.
    pub carried_in: u64,
    /// Arrived since then. Only this part is split.
    pub inflow: u64,
    /// The root's share of the inflow.
    pub to_root: u64,
}

/// Splits `available` lamports (the authority's balance above its rent).
///
/// `carried` is the amount that the last cycle left. After a rent rise, less of it may be there.
/// `root_share_bps` is at most 10,000; 0 for a root.
pub fn split(available: u64, carried: u64, root_share_bps: u16) -> Split {
    let carried_in = carried.min(available);
    let inflow = available - carried_in;
    let to_root = (u128::from(inflow) * u128::from(root_share_bps) / u128::from(BPS)) as u64;
    Split { carried_in, inflow, to_root }
}

/// The most that a buy may spend of `quote_reserves` so that no sandwich by any route is profitable,
/// lamports.
///
/// It is 80 % of the fee that every route pays and that nobody gets back. The attacker pays this fee twice to
/// move the price up and down, which costs more than a price impact below it brings.
pub fn fee_limit(quote_reserves: u64, fee_bps: u64) -> u64 {
    fraction(quote_reserves, fee_bps.saturating_mul(FEE_MARGIN_PERCENT), BPS * 100)
}

/// The most that a buy may spend after a price rise of `rise` (parts of `ONE`) since the observation,
/// lamports. The attacker who raised the price then gains at most 20 basis points of the buy.
///
/// `least` is the `fee_limit`, `m = 0.8 f q`; `t` is the tolerance. From `b <= m r / (r - t)` follows `b r <=
/// t b + m r`. With `b <= q / 10` the attacker gains at most `b r * 1.05 - f q r / (1 + r / 4) <= 1.05 t b`,
/// as long as `r` is below a half.
pub fn tapered(least: u64, rise: u64) -> u64 {
    if rise <= TOLERANCE {
        return u64::MAX;
    }
    least.saturating_add(fraction(least, TOLERANCE, rise - TOLERANCE))
}

/// `bps` basis points of `amount`, rounded down.
pub fn bps_of(amount: u64, bps: u64) -> u64 {
    fraction(amount, bps, BPS)
}

/// A lower bound of `Price::room` after a price rise of `rise` (parts of `ONE`), without its 128-bit
/// divisions.
///
/// With an allowed rise `R` the room is `x = (R - r) / (1 + r)`, and `x / (2 + x) = (R - r) / (2 + R + r)`.
/// The 2 is more than `room` loses by rounding.
pub fn least_room(quote_reserves: u64, rise: u64, rise_bps: u16) -> u64 {
    let may = u64::from(rise_bps) * (ONE / BPS);
    let left = may.saturating_sub(rise.saturating_add(2));
    fraction(quote_reserves, left, (2 * ONE + may).saturating_add(rise))
}

/// `amount * numerator / denominator`, rounded down, without a 128-bit division, which costs a thousand
/// compute units.
fn fraction(amount: u64, numerator: u64, denominator: u64) -> u64 {
    let whole = (amount / denominator).saturating_mul(numerator);
    whole.saturating_add((amount % denominator).saturating_mul(numerator) / denominator)
}

/// A price: lamports for a number of token base units.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Price {
    pub quote: u64,
    pub base: u64,
}

impl Price {
    /// The rise of this price above `earlier`, parts of `ONE`, rounded up; 0 without a rise.
    ///
    /// `reserves` are the reserves that limit the buy, lamports. If they are smaller than those of `earlier`,
    /// the rise counts in proportion more, because the attacker who raised the price in larger reserves (on
    /// the curve before graduation) holds more tokens. None if the numbers are too large for a market.
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

    /// The value of `tokens` base units at this price, lamports.
    pub fn worth(self, tokens: u64) -> u64 {
        let worth = (u128::from(tokens) * u128::from(self.quote)).checked_div(self.base.into());
        worth.map_or(u64::MAX, |lamports| u64::try_from(lamports).unwrap_or(u64::MAX))
    }

    /// The most that a buy may spend so that the price ends at most `rise_bps` above `earlier`, lamports.
    ///
    /// In reserves `q`, a spend `s` raises the price by `(1 + s/q)^2 - 1`. With room `r` above this price, `s
    /// = q * r / (2 + r)` raises it by at most `r`, because `(1 + r/(2 + r))^2 = 4 (1 + r)^2 / (2 + r)^2 <= 1
    /// + r`. None if the numbers are too large for a market.
    pub fn room(self, earlier: Self, rise_bps: u16) -> Option<u64> {
        let risen = ONE + u64::from(rise_bps) * (ONE / BPS);
        let may = u128::from(earlier.quote).checked_mul(self.base.into())?.checked_mul(risen.into())?;
        let is = u128::from(self.quote).checked_mul(earlier.base.into())?;
        let room = may.checked_div(is)?.saturating_sub(ONE.into());
        u64::try_from(u128::from(self.quote).checked_mul(room)? / room.checked_add(u128::from(2 * ONE))?).ok()
    }
}

/// The market capitalisation that selects pump.fun's fee tier, lamports.
///
/// None if the curve holds no tokens.
pub fn market_cap(quote_reserves: u64, token_reserves: u64, supply: u64) -> Option<u128> {
    (u128::from(quote_reserves) * u128::from(supply)).checked_div(u128::from(token_reserves))
}

/// Whether the lamports of a cycle balance: carried, inflow and treasury on one side; to the root, spent and
/// carried on the other.
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
mod tests;
