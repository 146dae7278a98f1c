//! The way out for what a paused ecosystem or token holds.

use anchor_lang::prelude::*;

use crate::errors::DatError;
use crate::events::Withdrawn;
use crate::state::*;
use crate::transfer::{above_rent, add, sub, transfer};

/// With `stats`: empties the token's authority, which must be `from`. Without: `from` is the treasury or the shared
/// authority.
#[event_cpi]
#[derive(Accounts)]
pub struct WithdrawTo<'info> {
    pub admin: Signer<'info>,
    #[account(has_one = admin @ DatError::UnauthorizedAccess)]
    pub state: Box<Account<'info, DatState>>,
    #[account(mut, has_one = state @ DatError::MintMismatch)]
    pub stats: Option<Box<Account<'info, TokenStats>>>,
    /// CHECK: one of our bare PDAs, compared in the handler
    #[account(mut)]
    pub from: UncheckedAccount<'info>,
    /// CHECK: the accepted address, compared in the handler
    #[account(mut)]
    pub to: UncheckedAccount<'info>,
    pub system_program: Program<'info, System>,
}

pub fn withdraw(ctx: Context<WithdrawTo>) -> Result<()> {
    let now = Clock::get()?.unix_timestamp;
    let accounts = &mut *ctx.accounts;
    let (state, key) = (&accounts.state, accounts.state.key());
    let paused = state.paused || accounts.stats.as_ref().is_some_and(|stats| stats.paused);
    require!(paused, DatError::NotPaused);
    require!(state.withdraw_address == Some(accounts.to.key()), DatError::NoWithdrawAddress);
    require_gte!(now, state.withdraw_from, DatError::TimelockActive);

    let lamports = above_rent(&accounts.from)?;
    let from = accounts.from.key();
    let mint = match &mut accounts.stats {
        Some(stats) => {
            require_keys_eq!(from, stats.authority, DatError::MintMismatch);
            let mint = stats.mint;
            let seeds: &[&[u8]] = &[AUTHORITY_SEED, key.as_ref(), mint.as_ref(), &[stats.authority_bump]];
            transfer(&accounts.from, &accounts.to, lamports, seeds)?;
            // What had not been split yet is taken in unsplit: a drain leaves nothing to the root.
            let inflow = sub(lamports, stats.carried_lamports.min(lamports))?;
            stats.total_inflow_lamports = add(stats.total_inflow_lamports, inflow)?;
            stats.total_withdrawn_lamports = add(stats.total_withdrawn_lamports, lamports)?;
            stats.carried_lamports = 0;
            Some(mint)
        }
        None => {
            let (seed, bump) = if from == state.treasury {
                (TREASURY_SEED, state.treasury_bump)
            } else {
                require_keys_eq!(from, state.shared_authority, DatError::InvalidRootTreasury);
                (AUTHORITY_SEED, state.shared_authority_bump)
            };
            transfer(&accounts.from, &accounts.to, lamports, &[seed, key.as_ref(), &[bump]])?;
            None
        }
    };
    let event = Withdrawn { state: key, mint, to: accounts.to.key(), lamports };
    emit_cpi!(event);
    Ok(())
}
