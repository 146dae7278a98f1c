use anchor_lang::prelude::*;

use crate::errors::DatError;
use crate::events::DatInitialized;
use crate::state::*;
use crate::transfer::fund_rent;

#[event_cpi]
#[derive(Accounts)]
#[instruction(name: String)]
pub struct InitializeDatState<'info> {
    #[account(mut)]
    pub admin: Signer<'info>,
    #[account(
        init, payer = admin, space = 8 + DatState::INIT_SPACE,
        seeds = [STATE_SEED, admin.key().as_ref(), name.as_bytes()], bump,
    )]
    pub state: Box<Account<'info, DatState>>,
    /// CHECK: bare PDA by its seeds
    #[account(mut, seeds = [TREASURY_SEED, state.key().as_ref()], bump)]
    pub treasury: UncheckedAccount<'info>,
    /// CHECK: bare PDA by its seeds
    #[account(seeds = [AUTHORITY_SEED, state.key().as_ref()], bump)]
    pub shared_authority: UncheckedAccount<'info>,
    pub system_program: Program<'info, System>,
}

/// Who holds which role in a new ecosystem.
#[derive(AnchorSerialize, AnchorDeserialize, Clone, Copy, Debug)]
pub struct Roles {
    pub operator: Pubkey,
    pub emergency_admin: Option<Pubkey>,
}

pub fn create_ecosystem(
    ctx: Context<InitializeDatState>,
    name: String,
    roles: Roles,
    root_share_bps: u16,
    parameters: Parameters,
) -> Result<()> {
    require!((1..=MAX_NAME_LEN).contains(&name.len()), DatError::InvalidParameter);
    require_keys_neq!(roles.operator, Pubkey::default(), DatError::InvalidParameter);
    parameters.check()?;
    let accounts = &mut *ctx.accounts;
    fund_rent(&accounts.admin, &accounts.treasury)?;
    accounts.state.set_inner(DatState {
        admin: accounts.admin.key(),
        operator: roles.operator,
        treasury: accounts.treasury.key(),
        treasury_bump: ctx.bumps.treasury,
        shared_authority: accounts.shared_authority.key(),
        shared_authority_bump: ctx.bumps.shared_authority,
        active: true,
        paused: false,
        root_share: RootShare::fixed(root_share_bps)?,
        parameters,
        token_count: 0,
        withdraw_from: 0,
        root_mint: None,
        emergency_admin: roles.emergency_admin,
        pending_admin: None,
        withdraw_address: None,
        pending_withdraw_address: None,
        name,
    });
    let event = DatInitialized {
        state: accounts.state.key(),
        admin: accounts.admin.key(),
        operator: roles.operator,
        emergency_admin: roles.emergency_admin,
        root_share_bps,
        parameters,
    };
    emit_cpi!(event);
    Ok(())
}
