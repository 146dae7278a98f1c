//! The timelock, and roles that change after it.

use anchor_lang::prelude::*;

/// The time in which holders can see a change that concerns them before it applies, seconds.
pub const TIMELOCK_SECONDS: i64 = 3_600;
/// The lifetime of a root proposal after its timelock, seconds.
pub const PROPOSAL_LIFETIME_SECONDS: i64 = 24 * 3_600;

/// The holder of a role, and the next holder after the timelock.
#[derive(AnchorSerialize, AnchorDeserialize, InitSpace, Clone, Copy, Debug, PartialEq, Eq)]
pub struct TimelockedRole {
    pub now: Option<Pubkey>,
    pub next: Option<Pubkey>,
    /// `next` applies from this Unix time, seconds.
    pub next_at: i64,
}

impl TimelockedRole {
    pub fn fixed(holder: Option<Pubkey>) -> Self {
        Self { now: holder, next: holder, next_at: 0 }
    }

    pub fn at(&self, now: i64) -> Option<Pubkey> {
        if now >= self.next_at {
            self.next
        } else {
            self.now
        }
    }

    pub fn with_change(&self, next: Option<Pubkey>, now: i64) -> Self {
        Self { now: self.at(now), next, next_at: now.saturating_add(TIMELOCK_SECONDS) }
    }
}
