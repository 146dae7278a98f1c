//! The accounts of the program. Authorities and the treasury are bare PDAs and hold nothing but lamports.

use anchor_lang::prelude::*;

use crate::arithmetic::BPS;
use crate::errors::DatError;

pub const STATE_SEED: &[u8] = b"state";
pub const STATS_SEED: &[u8] = b"stats";
pub const AUTHORITY_SEED: &[u8] = b"authority";
pub const TREASURY_SEED: &[u8] = b"treasury";

/// Bytes of an ecosystem's name: the longest that still fits one PDA seed.
pub const MAX_NAME_LEN: usize = 32;
/// A secondary's floor for a cycle, lamports: below it, fees and priority fees eat the buyback.
pub const MIN_FEES_SECONDARY_FLOOR: u64 = 5_500_000;
pub const ROOT_SHARE_RANGE_BPS: core::ops::RangeInclusive<u16> = 1_000..=9_000;
/// The most a root share may change by at a time, basis points.
pub const ROOT_SHARE_STEP_BPS: u16 = 500;
/// Never 0: the impact rule bounds one cycle, and two in one transaction would be a buy of twice the impact.
pub const INTERVAL_RANGE_SECONDS: core::ops::RangeInclusive<u32> = 1..=7 * 24 * 3_600;
pub const MAX_PRICE_IMPACT_BPS: u16 = (BPS / 10) as u16;
/// How long holders can see a change that concerns them before it holds, seconds.
pub const TIMELOCK_SECONDS: i64 = 3_600;
/// Consecutive failures that pause a token.
pub const MAX_CONSECUTIVE_FAILURES: u8 = 5;

/// What a token is in its ecosystem.
#[derive(AnchorSerialize, AnchorDeserialize, InitSpace, Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// Takes in the treasury; keeps all of its own fees.
    Root,
    /// Sends its root share to the treasury.
    Secondary,
}

/// The limits an ecosystem's cycles keep to.
#[derive(AnchorSerialize, AnchorDeserialize, InitSpace, Clone, Copy, Debug, PartialEq, Eq)]
pub struct Parameters {
    /// What a root must have at hand (own and treasury) for a cycle, lamports, at least 1.
    pub min_fees_root_lamports: u64,
    /// What a secondary must have at hand for a cycle, lamports, at least 5,500,000.
    pub min_fees_secondary_lamports: u64,
    /// The most one cycle spends on its buy, lamports, at least 1.
    pub max_fees_per_cycle_lamports: u64,
    /// Time between two cycles of one token, seconds, 1 to 604,800.
    pub min_interval_seconds: u32,
    /// The most a buy may spend of the pool's quote reserves, basis points, 1 to 1000; the pool's fee
    /// bounds it further (`arithmetic::impact_limit`).
    pub max_price_impact_bps: u16,
}

impl Parameters {
    pub fn check(&self) -> Result<()> {
        require!(
            self.min_fees_root_lamports >= 1
                && self.min_fees_secondary_lamports >= MIN_FEES_SECONDARY_FLOOR
                && self.max_fees_per_cycle_lamports >= 1
                && INTERVAL_RANGE_SECONDS.contains(&self.min_interval_seconds)
                && (1..=MAX_PRICE_IMPACT_BPS).contains(&self.max_price_impact_bps),
            DatError::InvalidParameter
        );
        Ok(())
    }
}

/// The share of a secondary's inflow that goes to the root, and the change of it that is on its way.
#[derive(AnchorSerialize, AnchorDeserialize, InitSpace, Clone, Copy, Debug, PartialEq, Eq)]
pub struct RootShare {
    /// Basis points, 1000 to 9000.
    pub bps: u16,
    pub next_bps: u16,
    /// Unix time from which `next_bps` holds, seconds.
    pub next_at: i64,
}

impl RootShare {
    pub fn fixed(bps: u16) -> Result<Self> {
        require!(ROOT_SHARE_RANGE_BPS.contains(&bps), DatError::InvalidRootShare);
        Ok(Self { bps, next_bps: bps, next_at: 0 })
    }

    pub fn at(&self, now: i64) -> u16 {
        if now >= self.next_at {
            self.next_bps
        } else {
            self.bps
        }
    }

    /// The share that holds at `now`, with a change to `bps` that holds after the timelock.
    pub fn changed(&self, bps: u16, now: i64) -> Result<Self> {
        let current = self.at(now);
        require!(ROOT_SHARE_RANGE_BPS.contains(&bps), DatError::InvalidRootShare);
        require!(current.abs_diff(bps) <= ROOT_SHARE_STEP_BPS, DatError::RootShareDeltaTooLarge);
        Ok(Self { bps: current, next_bps: bps, next_at: now.saturating_add(TIMELOCK_SECONDS) })
    }
}

