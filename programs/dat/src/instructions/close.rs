//! Closes a token or an ecosystem when it holds nothing that anybody could lose.
//!
//! The stats and the state stay with admin, role, share and counts. So nobody else can take their addresses,
//! and a return (`initialize_*` again) avoids no promise. `unwrap` still works after the close.

use anchor_lang::prelude::*;

use crate::ensure;
use crate::errors::{refuse, DatError};
use crate::events::Closed;
use crate::pump::{u64_at, TOKEN_AMOUNT};
use crate::state::*;
use crate::token;
use crate::transfer::{above_rent, transfer};

#[event_cpi]
#[derive(Accounts)]
pub struct CloseTokenStats<'info> {
    #[account(mut)]
    pub admin: Signer<'info>,
    #[account(mut, has_one = admin @ DatError::UnauthorizedAccess)]
    pub state: Box<Account<'info, DatState>>,
    #[account(
        mut,
        has_one = state @ DatError::MintMismatch,
        has_one = authority @ DatError::MintMismatch,
        has_one = token_account @ DatError::MintMismatch,
    )]
    pub stats: Box<Account<'info, TokenStats>>,
    /// CHECK: bare PDA; the stats hold its address
    #[account(mut)]
    pub authority: UncheckedAccount<'info>,
    /// CHECK: the stats hold its address
    #[account(mut)]
    pub token_account: UncheckedAccount<'info>,
    /// CHECK: the owner program of the token account
    #[account(address = *token_account.owner @ DatError::MintMismatch)]
    pub token_program: UncheckedAccount<'info>,
    pub system_program: Program<'info, System>,
}

pub fn close_token_stats(ctx: Context<CloseTokenStats>) -> Result<()> {
    let accounts = &mut *ctx.accounts;
    let stats = &accounts.stats;
    ensure!(!stats.closed, DatError::DATNotActive);
    ensure!(u64_at(&accounts.token_account.try_borrow_data()?, TOKEN_AMOUNT) == 0, DatError::NotEmpty);
    ensure!(above_rent(&accounts.authority)? == 0, DatError::NotEmpty);

    let seeds = stats.authority_seeds();
    let program = accounts.token_program.key();
    token::close(&program, &accounts.token_account, &accounts.admin, &accounts.authority, &seeds)?;
    transfer(&accounts.authority, &accounts.admin, accounts.authority.lamports(), &seeds)?;

    let state = &mut accounts.state;
    state.token_count = state.token_count.checked_sub(1).ok_or_else(|| refuse(DatError::MathOverflow))?;
    if state.root_mint == Some(accounts.stats.mint) {
        state.root_mint = None;
        state.pending_root_mint = None;
        state.root_from = Clock::get()?.unix_timestamp.saturating_add(TIMELOCK_SECONDS);
    }
    accounts.stats.closed = true;
    accounts.stats.carried_lamports = 0;
    let event = Closed { state: accounts.state.key(), mint: Some(accounts.stats.mint) };
    emit_cpi!(event);
    Ok(())
}

#[event_cpi]
#[derive(Accounts)]
pub struct CloseDatState<'info> {
    #[account(mut)]
    pub admin: Signer<'info>,
    #[account(
        mut,
        has_one = admin @ DatError::UnauthorizedAccess,
        has_one = treasury @ DatError::InvalidRootTreasury,
        has_one = shared_authority @ DatError::MintMismatch,
    )]
    pub state: Box<Account<'info, DatState>>,
    /// CHECK: bare PDA; the state holds its address
    #[account(mut)]
    pub treasury: UncheckedAccount<'info>,
    /// CHECK: bare PDA; the state holds its address
    #[account(mut)]
    pub shared_authority: UncheckedAccount<'info>,
    pub system_program: Program<'info, System>,
}

pub fn close_dat_state(ctx: Context<CloseDatState>) -> Result<()> {
    let accounts = &mut *ctx.accounts;
    let state = &accounts.state;
    ensure!(!state.closed, DatError::DATNotActive);
    ensure!(state.token_count == 0, DatError::NotEmpty);
    ensure!(above_rent(&accounts.treasury)? == 0, DatError::NotEmpty);
    ensure!(above_rent(&accounts.shared_authority)? == 0, DatError::NotEmpty);
    let key = state.key();
    let (treasury, shared) = (&accounts.treasury, &accounts.shared_authority);
    transfer(treasury, &accounts.admin, treasury.lamports(), &state.treasury_seeds(&key))?;
    transfer(shared, &accounts.admin, shared.lamports(), &state.shared_seeds(&key))?;
    accounts.state.closed = true;
    let event = Closed { state: key, mint: None };
    emit_cpi!(event);
    Ok(())
}
