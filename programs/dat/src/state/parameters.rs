//! The limits of an ecosystem.

use anchor_lang::prelude::*;

use crate::arithmetic::BPS;
use crate::ensure;
use crate::errors::DatError;

/// The lowest minimum for a secondary's cycle, lamports. Below it, fees and priority fees consume the
/// buyback.
pub const MIN_FEES_SECONDARY_FLOOR: u64 = 5_500_000;
/// Never 0. The observation keeps two buys apart, because each buy consumes one.
pub const INTERVAL_RANGE_SECONDS: core::ops::RangeInclusive<u32> = 1..=7 * 24 * 3_600;
pub const MAX_PRICE_IMPACT_BPS: u16 = (BPS / 10) as u16;
pub const MAX_PRICE_RISE_BPS: u16 = (BPS / 10) as u16;

/// The limits of an ecosystem's cycles.
#[derive(AnchorSerialize, AnchorDeserialize, InitSpace, Clone, Copy, Debug, PartialEq, Eq)]
pub struct Parameters {
    /// The minimum for a root's cycle (own fees and treasury), lamports, at least 1.
    pub min_fees_root_lamports: u64,
    /// The minimum for a secondary's cycle, lamports, at least 5,500,000.
    pub min_fees_secondary_lamports: u64,
    /// The most that one cycle spends on its buy, lamports, at least 1.
    pub max_fees_per_cycle_lamports: u64,
    /// The minimum time between two cycles of one token, seconds, 1 to 604,800.
    pub min_interval_seconds: u32,
    /// The most that a buy may spend of the market's quote reserves, basis points, 1 to 1000. If the price
    /// has risen by more than 19 basis points since the observation, the protocol fee bounds the buy further
    /// (`arithmetic::tapered`).
    pub max_price_impact_bps: u16,
    /// The most that the price after a buy may be above the lowest observed price, basis points, 1 to 1000.
    pub max_price_rise_bps: u16,
}

impl Parameters {
    pub fn check(&self) -> Result<()> {
        ensure!(
            self.min_fees_root_lamports >= 1
                && self.min_fees_secondary_lamports >= MIN_FEES_SECONDARY_FLOOR
                && self.max_fees_per_cycle_lamports >= 1
                && INTERVAL_RANGE_SECONDS.contains(&self.min_interval_seconds)
                && (1..=MAX_PRICE_IMPACT_BPS).contains(&self.max_price_impact_bps)
                && (1..=MAX_PRICE_RISE_BPS).contains(&self.max_price_rise_bps),
            DatError::InvalidParameter
        );
        Ok(())
    }
}
