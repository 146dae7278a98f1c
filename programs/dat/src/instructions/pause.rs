//! Stops cycles and lets them run again.

use anchor_lang::prelude::*;

use crate::ensure;
use crate::errors::DatError;
use crate::events::{CycleFailed, StatusChanged};
use crate::state::*;

/// Signer: the admin; for a pause also the emergency admin.
#[event_cpi]
#[derive(Accounts)]
pub struct ChangeStatus<'info> {
    pub signer: Signer<'info>,
    #[account(mut)]
    pub state: Box<Account<'info, DatState>>,
    /// Absent for the whole ecosystem.
    #[account(mut, has_one = state @ DatError::MintMismatch)]
    pub stats: Option<Box<Account<'info, TokenStats>>>,
}

impl ChangeStatus<'_> {
    fn check_admin(&self) -> Result<()> {
        ensure!(self.signer.key() == self.state.admin, DatError::UnauthorizedAccess);
        Ok(())
    }

    fn status_event(&self) -> StatusChanged {
        let (mint, active, paused) = match &self.stats {
            None => (None, self.state.active, self.state.paused),
            Some(stats) => (Some(stats.mint), stats.active, stats.paused),
        };
        StatusChanged { state: self.state.key(), mint, active, paused, by: self.signer.key() }
    }
}

pub fn set_active(ctx: Context<ChangeStatus>, active: bool) -> Result<()> {
    ctx.accounts.check_admin()?;
    match &mut ctx.accounts.stats {
        None => ctx.accounts.state.active = active,
        Some(stats) => stats.active = active,
    }
    let event = ctx.accounts.status_event();
    emit_cpi!(event);
    Ok(())
}

impl TokenStats {
    /// Pauses the token from `now` on, unless it is already paused.
    fn pause(&mut self, now: i64) {
        self.paused_at = if self.paused { self.paused_at } else { now };
        self.paused = true;
    }
}

pub fn emergency_pause(ctx: Context<ChangeStatus>) -> Result<()> {
    let now = Clock::get()?.unix_timestamp;
    let (signer, state) = (ctx.accounts.signer.key(), &mut ctx.accounts.state);
    ensure!(state.may_stop(&signer, now), DatError::UnauthorizedAccess);
    match &mut ctx.accounts.stats {
        None => {
            state.paused_at = if state.paused { state.paused_at } else { now };
            state.paused = true;
        }
        Some(stats) => stats.pause(now),
    }
    let event = ctx.accounts.status_event();
    emit_cpi!(event);
    Ok(())
}

pub fn resume(ctx: Context<ChangeStatus>) -> Result<()> {
    ctx.accounts.check_admin()?;
    match &mut ctx.accounts.stats {
        None => ctx.accounts.state.paused = false,
        Some(stats) => {
            stats.paused = false;
            stats.consecutive_failures = 0;
        }
    }
    let event = ctx.accounts.status_event();
    emit_cpi!(event);
    Ok(())
}

#[event_cpi]
#[derive(Accounts)]
pub struct RecordFailure<'info> {
    pub operator: Signer<'info>,
    #[account(has_one = operator @ DatError::UnauthorizedAccess)]
    pub state: Box<Account<'info, DatState>>,
    #[account(mut, has_one = state @ DatError::MintMismatch)]
    pub stats: Box<Account<'info, TokenStats>>,
}

pub fn record_failure(ctx: Context<RecordFailure>, cycle_id: [u8; 16], error_code: u32) -> Result<()> {
    let stats = &mut ctx.accounts.stats;
    // A run fails once, even if its pod starts again, and a successful run does not fail.
    let recorded = [stats.last_failed_id, stats.last_cycle_id].contains(&cycle_id);
    ensure!(!recorded, DatError::FailureAlreadyRecorded);
    stats.last_failed_id = cycle_id;
    stats.failed_cycles = stats.failed_cycles.saturating_add(1);
    stats.consecutive_failures = stats.consecutive_failures.saturating_add(1);
    if stats.consecutive_failures >= MAX_CONSECUTIVE_FAILURES {
        stats.pause(Clock::get()?.unix_timestamp);
    }
    let event = CycleFailed {
        state: stats.state,
        mint: stats.mint,
        cycle_id,
        error_code,
        consecutive_failures: stats.consecutive_failures,
        paused: stats.paused,
    };
    emit_cpi!(event);
    Ok(())
}
