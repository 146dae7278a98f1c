//! Price observations.

use anchor_lang::prelude::*;

/// The minimum number of slots between an observation and the buy: twice the number that one leader has in a
/// row.
pub const MIN_OBSERVATION_AGE_SLOTS: u64 = 8;
/// The number of slots after which an observation is stale. A transaction has the same lifetime.
pub const MAX_OBSERVATION_AGE_SLOTS: u64 = 150;

/// The lowest price of a token since the first observation for its next buy. The buy consumes it.
///
/// Only the operator observes. A stranger who could write here would choose the moment and so the price.
#[derive(AnchorSerialize, AnchorDeserialize, InitSpace, Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Observation {
    /// The slot of the first observation; 0 if there is none since the last buy.
    pub slot: u64,
    /// The reserves of the lowest price: `quote` lamports for `base` token base units.
    pub quote: u64,
    pub base: u64,
    /// The mint's supply at the first observation. All tokens that anybody burned since then were bought of
    /// the same liquidity.
    pub supply: u64,
}

impl Observation {
    pub fn is_fresh(&self, slot: u64) -> bool {
        self.slot != 0 && slot <= self.slot.saturating_add(MAX_OBSERVATION_AGE_SLOTS)
    }

    /// Adds another observation. While this one is fresh, only a lower price changes it, so another
    /// observation cannot raise the price bound.
    pub fn observed_again(self, slot: u64, quote: u64, base: u64, supply: u64) -> Self {
        if !self.is_fresh(slot) {
            return Self { slot, quote, base, supply };
        }
        let lower = u128::from(quote) * u128::from(self.base) < u128::from(self.quote) * u128::from(base);
        if lower {
            Self { quote, base, ..self }
        } else {
            self
        }
    }
}
