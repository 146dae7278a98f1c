//! The accounts of the program. Authorities and the treasury are bare PDAs and hold nothing but lamports.

use anchor_lang::prelude::*;

use crate::arithmetic::BPS;
use crate::ensure;
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
/// Never 0. It does not keep two buys apart: the observation does, since a buy uses it up.
pub const INTERVAL_RANGE_SECONDS: core::ops::RangeInclusive<u32> = 1..=7 * 24 * 3_600;
pub const MAX_PRICE_IMPACT_BPS: u16 = (BPS / 10) as u16;
/// How long holders can see a change that concerns them before it holds, seconds.
pub const TIMELOCK_SECONDS: i64 = 3_600;
/// Slots that must pass between a look at the price and the buy: twice as many as one leader has in a row.
pub const MIN_OBSERVATION_AGE_SLOTS: u64 = 8;
/// Slots after which a look at the price says nothing any more; a transaction lives as long.
pub const MAX_OBSERVATION_AGE_SLOTS: u64 = 150;
/// How long a proposal of a root holds after its timelock, seconds: what was proposed long ago is forgotten.
pub const PROPOSAL_LIFETIME_SECONDS: i64 = 24 * 3_600;
pub const MAX_PRICE_RISE_BPS: u16 = (BPS / 10) as u16;
const HOUR_SECONDS: u64 = 3_600;
const DAY_SECONDS: u64 = 24 * HOUR_SECONDS;
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
    /// The most a buy may spend of the pool's quote reserves, basis points, 1 to 1000; once the price has risen
    /// since it was observed by more than 19 basis points, pump.fun's own fee bounds it further (`arithmetic::tapered`).
    pub max_price_impact_bps: u16,
    /// The most that a buy may leave the price above the lowest that was observed before, basis points, 1 to 1000.
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
        ensure!(ROOT_SHARE_RANGE_BPS.contains(&bps), DatError::InvalidRootShare);
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
        ensure!(ROOT_SHARE_RANGE_BPS.contains(&bps), DatError::InvalidRootShare);
        ensure!(current.abs_diff(bps) <= ROOT_SHARE_STEP_BPS, DatError::RootShareDeltaTooLarge);
        Ok(Self { bps: current, next_bps: bps, next_at: now.saturating_add(TIMELOCK_SECONDS) })
    }
}

/// The lowest price of a token since it was first looked at for its next buy, which uses it up.
///
/// Only the operator looks: a stranger who could write here would choose the moment, and with it the price.
#[derive(AnchorSerialize, AnchorDeserialize, InitSpace, Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Observation {
    /// When it was first looked at; 0 if not since the last buy.
    pub slot: u64,
    /// Lamports for `base` token base units: the reserves that made the lowest price.
    pub quote: u64,
    pub base: u64,
    /// The mint's supply at the first look: what has been burned since, by whomever, was bought of the same liquidity.
    pub supply: u64,
}

impl Observation {
    pub fn is_fresh(&self, slot: u64) -> bool {
        self.slot != 0 && slot <= self.slot.saturating_add(MAX_OBSERVATION_AGE_SLOTS)
    }

