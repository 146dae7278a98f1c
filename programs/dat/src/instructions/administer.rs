//! Instructions of the admin: limits, roles, the root token and root shares.

use anchor_lang::prelude::*;

use crate::ensure;
use crate::errors::{refuse, DatError};
use crate::events::{
    LookupTableSet, ParametersUpdated, RolesChanged, RootShareChanged, RootTokenProposed, RootTokenSet,
};
use crate::state::*;

/// The admin and the state.
#[event_cpi]
#[derive(Accounts)]
pub struct Administer<'info> {
    pub admin: Signer<'info>,
    #[account(mut, has_one = admin @ DatError::UnauthorizedAccess)]
    pub state: Box<Account<'info, DatState>>,
}

pub fn update_parameters(ctx: Context<Administer>, parameters: Parameters) -> Result<()> {
    parameters.check()?;
    let state = &mut ctx.accounts.state;
    let before = core::mem::replace(&mut state.parameters, parameters);
    let event = ParametersUpdated { state: state.key(), before, after: parameters };
    emit_cpi!(event);
    Ok(())
}

pub fn set_operator(ctx: Context<Administer>, operator: Pubkey) -> Result<()> {
    ensure!(operator != Pubkey::default(), DatError::InvalidParameter);
    ctx.accounts.state.operator = operator;
    let event = ctx.accounts.state.roles(ctx.accounts.state.key());
    emit_cpi!(event);
    Ok(())
}

pub fn set_emergency_admin(ctx: Context<Administer>, emergency_admin: Option<Pubkey>) -> Result<()> {
    let state = &mut ctx.accounts.state;
    state.emergency_admin = state.emergency_admin.with_change(emergency_admin, Clock::get()?.unix_timestamp);
    let event = ctx.accounts.state.roles(ctx.accounts.state.key());
    emit_cpi!(event);
    Ok(())
}

pub fn propose_admin_transfer(ctx: Context<Administer>, new_admin: Pubkey) -> Result<()> {
    ensure!(new_admin != Pubkey::default(), DatError::InvalidParameter);
    ctx.accounts.state.pending_admin = Some(new_admin);
    let event = ctx.accounts.state.roles(ctx.accounts.state.key());
    emit_cpi!(event);
    Ok(())
}

pub fn cancel_admin_transfer(ctx: Context<Administer>) -> Result<()> {
    let pending = ctx.accounts.state.pending_admin.take();
    ensure!(pending.is_some(), DatError::NoPendingAdminTransfer);
    let event = ctx.accounts.state.roles(ctx.accounts.state.key());
    emit_cpi!(event);
    Ok(())
}

pub fn propose_withdraw_address(ctx: Context<Administer>, address: Pubkey) -> Result<()> {
    ensure!(address != Pubkey::default(), DatError::InvalidParameter);
    ctx.accounts.state.pending_withdraw_address = Some(address);
    let event = ctx.accounts.state.roles(ctx.accounts.state.key());
    emit_cpi!(event);
    Ok(())
}

/// Signer: the admin or the emergency admin.
#[event_cpi]
#[derive(Accounts)]
pub struct RefuseWithdrawal<'info> {
    pub signer: Signer<'info>,
    #[account(mut)]
    pub state: Box<Account<'info, DatState>>,
}

pub fn clear_withdraw_address(ctx: Context<RefuseWithdrawal>) -> Result<()> {
    let (signer, state) = (ctx.accounts.signer.key(), &mut ctx.accounts.state);
    ensure!(state.may_stop(&signer, Clock::get()?.unix_timestamp), DatError::UnauthorizedAccess);
    state.withdraw_address = None;
    state.pending_withdraw_address = None;
    let event = ctx.accounts.state.roles(ctx.accounts.state.key());
    emit_cpi!(event);
    Ok(())
}

/// A nominated key accepts with its signature.
#[event_cpi]
#[derive(Accounts)]
pub struct Accept<'info> {
    pub named: Signer<'info>,
    #[account(mut)]
    pub state: Box<Account<'info, DatState>>,
}

pub fn accept_admin_transfer(ctx: Context<Accept>) -> Result<()> {
    let (named, state) = (ctx.accounts.named.key(), &mut ctx.accounts.state);
    let pending = state.pending_admin.take().ok_or_else(|| refuse(DatError::NoPendingAdminTransfer))?;
    ensure!(named == pending, DatError::UnauthorizedAccess);
    state.admin = named;
    // Nominations of the old admin end here: destinations of money and future holders of roles.
    state.pending_withdraw_address = None;
    state.withdraw_address = None;
    state.pending_root_mint = None;
    state.emergency_admin = TimelockedRole::fixed(state.emergency_admin.at(Clock::get()?.unix_timestamp));
    let event = ctx.accounts.state.roles(ctx.accounts.state.key());
    emit_cpi!(event);
    Ok(())
}

pub fn accept_withdraw_address(ctx: Context<Accept>) -> Result<()> {
    let (named, state) = (ctx.accounts.named.key(), &mut ctx.accounts.state);
    let pending = state.pending_withdraw_address.take().ok_or_else(|| refuse(DatError::NoWithdrawAddress))?;
    ensure!(named == pending, DatError::UnauthorizedAccess);
    state.withdraw_address = Some(named);
    state.withdraw_from = Clock::get()?.unix_timestamp.saturating_add(TIMELOCK_SECONDS);
    let event = ctx.accounts.state.roles(ctx.accounts.state.key());
    emit_cpi!(event);
    Ok(())
}

