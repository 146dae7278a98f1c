//! The accounts of the program. Authorities and the treasury are bare PDAs that hold only lamports.

use anchor_lang::prelude::*;

mod observation;
mod parameters;
mod root_share;
mod timelock;

pub use observation::*;
pub use parameters::*;
pub use root_share::*;
pub use timelock::*;

pub const STATE_SEED: &[u8] = b"state";
pub const STATS_SEED: &[u8] = b"stats";
pub const AUTHORITY_SEED: &[u8] = b"authority";
pub const TREASURY_SEED: &[u8] = b"treasury";

/// Bytes of an ecosystem's name, limited by the size of one PDA seed.
pub const MAX_NAME_LEN: usize = 32;
const HOUR_SECONDS: u64 = 3_600;
const DAY_SECONDS: u64 = 24 * HOUR_SECONDS;
/// Consecutive failures that pause a token.
pub const MAX_CONSECUTIVE_FAILURES: u8 = 5;

/// The role of a token in its ecosystem.
#[derive(AnchorSerialize, AnchorDeserialize, InitSpace, Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// Receives the treasury and keeps all of its own fees.
    Root,
    /// Sends its root share to the treasury.
    Secondary,
}

/// An ecosystem. PDA `["state", admin at creation, name]`.
#[account]
#[derive(InitSpace)]
pub struct DatState {
    /// May do everything except run cycles.
    pub admin: Pubkey,
    /// May run cycles, observe prices, credit shared fees, and record failures. The fifth failure pauses a
    /// token.
    pub operator: Pubkey,
    /// Bare PDA `["treasury", state]`. It holds root shares until the root's next cycle.
    pub treasury: Pubkey,
    pub treasury_bump: u8,
    /// Bare PDA `["authority", state]`, the creator of tokens that share one. `credit_fees` divides its
    /// lamports.
    pub shared_authority: Pubkey,
    pub shared_authority_bump: u8,
    /// Whether the admin allows cycles.
    pub active: bool,
    /// Paused in an emergency. Only `resume` ends it.
    pub paused: bool,
    pub root_share: RootShare,
    pub parameters: Parameters,
    /// The start of the pause, Unix time, seconds. Valid only during a pause.
    pub paused_at: i64,
    /// A closed ecosystem admits no token and runs no cycle until its last admin reopens it. Nobody else can
    /// use its address.
    pub closed: bool,
    /// Admitted tokens that are not closed.
    pub token_count: u32,
    /// `withdraw_to` may use `withdraw_address` from this Unix time, seconds, and not before an hour after
    /// the pause.
    pub withdraw_from: i64,
    /// Another root is possible from this Unix time, seconds: an hour after its proposal (for a day), or an
    /// hour after the former root was closed.
    pub root_from: i64,
    /// The mint of the root token, if there is one.
    pub root_mint: Option<Pubkey>,
    /// The nominated secondary, which may become the root from `root_from` on.
    pub pending_root_mint: Option<Pubkey>,
    /// May pause and refuse a withdrawal, nothing else. A change applies after the timelock.
    pub emergency_admin: TimelockedRole,
    /// The nominated admin, who must accept.
    pub pending_admin: Option<Pubkey>,
    /// The destination of `withdraw_to`.
    pub withdraw_address: Option<Pubkey>,
    /// The nominated withdrawal address, which must accept.
    pub pending_withdraw_address: Option<Pubkey>,
    #[max_len(MAX_NAME_LEN)]
    pub name: String,
}

impl DatState {
    /// The Unix time from which a withdrawal is possible after a pause at `paused_at`. Holders see the pause
    /// for a whole timelock.
    pub fn withdrawable_from(&self, paused_at: i64) -> i64 {
        self.withdraw_from.max(paused_at.saturating_add(TIMELOCK_SECONDS))
    }

    /// Sign for the treasury. `key` is the address of the state.
    pub fn treasury_seeds<'a>(&'a self, key: &'a Pubkey) -> [&'a [u8]; 3] {
        [TREASURY_SEED, key.as_ref(), core::slice::from_ref(&self.treasury_bump)]
    }

    /// Sign for the shared authority. `key` is the address of the state.
    pub fn shared_seeds<'a>(&'a self, key: &'a Pubkey) -> [&'a [u8]; 3] {
        [AUTHORITY_SEED, key.as_ref(), core::slice::from_ref(&self.shared_authority_bump)]
    }
}

