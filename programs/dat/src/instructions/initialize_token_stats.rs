use anchor_lang::prelude::*;
use anchor_spl::associated_token::AssociatedToken;
use anchor_spl::token_interface::{Mint, TokenAccount, TokenInterface};

use crate::errors::DatError;
use crate::instructions::initialize_dat_state::{fund_rent, ROOT_SHARE_RANGE_BPS};
use crate::pump::{self, BondingCurve};
use crate::state::*;

#[derive(Accounts)]
pub struct InitializeTokenStats<'info> {
    #[account(mut)]
    pub admin: Signer<'info>,
    #[account(mut, has_one = admin @ DatError::UnauthorizedAccess)]
    pub state: Box<Account<'info, DatState>>,
    pub mint: Box<InterfaceAccount<'info, Mint>>,
    #[account(
        init, payer = admin, space = 8 + TokenStats::INIT_SPACE,
        seeds = [STATS_SEED, state.key().as_ref(), mint.key().as_ref()], bump,
    )]
    pub stats: Box<Account<'info, TokenStats>>,
    /// CHECK: bare PDA by its seeds
    #[account(mut, seeds = [AUTHORITY_SEED, state.key().as_ref(), mint.key().as_ref()], bump)]
    pub authority: UncheckedAccount<'info>,
    // Anybody may have created it before us, so it may be there.
    #[account(
        init_if_needed, payer = admin,
        associated_token::mint = mint,
        associated_token::authority = authority,
        associated_token::token_program = token_program,
    )]
    pub token_account: Box<InterfaceAccount<'info, TokenAccount>>,
    /// CHECK: PDA of pump.fun by its seeds, read by `BondingCurve::load`
    #[account(
        seeds = [pump::BONDING_CURVE_SEED, mint.key().as_ref()], bump, seeds::program = pump::PUMP,
    )]
    pub bonding_curve: UncheckedAccount<'info>,
    /// CHECK: PDA of pump.fun by its seeds
    #[account(
        mut, seeds = [pump::CREATOR_VAULT_SEED, authority.key().as_ref()], bump, seeds::program = pump::PUMP,
    )]
    pub creator_vault: UncheckedAccount<'info>,
    /// CHECK: PDA of pump.fun by its seeds
    #[account(
        mut, seeds = [pump::USER_VOLUME_ACCUMULATOR_SEED, authority.key().as_ref()], bump,
        seeds::program = pump::PUMP,
    )]
    pub user_volume_accumulator: UncheckedAccount<'info>,
    /// CHECK: by its address
    #[account(address = pump::EVENT_AUTHORITY)]
    pub pump_event_authority: UncheckedAccount<'info>,
    /// CHECK: by its address
    #[account(address = pump::PUMP)]
    pub pump_program: UncheckedAccount<'info>,
    pub token_program: Interface<'info, TokenInterface>,
    pub associated_token_program: Program<'info, AssociatedToken>,
    pub system_program: Program<'info, System>,
}

pub fn admit_token(
    ctx: Context<InitializeTokenStats>,
    role: Role,
    root_share_bps: Option<u16>,
) -> Result<()> {
    let accounts = ctx.accounts;
    BondingCurve::load(&accounts.bonding_curve)?.check_supported(accounts.authority.key)?;
    match role {
        Role::Root => {
            require!(root_share_bps.is_none(), DatError::InvalidRootShare);
            require!(accounts.state.root_mint.is_none(), DatError::RootTokenAlreadySet);
            accounts.state.root_mint = Some(accounts.mint.key());
        }
        Role::Secondary => require!(
            root_share_bps.is_none_or(|share| ROOT_SHARE_RANGE_BPS.contains(&share)),
            DatError::InvalidRootShare
        ),
    }

    fund_rent(&accounts.admin, &accounts.authority, &accounts.system_program)?;
    fund_rent(&accounts.admin, &accounts.creator_vault, &accounts.system_program)?;
    if accounts.user_volume_accumulator.data_is_empty() {
        pump::init_user_volume_accumulator(
            &accounts.admin,
            &accounts.authority,
            &accounts.user_volume_accumulator,
            &accounts.system_program,
            &accounts.pump_event_authority,
            &accounts.pump_program,
        )?;
    }

    accounts.stats.set_inner(TokenStats {
        state: accounts.state.key(),
        mint: accounts.mint.key(),
        authority: accounts.authority.key(),
        authority_bump: ctx.bumps.authority,
        token_account: accounts.token_account.key(),
        bonding_curve: accounts.bonding_curve.key(),
        creator_vault: accounts.creator_vault.key(),
        role,
        carried_lamports: 0,
        cycle_count: 0,
        last_cycle_at: 0,
        last_cycle_id: [0; 16],
        total_inflow_lamports: 0,
        total_from_treasury_lamports: 0,
        total_to_root_lamports: 0,
        total_spent_lamports: 0,
        total_burned: 0,
        root_share_bps,
    });
    Ok(())
}
