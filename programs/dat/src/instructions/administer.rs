//! What the admin sets: limits, roles, the root token and its share.

use anchor_lang::prelude::*;

use crate::errors::DatError;
use crate::events::{LookupTableSet, ParametersUpdated, RolesChanged, RootShareChanged, RootTokenSet};
use crate::state::*;

/// The admin, and what he administers.
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
    require_keys_neq!(operator, Pubkey::default(), DatError::InvalidParameter);
    ctx.accounts.state.operator = operator;
    let event = ctx.accounts.state.roles(ctx.accounts.state.key());
    emit_cpi!(event);
    Ok(())
}

pub fn set_emergency_admin(ctx: Context<Administer>, emergency_admin: Option<Pubkey>) -> Result<()> {
    ctx.accounts.state.emergency_admin = emergency_admin;
    let event = ctx.accounts.state.roles(ctx.accounts.state.key());
    emit_cpi!(event);
    Ok(())
}

pub fn propose_admin_transfer(ctx: Context<Administer>, new_admin: Pubkey) -> Result<()> {
    require_keys_neq!(new_admin, Pubkey::default(), DatError::InvalidParameter);
    ctx.accounts.state.pending_admin = Some(new_admin);
    let event = ctx.accounts.state.roles(ctx.accounts.state.key());
    emit_cpi!(event);
    Ok(())
}

pub fn cancel_admin_transfer(ctx: Context<Administer>) -> Result<()> {
    let pending = ctx.accounts.state.pending_admin.take();
    require!(pending.is_some(), DatError::NoPendingAdminTransfer);
    let event = ctx.accounts.state.roles(ctx.accounts.state.key());
    emit_cpi!(event);
    Ok(())
}

pub fn propose_withdraw_address(ctx: Context<Administer>, address: Pubkey) -> Result<()> {
    require_keys_neq!(address, Pubkey::default(), DatError::InvalidParameter);
    ctx.accounts.state.pending_withdraw_address = Some(address);
    let event = ctx.accounts.state.roles(ctx.accounts.state.key());
    emit_cpi!(event);
    Ok(())
}

/// Whoever was named, accepting by his signature.
#[event_cpi]
#[derive(Accounts)]
pub struct Accept<'info> {
    pub named: Signer<'info>,
    #[account(mut)]
    pub state: Box<Account<'info, DatState>>,
}

pub fn accept_admin_transfer(ctx: Context<Accept>) -> Result<()> {
    let (named, state) = (ctx.accounts.named.key(), &mut ctx.accounts.state);
    let pending = state.pending_admin.take().ok_or(DatError::NoPendingAdminTransfer)?;
    require_keys_eq!(named, pending, DatError::UnauthorizedAccess);
    state.admin = named;
    // What the old admin has named must not take the place of what the new one knows.
    state.pending_withdraw_address = None;
    let event = ctx.accounts.state.roles(ctx.accounts.state.key());
    emit_cpi!(event);
    Ok(())
}

pub fn accept_withdraw_address(ctx: Context<Accept>) -> Result<()> {
    let (named, state) = (ctx.accounts.named.key(), &mut ctx.accounts.state);
    let pending = state.pending_withdraw_address.take().ok_or(DatError::NoWithdrawAddress)?;
    require_keys_eq!(named, pending, DatError::UnauthorizedAccess);
    state.withdraw_address = Some(named);
    state.withdraw_from = Clock::get()?.unix_timestamp.saturating_add(TIMELOCK_SECONDS);
    let event = ctx.accounts.state.roles(ctx.accounts.state.key());
    emit_cpi!(event);
    Ok(())
}

impl DatState {
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

/// The admin, and one of his tokens.
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
    /// Absent if the ecosystem's share is meant.
    #[account(mut, has_one = state @ DatError::MintMismatch)]
    pub stats: Option<Box<Account<'info, TokenStats>>>,
}

pub fn update_root_share(ctx: Context<UpdateRootShare>, root_share_bps: u16) -> Result<()> {
    let now = Clock::get()?.unix_timestamp;
    let state = &mut ctx.accounts.state;
    let (mint, share) = match &mut ctx.accounts.stats {
        None => {
            state.root_share = state.root_share.changed(root_share_bps, now)?;
            (None, state.root_share)
        }
        Some(stats) => {
            require!(stats.role == Role::Secondary, DatError::InvalidRootShare);
            let share = stats.root_share.unwrap_or(state.root_share).changed(root_share_bps, now)?;
            stats.root_share = Some(share);
            (Some(stats.mint), share)
        }
    };
    let event = RootShareChanged { state: ctx.accounts.state.key(), mint, share };
    emit_cpi!(event);
    Ok(())
}

#[event_cpi]
#[derive(Accounts)]
pub struct SetRootToken<'info> {
    pub admin: Signer<'info>,
    #[account(mut, has_one = admin @ DatError::UnauthorizedAccess)]
    pub state: Box<Account<'info, DatState>>,
    #[account(mut, has_one = state @ DatError::MintMismatch)]
    pub stats: Box<Account<'info, TokenStats>>,
    /// The present root, which becomes a secondary; absent if there is none.
    #[account(mut, has_one = state @ DatError::MintMismatch)]
    pub previous: Option<Box<Account<'info, TokenStats>>>,
}

pub fn set_root_token(ctx: Context<SetRootToken>) -> Result<()> {
    let accounts = &mut *ctx.accounts;
    let previous = accounts.state.root_mint;
    require!(accounts.stats.role == Role::Secondary, DatError::InvalidRootToken);
    require!(accounts.previous.as_ref().map(|p| p.mint) == previous, DatError::InvalidRootToken);
    if let Some(stats) = &mut accounts.previous {
        stats.role = Role::Secondary;
    }
    accounts.stats.role = Role::Root;
    accounts.stats.root_share = None;
    accounts.state.root_mint = Some(accounts.stats.mint);
    let event = RootTokenSet { state: accounts.state.key(), root_mint: accounts.stats.mint, previous };
    emit_cpi!(event);
    Ok(())
}
