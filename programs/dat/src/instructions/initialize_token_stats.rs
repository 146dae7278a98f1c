use anchor_lang::prelude::*;
use anchor_spl::associated_token::AssociatedToken;
use anchor_spl::token_interface::{Mint, TokenAccount, TokenInterface};

use crate::errors::DatError;
use crate::events::TokenStatsInitialized;
use crate::pump::market::BondingCurve;
use crate::pump::{self, volume};
use crate::state::*;
use crate::transfer::fund_rent;

#[event_cpi]
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
    let accounts = &mut *ctx.accounts;
    let mint = accounts.mint.key();
    let sharing_config = pump::sharing_config_of(&mint);
    let curve = BondingCurve::load(&accounts.bonding_curve)?;
    match role {
        Role::Root => {
            require!(root_share_bps.is_none(), DatError::InvalidRootShare);
            require!(accounts.state.root_mint.is_none(), DatError::RootTokenAlreadySet);
            accounts.state.root_mint = Some(mint);
        }
        Role::Secondary => {
            let creators = [accounts.authority.key(), accounts.state.shared_authority, sharing_config];
            require!(!curve.cashback, DatError::CashbackCoin);
            require!(creators.contains(&curve.creator), DatError::CreatorMismatch);
        }
    }

    fund_rent(&accounts.admin, &accounts.authority)?;
    if accounts.user_volume_accumulator.data_is_empty() {
        volume::init_user_volume_accumulator(
            &accounts.admin,
            &accounts.authority,
            &accounts.user_volume_accumulator,
            &accounts.system_program,
            &accounts.pump_event_authority,
            &accounts.pump_program,
        )?;
    }

    accounts.state.token_count = accounts.state.token_count.checked_add(1).ok_or(DatError::MathOverflow)?;
    accounts.stats.set_inner(TokenStats {
        state: accounts.state.key(),
        mint,
        authority: accounts.authority.key(),
        authority_bump: ctx.bumps.authority,
        token_account: accounts.token_account.key(),
        bonding_curve: accounts.bonding_curve.key(),
        pool: pump::pool_of(&mint),
        sharing_config,
        role,
        active: true,
        paused: false,
        consecutive_failures: 0,
        failed_cycles: 0,
        last_failed_id: [0; 16],
        carried_lamports: 0,
        cycle_count: 0,
        last_cycle_at: 0,
        last_cycle_id: [0; 16],
        total_inflow_lamports: 0,
        total_from_treasury_lamports: 0,
        total_to_root_lamports: 0,
        total_spent_lamports: 0,
        total_withdrawn_lamports: 0,
        total_credited_lamports: 0,
        total_burned: 0,
        root_share: root_share_bps.map(RootShare::fixed).transpose()?,
        lookup_table: None,
    });
    let event = TokenStatsInitialized { state: accounts.state.key(), mint, role, root_share_bps };
    emit_cpi!(event);
    Ok(())
}