    /// Takes in another look: while this one is fresh, only a lower price changes it, so that looking again cannot raise
    /// the bound.
    pub fn looked_at(self, slot: u64, quote: u64, base: u64, supply: u64) -> Self {
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

/// A holder of a role, and who takes the role over after the timelock.
#[derive(AnchorSerialize, AnchorDeserialize, InitSpace, Clone, Copy, Debug, PartialEq, Eq)]
pub struct Guard {
    pub now: Option<Pubkey>,
    pub next: Option<Pubkey>,
    /// Unix time from which `next` holds, seconds.
    pub next_at: i64,
}

impl Guard {
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

    pub fn changed(&self, next: Option<Pubkey>, now: i64) -> Self {
        Self { now: self.at(now), next, next_at: now.saturating_add(TIMELOCK_SECONDS) }
    }
}

/// An ecosystem. PDA `["state", admin at creation, name]`.
#[account]
#[derive(InitSpace)]
pub struct DatState {
    /// May do everything but run cycles.
    pub admin: Pubkey,
    /// May run cycles, look at prices, credit shared fees, and record failures, of which the fifth pauses a token.
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
    /// Since when it is paused, unix time, seconds; meaningless while it is not.
    pub paused_at: i64,
    /// No token is admitted and no cycle runs until its last admin opens it again: its address is never free for another.
    pub closed: bool,
    /// Tokens that have been admitted and not closed.
    pub token_count: u32,
    /// From when `withdraw_to` may use `withdraw_address`, unix time, seconds; an hour after the pause at the earliest.
    pub withdraw_from: i64,
    /// From when there may be another root, unix time, seconds: an hour after it was proposed, for a day, or after the
    /// former one was closed.
    pub root_from: i64,
    /// The mint of the ecosystem's one root token, once it has one.
    pub root_mint: Option<Pubkey>,
    /// The secondary that the admin has named to become the root, once `root_from` has come.
    pub pending_root_mint: Option<Pubkey>,
    /// May pause and refuse a withdrawal, and nothing else. Changes after the timelock.
    pub emergency_admin: Guard,
    /// Named by the admin; becomes admin by accepting.
    pub pending_admin: Option<Pubkey>,
    /// Where `withdraw_to` sends what a paused ecosystem holds.
    pub withdraw_address: Option<Pubkey>,
    /// Named by the admin; becomes the address by accepting.
    pub pending_withdraw_address: Option<Pubkey>,
    #[max_len(MAX_NAME_LEN)]
    pub name: String,
}

impl DatState {
    /// From when what is paused since `paused_at` may be withdrawn: holders see the pause as long as the timelock.
    pub fn withdrawable_from(&self, paused_at: i64) -> i64 {
        self.withdraw_from.max(paused_at.saturating_add(TIMELOCK_SECONDS))
    }

    /// Sign for the treasury; `key` is the state's address.
    pub fn treasury_seeds<'a>(&'a self, key: &'a Pubkey) -> [&'a [u8]; 3] {
        [TREASURY_SEED, key.as_ref(), core::slice::from_ref(&self.treasury_bump)]
    }

    /// Sign for the shared authority; `key` is the state's address.
    pub fn shared_seeds<'a>(&'a self, key: &'a Pubkey) -> [&'a [u8]; 3] {
        [AUTHORITY_SEED, key.as_ref(), core::slice::from_ref(&self.shared_authority_bump)]
    }
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
    /// Stopped by failures or in an emergency; only `resume` lifts it.
    pub paused: bool,
    /// Since when it is paused, unix time, seconds; meaningless while it is not.
    pub paused_at: i64,
    /// Out of its ecosystem. What it was stays here, so that coming back escapes nothing that was promised.
    pub closed: bool,
    /// Whether the shared authority was the coin's creator when it was admitted: only then may fees be credited to it.
    pub shares_creator: bool,
    pub observation: Observation,
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
    /// Cycles in the hour and the day of the clock (UTC) that the last one was in; clients bound them.
    pub cycles_in_hour: u16,
    pub cycles_in_day: u16,
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
    /// Instead of the ecosystem's root share; kept while the token is the root, which has none.
    pub root_share: Option<RootShare>,
    /// The address lookup table that holds the accounts of this token's cycles, if there is one; clients pack by it.
    pub lookup_table: Option<Pubkey>,
}

impl TokenStats {
    /// Sign for the authority.
    pub fn authority_seeds(&self) -> [&[u8]; 4] {
        let bump = core::slice::from_ref(&self.authority_bump);
        [AUTHORITY_SEED, self.state.as_ref(), self.mint.as_ref(), bump]
    }

    /// Counts a cycle at this unix time, seconds, among those of its hour and its day.
    pub fn count_at(&mut self, now: i64) {
        let last = self.last_cycle_at;
        self.cycles_in_hour = counted(self.cycles_in_hour, last, now, HOUR_SECONDS);
        self.cycles_in_day = counted(self.cycles_in_day, last, now, DAY_SECONDS);
        self.last_cycle_at = now;
    }
}

/// One more than `count` if both times, unix seconds, are in the same `span` of seconds, else the first of a new one.
fn counted(count: u16, last: i64, now: i64, span: u64) -> u16 {
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
    use proptest::prelude::*;

    #[test]
    fn a_share_changes_after_the_timelock() {
        let share = RootShare::fixed(4_480).unwrap().changed(4_980, 1_000).unwrap();
        assert_eq!([share.at(1_000), share.at(4_599), share.at(4_600)], [4_480, 4_480, 4_980]);
        // A second change replaces the first and starts from what holds.
        let again = share.changed(4_000, 2_000).unwrap();
        assert_eq!([again.at(2_000), again.at(5_599), again.at(5_600)], [4_480, 4_480, 4_000]);
    }

    #[test]
    fn cycles_are_counted_by_the_hour_and_the_day_of_the_clock() {
        let midnight = 1_700_006_400; // 2023-11-15
        let mut counts = (0, 0, 0);
        let mut count = |now| {
            counts = (
                counted(counts.0, counts.2, now, HOUR_SECONDS),
                counted(counts.1, counts.2, now, DAY_SECONDS),
                now,
            );
            (counts.0, counts.1)
        };
        // The last second of an hour and the first of the next, of a day and of the next, and the same hour a day later.
        let times = [-7_200, -3_601, -3_600, -1, 0, 3_599, 3_600, 90_000];
        let found = times.map(|after| count(midnight + after));
        assert_eq!(found, [(1, 1), (2, 2), (1, 3), (2, 4), (1, 1), (2, 2), (1, 3), (1, 1)]);
        assert_eq!(counted(u16::MAX, midnight, midnight, DAY_SECONDS), u16::MAX);
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
