//! Giving rents back to the admin, once nothing is left that somebody could lose.

use anchor_lang::prelude::*;
use anchor_spl::token_interface::{self, CloseAccount, TokenAccount, TokenInterface};

use crate::errors::DatError;
use crate::events::Closed;
use crate::state::*;
use crate::transfer::{above_rent, transfer};

#[event_cpi]
#[derive(Accounts)]
pub struct CloseTokenStats<'info> {
    #[account(mut)]
    pub admin: Signer<'info>,
    #[account(mut, has_one = admin @ DatError::UnauthorizedAccess)]
    pub state: Box<Account<'info, DatState>>,
    #[account(
        mut, close = admin,
        has_one = state @ DatError::MintMismatch,
        has_one = authority @ DatError::MintMismatch,
        has_one = token_account @ DatError::MintMismatch,
    )]
    pub stats: Box<Account<'info, TokenStats>>,
    /// CHECK: bare PDA, by its address in the stats
    #[account(mut)]
    pub authority: UncheckedAccount<'info>,
    #[account(mut)]
    pub token_account: Box<InterfaceAccount<'info, TokenAccount>>,
    pub token_program: Interface<'info, TokenInterface>,
    pub system_program: Program<'info, System>,
}

pub fn close_token(ctx: Context<CloseTokenStats>) -> Result<()> {
    let now = Clock::get()?.unix_timestamp;
    let accounts = &mut *ctx.accounts;
    let stats = &accounts.stats;
    require!(accounts.token_account.amount == 0, DatError::NotEmpty);
    require!(above_rent(&accounts.authority)? == 0, DatError::NotEmpty);
    // A cycle count that starts anew must not meet a transaction that was signed for the old one.
    let settled = stats.cycle_count == 0 || now >= stats.last_cycle_at.saturating_add(TIMELOCK_SECONDS);
    require!(settled, DatError::TimelockActive);

    let seeds: &[&[u8]] =
        &[AUTHORITY_SEED, stats.state.as_ref(), stats.mint.as_ref(), &[stats.authority_bump]];
    let close = CloseAccount {
        account: accounts.token_account.to_account_info(),
        destination: accounts.admin.to_account_info(),
        authority: accounts.authority.to_account_info(),
    };
    let program = accounts.token_program.key();
    token_interface::close_account(CpiContext::new_with_signer(program, close, &[seeds]))?;
    transfer(&accounts.authority, &accounts.admin, accounts.authority.lamports(), seeds)?;

    let state = &mut accounts.state;
    state.token_count = state.token_count.checked_sub(1).ok_or(DatError::MathOverflow)?;
    if state.root_mint == Some(accounts.stats.mint) {
        state.root_mint = None;
    }
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
        mut, close = admin,
        has_one = admin @ DatError::UnauthorizedAccess,
        has_one = treasury @ DatError::InvalidRootTreasury,
        has_one = shared_authority @ DatError::MintMismatch,
    )]
    pub state: Box<Account<'info, DatState>>,
    /// CHECK: bare PDA, by its address in the state
    #[account(mut)]
    pub treasury: UncheckedAccount<'info>,
    /// CHECK: bare PDA, by its address in the state
    #[account(mut)]
    pub shared_authority: UncheckedAccount<'info>,
    pub system_program: Program<'info, System>,
}

pub fn close_ecosystem(ctx: Context<CloseDatState>) -> Result<()> {
    let accounts = &mut *ctx.accounts;
    let state = &accounts.state;
    require!(state.token_count == 0, DatError::NotEmpty);
    require!(above_rent(&accounts.treasury)? == 0, DatError::NotEmpty);
    require!(above_rent(&accounts.shared_authority)? == 0, DatError::NotEmpty);
    let key = state.key();
    let treasury: &[&[u8]] = &[TREASURY_SEED, key.as_ref(), &[state.treasury_bump]];
    transfer(&accounts.treasury, &accounts.admin, accounts.treasury.lamports(), treasury)?;
    let shared: &[&[u8]] = &[AUTHORITY_SEED, key.as_ref(), &[state.shared_authority_bump]];
    transfer(&accounts.shared_authority, &accounts.admin, accounts.shared_authority.lamports(), shared)?;
    let event = Closed { state: key, mint: None };
    emit_cpi!(event);
    Ok(())
}
