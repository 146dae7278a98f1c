//! Withdraws lamports from a paused ecosystem or token.

use anchor_lang::prelude::*;

use crate::arithmetic::{add, sub};
use crate::ensure;
use crate::errors::{refuse, DatError};
use crate::events::Withdrawn;
use crate::state::*;
use crate::transfer::{above_rent, transfer};

/// With `stats`, `from` must be the token's authority. Without, `from` is the treasury or the shared
/// authority.
#[event_cpi]
#[derive(Accounts)]
pub struct WithdrawTo<'info> {
    pub admin: Signer<'info>,
    #[account(has_one = admin @ DatError::UnauthorizedAccess)]
    pub state: Box<Account<'info, DatState>>,
    #[account(mut, has_one = state @ DatError::MintMismatch)]
    pub stats: Option<Box<Account<'info, TokenStats>>>,
    /// CHECK: one of our bare PDAs; compared in the handler
    #[account(mut)]
    pub from: UncheckedAccount<'info>,
    /// CHECK: the accepted address; compared in the handler
    #[account(mut)]
    pub to: UncheckedAccount<'info>,
    pub system_program: Program<'info, System>,
}

pub fn withdraw_to(ctx: Context<WithdrawTo>) -> Result<()> {
    let now = Clock::get()?.unix_timestamp;
    let accounts = &mut *ctx.accounts;
    let (state, key) = (&accounts.state, accounts.state.key());
    let of_token = accounts.stats.as_ref().filter(|stats| stats.paused).map(|stats| stats.paused_at);
    let of_state = state.paused.then_some(state.paused_at);
    // Either pause suffices. The older one counts.
    let paused_at = of_state.into_iter().chain(of_token).min().ok_or_else(|| refuse(DatError::NotPaused))?;
    ensure!(state.withdraw_address == Some(accounts.to.key()), DatError::NoWithdrawAddress);
    ensure!(now >= state.withdrawable_from(paused_at), DatError::TimelockActive);

    let lamports = above_rent(&accounts.from)?;
    let from = accounts.from.key();
    let mint = match &mut accounts.stats {
        Some(stats) => {
            ensure!(from == stats.authority, DatError::MintMismatch);
            let mint = stats.mint;
            transfer(&accounts.from, &accounts.to, lamports, &stats.authority_seeds())?;
            // Inflow that was not yet split is withdrawn without a share for the root.
            let inflow = sub(lamports, stats.carried_lamports.min(lamports))?;
            stats.total_inflow_lamports = add(stats.total_inflow_lamports, inflow)?;
            stats.total_withdrawn_lamports = add(stats.total_withdrawn_lamports, lamports)?;
            stats.carried_lamports = 0;
            Some(mint)
        }
        None => {
            let seeds = if from == state.treasury {
                state.treasury_seeds(&key)
            } else {
                ensure!(from == state.shared_authority, DatError::MintMismatch);
                state.shared_seeds(&key)
            };
            transfer(&accounts.from, &accounts.to, lamports, &seeds)?;
            None
        }
    };
    let event = Withdrawn { state: key, mint, to: accounts.to.key(), lamports };
    emit_cpi!(event);
    Ok(())
}