impl DatState {
    /// Whether `signer` may pause and refuse a withdrawal at `now`.
    pub fn may_stop(&self, signer: &Pubkey, now: i64) -> bool {
        *signer == self.admin || self.emergency_admin.at(now) == Some(*signer)
    }

    fn roles(&self, state: Pubkey) -> RolesChanged {
        RolesChanged {
            state,
            admin: self.admin,
            pending_admin: self.pending_admin,
            operator: self.operator,
            emergency_admin: self.emergency_admin,
            withdraw_address: self.withdraw_address,
            pending_withdraw_address: self.pending_withdraw_address,
            withdraw_from: self.withdraw_from,
        }
    }
}

/// The admin and one of the tokens.
#[event_cpi]
#[derive(Accounts)]
pub struct AdministerToken<'info> {
    pub admin: Signer<'info>,
    #[account(has_one = admin @ DatError::UnauthorizedAccess)]
    pub state: Box<Account<'info, DatState>>,
    #[account(mut, has_one = state @ DatError::MintMismatch)]
    pub stats: Box<Account<'info, TokenStats>>,
}

pub fn set_lookup_table(ctx: Context<AdministerToken>, lookup_table: Option<Pubkey>) -> Result<()> {
    let stats = &mut ctx.accounts.stats;
    stats.lookup_table = lookup_table;
    let event = LookupTableSet { state: stats.state, mint: stats.mint, lookup_table };
    emit_cpi!(event);
    Ok(())
}

#[event_cpi]
#[derive(Accounts)]
pub struct UpdateRootShare<'info> {
    pub admin: Signer<'info>,
    #[account(mut, has_one = admin @ DatError::UnauthorizedAccess)]
    pub state: Box<Account<'info, DatState>>,
    /// Absent for the ecosystem's share.
    #[account(mut, has_one = state @ DatError::MintMismatch)]
    pub stats: Option<Box<Account<'info, TokenStats>>>,
}

pub fn update_root_share(ctx: Context<UpdateRootShare>, root_share_bps: u16) -> Result<()> {
    let now = Clock::get()?.unix_timestamp;
    let state = &mut ctx.accounts.state;
    let (mint, share) = match &mut ctx.accounts.stats {
        None => {
            state.root_share = state.root_share.with_change(root_share_bps, now)?;
            (None, state.root_share)
        }
        Some(stats) => {
            ensure!(stats.role == Role::Secondary, DatError::InvalidRootShare);
            let share = stats.root_share.unwrap_or(state.root_share).with_change(root_share_bps, now)?;
            stats.root_share = Some(share);
            (Some(stats.mint), share)
        }
    };
    let event = RootShareChanged { state: ctx.accounts.state.key(), mint, share };
    emit_cpi!(event);
    Ok(())
}

/// The admin and the token that is nominated as the next root.
#[event_cpi]
#[derive(Accounts)]
pub struct AdministerRoot<'info> {
    pub admin: Signer<'info>,
    #[account(mut, has_one = admin @ DatError::UnauthorizedAccess)]
    pub state: Box<Account<'info, DatState>>,
    #[account(has_one = state @ DatError::MintMismatch)]
    pub stats: Box<Account<'info, TokenStats>>,
}

#[event_cpi]
#[derive(Accounts)]
pub struct SetRootToken<'info> {
    pub admin: Signer<'info>,
    #[account(mut, has_one = admin @ DatError::UnauthorizedAccess)]
    pub state: Box<Account<'info, DatState>>,
    #[account(mut, has_one = state @ DatError::MintMismatch)]
    pub stats: Box<Account<'info, TokenStats>>,
    /// The present root, which becomes a secondary. Absent if there is none.
    #[account(mut, has_one = state @ DatError::MintMismatch)]
    pub previous: Option<Box<Account<'info, TokenStats>>>,
}

pub fn propose_root_token(ctx: Context<AdministerRoot>) -> Result<()> {
    let (state, stats) = (&mut ctx.accounts.state, &ctx.accounts.stats);
    ensure!(stats.role == Role::Secondary && !stats.closed, DatError::InvalidRootToken);
    state.pending_root_mint = Some(stats.mint);
    state.root_from = Clock::get()?.unix_timestamp.saturating_add(TIMELOCK_SECONDS);
    let event = RootTokenProposed { state: state.key(), mint: stats.mint, from: state.root_from };
    emit_cpi!(event);
    Ok(())
}

pub fn set_root_token(ctx: Context<SetRootToken>) -> Result<()> {
    let accounts = &mut *ctx.accounts;
    let previous = accounts.state.root_mint;
    let named = accounts.stats.role == Role::Secondary && !accounts.stats.closed;
    ensure!(named, DatError::InvalidRootToken);
    ensure!(accounts.state.pending_root_mint == Some(accounts.stats.mint), DatError::RootTokenNotProposed);
    let (now, from) = (Clock::get()?.unix_timestamp, accounts.state.root_from);
    ensure!(now >= from, DatError::TimelockActive);
    let until = from.saturating_add(PROPOSAL_LIFETIME_SECONDS);
    ensure!(now <= until, DatError::RootTokenNotProposed);
    ensure!(accounts.previous.as_ref().map(|p| p.mint) == previous, DatError::InvalidRootToken);
    if let Some(stats) = &mut accounts.previous {
        stats.role = Role::Secondary;
    }
    accounts.stats.role = Role::Root;
    accounts.state.root_mint = Some(accounts.stats.mint);
    accounts.state.pending_root_mint = None;
    let event = RootTokenSet { state: accounts.state.key(), root_mint: accounts.stats.mint, previous };
    emit_cpi!(event);
    Ok(())
}