/// An ecosystem. PDA `["state", admin at creation, name]`.
#[account]
#[derive(InitSpace)]
pub struct DatState {
    /// May do everything but run cycles.
    pub admin: Pubkey,
    /// May run cycles, and nothing else.
    pub operator: Pubkey,
    /// Bare PDA `["treasury", state]`: holds root shares until the root's next cycle.
    pub treasury: Pubkey,
    pub treasury_bump: u8,
    /// Bare PDA `["authority", state]`: the creator of tokens that share one; `credit_fees` divides what it gets.
    pub shared_authority: Pubkey,
    pub shared_authority_bump: u8,
    /// Whether the admin lets cycles run.
    pub active: bool,
    /// Stopped in an emergency; only `resume` lifts it.
    pub paused: bool,
    pub root_share: RootShare,
    pub parameters: Parameters,
    /// Tokens that have been admitted and not closed.
    pub token_count: u32,
    /// From when `withdraw_to` may use `withdraw_address`, unix time, seconds.
    pub withdraw_from: i64,
    /// The mint of the ecosystem's one root token, once it has one.
    pub root_mint: Option<Pubkey>,
    /// May pause, and nothing else.
    pub emergency_admin: Option<Pubkey>,
    /// Named by the admin; becomes admin by accepting.
    pub pending_admin: Option<Pubkey>,
    /// Where `withdraw_to` sends what a paused ecosystem holds.
    pub withdraw_address: Option<Pubkey>,
    /// Named by the admin; becomes the address by accepting.
    pub pending_withdraw_address: Option<Pubkey>,
    #[max_len(MAX_NAME_LEN)]
    pub name: String,
}

/// One token of an ecosystem. PDA `["stats", state, mint]`.
///
/// At every moment `total_inflow + total_from_treasury = total_to_root + total_spent + total_withdrawn + carried`,
/// as long as rent does not rise.
#[account]
#[derive(InitSpace)]
pub struct TokenStats {
    pub state: Pubkey,
    pub mint: Pubkey,
    /// Holds the token's SOL, signs its buys, and is its creator or gets its share of the creator's fees: bare
    /// PDA `["authority", state, mint]`.
    pub authority: Pubkey,
    pub authority_bump: u8,
    /// The authority's associated token account; empty between cycles unless somebody donates.
    pub token_account: Pubkey,
    pub bonding_curve: Pubkey,
    /// Where the token trades once it has graduated.
    pub pool: Pubkey,
    /// The creator of a token that was adopted by pump.fun's fee sharing.
    pub sharing_config: Pubkey,
    pub role: Role,
    /// Whether the admin lets its cycles run.
    pub active: bool,
    /// Stopped by failures; only `resume` lifts it.
    pub paused: bool,
    /// Since the last cycle that went through.
    pub consecutive_failures: u8,
    pub failed_cycles: u64,
    /// The run that failed last.
    pub last_failed_id: [u8; 16],
    /// Lamports that are split and not yet spent; they lie in the authority, on top of its rent.
    pub carried_lamports: u64,
    /// Cycles that have run; a cycle must name this number.
    pub cycle_count: u64,
    /// Unix time of the last cycle, seconds; 0 before the first.
    pub last_cycle_at: i64,
    /// The run that asked for the last cycle.
    pub last_cycle_id: [u8; 16],
    pub total_inflow_lamports: u64,
    pub total_from_treasury_lamports: u64,
    pub total_to_root_lamports: u64,
    pub total_spent_lamports: u64,
    pub total_withdrawn_lamports: u64,
    /// Of the inflow, what `credit_fees` brought from the shared authority.
    pub total_credited_lamports: u64,
    /// Token base units.
    pub total_burned: u64,
    /// Instead of the ecosystem's root share.
    pub root_share: Option<RootShare>,
    /// The address lookup table that holds the accounts of this token's cycles, if there is one; clients pack by it.
    pub lookup_table: Option<Pubkey>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_share_changes_after_the_timelock() {
        let share = RootShare::fixed(4_480).unwrap().changed(4_980, 1_000).unwrap();
        assert_eq!([share.at(1_000), share.at(4_599), share.at(4_600)], [4_480, 4_480, 4_980]);
        // A second change replaces the first and starts from what holds.
        let again = share.changed(4_000, 2_000).unwrap();
        assert_eq!([again.at(2_000), again.at(5_599), again.at(5_600)], [4_480, 4_480, 4_000]);
    }

    proptest! {
        #[test]
        fn a_share_stays_in_range_and_moves_by_steps(start in 1_000u16..=9_000, next: u16, now in 0i64..1 << 40) {
            let share = RootShare::fixed(start).unwrap();
            let may = (1_000..=9_000).contains(&next) && start.abs_diff(next) <= 500;
            let changed = share.changed(next, now);
            prop_assert_eq!(changed.is_ok(), may);
            if let Ok(changed) = changed {
                prop_assert_eq!(changed.at(now + TIMELOCK_SECONDS - 1), start);
                prop_assert_eq!(changed.at(now + TIMELOCK_SECONDS), next);
            }
        }
    }
}
