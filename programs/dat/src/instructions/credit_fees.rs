use anchor_lang::prelude::*;

use crate::arithmetic::add;
use crate::ensure;
use crate::errors::DatError;
use crate::events::FeesCredited;
use crate::state::*;
use crate::transfer::{above_rent, transfer};

#[event_cpi]
#[derive(Accounts)]
pub struct CreditFees<'info> {
    pub operator: Signer<'info>,
    #[account(
        has_one = operator @ DatError::UnauthorizedAccess,
        has_one = shared_authority @ DatError::MintMismatch,
    )]
    pub state: Box<Account<'info, DatState>>,
    #[account(
        mut,
        has_one = state @ DatError::MintMismatch,
        has_one = authority @ DatError::MintMismatch,
    )]
    pub stats: Box<Account<'info, TokenStats>>,
    /// CHECK: bare PDA; the state holds its address
    #[account(mut)]
    pub shared_authority: UncheckedAccount<'info>,
    /// CHECK: bare PDA; the stats hold its address
    #[account(mut)]
    pub authority: UncheckedAccount<'info>,
    pub system_program: Program<'info, System>,
}

pub fn credit_fees(ctx: Context<CreditFees>, total_before: u64, lamports: u64) -> Result<()> {
    let accounts = &mut *ctx.accounts;
    ensure!(accounts.state.active && !accounts.state.paused, DatError::DATNotActive);
    ensure!(!accounts.stats.closed, DatError::DATNotActive);
    // The holder of the operator's key must not credit a token that earns nothing of the shared fees.
    ensure!(accounts.stats.shares_creator, DatError::CreatorMismatch);
    ensure!(accounts.stats.total_credited_lamports == total_before, DatError::CreditMismatch);
    ensure!(above_rent(&accounts.shared_authority)? >= lamports, DatError::InsufficientFees);
    let state = accounts.state.key();
    let seeds = accounts.state.shared_seeds(&state);
    transfer(&accounts.shared_authority, &accounts.authority, lamports, &seeds)?;
    let total_credited = add(total_before, lamports)?;
    accounts.stats.total_credited_lamports = total_credited;
    let event = FeesCredited { state, mint: accounts.stats.mint, lamports, total_credited };
    emit_cpi!(event);
    Ok(())
}