/// One token of an ecosystem. PDA `["stats", state, mint]`.
///
/// Always `total_inflow + total_from_treasury = total_to_root + total_spent + total_withdrawn + carried`, as
/// long as rent does not rise.
#[account]
#[derive(InitSpace)]
pub struct TokenStats {
    pub state: Pubkey,
    pub mint: Pubkey,
    /// Bare PDA `["authority", state, mint]`. It holds the token's SOL and signs its buys. It is the coin's
    /// creator or receives its share of the creator fees.
    pub authority: Pubkey,
    pub authority_bump: u8,
    /// The authority's associated token account. It is empty between cycles unless somebody donates tokens.
    pub token_account: Pubkey,
    pub bonding_curve: Pubkey,
    /// The market of the token after graduation.
    pub pool: Pubkey,
    /// The creator of a coin whose fees are shared through pump.fun's fee sharing.
    pub sharing_config: Pubkey,
    pub role: Role,
    /// Whether the admin allows its cycles.
    pub active: bool,
    /// Paused by failures or in an emergency. Only `resume` ends it.
    pub paused: bool,
    /// The start of the pause, Unix time, seconds. Valid only during a pause.
    pub paused_at: i64,
    /// Closed tokens keep their stats, so a return avoids no promise.
    pub closed: bool,
    /// Whether the shared authority was the coin's creator at admission. Only then can fees be credited to
    /// the token.
    pub shares_creator: bool,
    pub observation: Observation,
    /// Failures since the last successful cycle.
    pub consecutive_failures: u8,
    pub failed_cycles: u64,
    /// The id of the last failed run.
    pub last_failed_id: [u8; 16],
    /// Lamports that are split and not yet spent. They lie at the authority on top of its rent.
    pub carried_lamports: u64,
    /// The number of cycles. The next cycle must name it.
    pub cycle_count: u64,
    /// Unix time of the last cycle, seconds; 0 before the first.
    pub last_cycle_at: i64,
    /// Cycles in the hour and in the day (UTC) of the last cycle. Clients limit them.
    pub cycles_in_hour: u16,
    pub cycles_in_day: u16,
    /// The id of the run that requested the last cycle.
    pub last_cycle_id: [u8; 16],
    pub total_inflow_lamports: u64,
    pub total_from_treasury_lamports: u64,
    pub total_to_root_lamports: u64,
    pub total_spent_lamports: u64,
    pub total_withdrawn_lamports: u64,
    /// The part of the inflow that `credit_fees` brought from the shared authority.
    pub total_credited_lamports: u64,
    /// Token base units.
    pub total_burned: u64,
    /// Overrides the ecosystem's root share. A root keeps it without using it.
    pub root_share: Option<RootShare>,
    /// The address lookup table with the accounts of this token's cycles, if there is one. Clients use it.
    pub lookup_table: Option<Pubkey>,
}

impl TokenStats {
    /// Sign for the authority.
    pub fn authority_seeds(&self) -> [&[u8]; 4] {
        let bump = core::slice::from_ref(&self.authority_bump);
        [AUTHORITY_SEED, self.state.as_ref(), self.mint.as_ref(), bump]
    }

    /// Counts a cycle at this Unix time, seconds, in its hour and its day.
    pub fn count_cycle(&mut self, now: i64) {
        let last = self.last_cycle_at;
        self.cycles_in_hour = next_count(self.cycles_in_hour, last, now, HOUR_SECONDS);
        self.cycles_in_day = next_count(self.cycles_in_day, last, now, DAY_SECONDS);
        self.last_cycle_at = now;
    }
}

/// `count + 1` if both Unix times are in the same `span` of seconds, or else 1.
fn next_count(count: u16, last: i64, now: i64, span: u64) -> u16 {
    let same = last as u64 / span == now as u64 / span;
    if same {
        count.saturating_add(1)
    } else {
        1
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cycles_are_counted_per_hour_and_day_of_the_clock() {
        let midnight = 1_700_006_400; // 2023-11-15
        let mut counts = (0, 0, 0);
        let mut count = |now| {
            counts = (
                next_count(counts.0, counts.2, now, HOUR_SECONDS),
                next_count(counts.1, counts.2, now, DAY_SECONDS),
                now,
            );
            (counts.0, counts.1)
        };
        // The last second of an hour and the first of the next, of a day and of the next, and the same hour a
        // day later.
        let times = [-7_200, -3_601, -3_600, -1, 0, 3_599, 3_600, 90_000];
        let found = times.map(|after| count(midnight + after));
        assert_eq!(found, [(1, 1), (2, 2), (1, 3), (2, 4), (1, 1), (2, 2), (1, 3), (1, 1)]);
        assert_eq!(next_count(u16::MAX, midnight, midnight, DAY_SECONDS), u16::MAX);
    }
}
