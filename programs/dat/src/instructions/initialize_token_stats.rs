use anchor_lang::prelude::*;

use crate::ensure;
use crate::errors::{refuse, DatError};
use crate::events::TokenStatsInitialized;
use crate::pump::market::BondingCurve;
use crate::pump::{self, volume};
use crate::state::*;
use crate::token;
use crate::transfer::fund_rent;

#[event_cpi]
#[derive(Accounts)]
pub struct InitializeTokenStats<'info> {
    #[account(mut)]
    pub admin: Signer<'info>,
    #[account(mut, has_one = admin @ DatError::UnauthorizedAccess)]
    pub state: Box<Account<'info, DatState>>,
    /// CHECK: pump.fun creates bonding curves only for mints
    pub mint: UncheckedAccount<'info>,
    // Closed stats exist already, and the token returns with its earlier role.
    #[account(
        init_if_needed, payer = admin, space = 8 + TokenStats::INIT_SPACE,
        seeds = [STATS_SEED, state.key().as_ref(), mint.key().as_ref()], bump,
    )]
    pub stats: Box<Account<'info, TokenStats>>,
    /// CHECK: bare PDA with these seeds
    #[account(mut, seeds = [AUTHORITY_SEED, state.key().as_ref(), mint.key().as_ref()], bump)]
    pub authority: UncheckedAccount<'info>,
    /// CHECK: the associated token program accepts only the associated account, which anybody may have
    /// created before
    #[account(mut)]
    pub token_account: UncheckedAccount<'info>,
    /// CHECK: PDA of pump.fun with these seeds; `BondingCurve::load` reads it
    #[account(
        seeds = [pump::BONDING_CURVE_SEED, mint.key().as_ref()], bump, seeds::program = pump::PUMP,
    )]
    pub bonding_curve: UncheckedAccount<'info>,
    /// CHECK: PDA of pump.fun with these seeds
    #[account(
        mut, seeds = [pump::USER_VOLUME_ACCUMULATOR_SEED, authority.key().as_ref()], bump,
        seeds::program = pump::PUMP,
    )]
    pub user_volume_accumulator: UncheckedAccount<'info>,
    /// CHECK: fixed address
    #[account(address = pump::EVENT_AUTHORITY)]
    pub pump_event_authority: UncheckedAccount<'info>,
    /// CHECK: fixed address
    #[account(address = pump::PUMP)]
    pub pump_program: UncheckedAccount<'info>,
    /// CHECK: the owner program of the mint
    #[account(address = *mint.owner @ DatError::MintMismatch)]
    pub token_program: UncheckedAccount<'info>,
    /// CHECK: fixed address
    #[account(address = token::ASSOCIATED_TOKEN)]
    pub associated_token_program: UncheckedAccount<'info>,
    pub system_program: Program<'info, System>,
}

pub fn initialize_token_stats(
    ctx: Context<InitializeTokenStats>,
    role: Role,
    root_share_bps: Option<u16>,
) -> Result<()> {
    let bump = ctx.bumps.authority;
    let accounts = &mut *ctx.accounts;
    ensure!(!accounts.state.closed, DatError::DATNotActive);
    let shares_creator = accounts.check_coin(role, root_share_bps)?;
    if role == Role::Root {
        ensure!(accounts.state.root_mint.is_none(), DatError::RootTokenAlreadySet);
        // Closing the root and admitting another one also changes the root.
        ensure!(Clock::get()?.unix_timestamp >= accounts.state.root_from, DatError::TimelockActive);
        accounts.state.root_mint = Some(accounts.mint.key());
    }
    accounts.prepare_buys()?;
    accounts.state.token_count = add_one(accounts.state.token_count)?;
    if accounts.stats.state == Pubkey::default() {
        let fresh = accounts.fresh(bump, role, root_share_bps)?;
        accounts.stats.set_inner(fresh);
    } else {
        // A returning token keeps its promises: it must not avoid a share step or a timelock.
        ensure!(accounts.stats.closed, DatError::AlreadyInitialized);
        let was_root = accounts.stats.role == Role::Root;
        ensure!(role == Role::Secondary || was_root, DatError::InvalidRootToken);
        ensure!(root_share_bps.is_none(), DatError::InvalidRootShare);
        accounts.stats.closed = false;
        accounts.stats.role = role;
        accounts.stats.lookup_table = None;
        accounts.stats.observation = Observation::default();
    }
    accounts.stats.shares_creator = shares_creator;
    let now = Clock::get()?.unix_timestamp;
    let event = TokenStatsInitialized {
        state: accounts.state.key(),
        mint: accounts.mint.key(),
        role,
        root_share_bps: accounts.stats.root_share.map(|share| share.at(now)),
    };
    emit_cpi!(event);
    Ok(())
}

fn add_one(count: u32) -> Result<u32> {
    count.checked_add(1).ok_or_else(|| refuse(DatError::MathOverflow))
}

impl<'info> InitializeTokenStats<'info> {
    /// Refuses a coin that cannot have this role. Returns whether the shared authority is its creator.
    fn check_coin(&self, role: Role, root_share_bps: Option<u16>) -> Result<bool> {
        let curve = BondingCurve::load(&self.bonding_curve)?;
        match role {
            Role::Root => ensure!(root_share_bps.is_none(), DatError::InvalidRootShare),
            Role::Secondary => {
                let sharing_config = pump::sharing_config_of(&self.mint.key());
                let creators = [self.authority.key(), self.state.shared_authority, sharing_config];
                ensure!(!curve.cashback, DatError::CashbackCoin);
                ensure!(creators.contains(&curve.creator), DatError::CreatorMismatch);
            }
        }
        let shares_creator = curve.creator == self.state.shared_authority;
        // Fees that other tokens earned can be credited to it at once, so it starts at the ecosystem's share.
        ensure!(!shares_creator || root_share_bps.is_none(), DatError::InvalidRootShare);
        Ok(shares_creator)
    }

    /// Pays every rent that a buy would otherwise take from the authority.
    fn prepare_buys(&self) -> Result<()> {
        fund_rent(&self.admin, &self.authority)?;
        let account = token::CreateAssociated {
            payer: &self.admin,
            account: &self.token_account,
            owner: &self.authority,
            mint: &self.mint,
            system_program: &self.system_program,
            token_program: &self.token_program,
        };
        account.invoke(&[])?;
        if !self.user_volume_accumulator.data_is_empty() {
            return Ok(());
        }
        volume::init_user_volume_accumulator(
            &self.admin,
            &self.authority,
            &self.user_volume_accumulator,
            &self.system_program,
            &self.pump_event_authority,
            &self.pump_program,
        )
    }

    fn fresh(&self, authority_bump: u8, role: Role, root_share_bps: Option<u16>) -> Result<TokenStats> {
        let mint = self.mint.key();
        Ok(TokenStats {
            state: self.state.key(),
            mint,
            authority: self.authority.key(),
            authority_bump,
            token_account: self.token_account.key(),
            bonding_curve: self.bonding_curve.key(),
            pool: pump::pool_of(&mint),
            sharing_config: pump::sharing_config_of(&mint),
            role,
            active: true,
            paused: false,
            paused_at: 0,
            closed: false,
            shares_creator: false,
            observation: Observation::default(),
            consecutive_failures: 0,
            failed_cycles: 0,
            last_failed_id: [0; 16],
            carried_lamports: 0,
            cycle_count: 0,
            last_cycle_at: 0,
            cycles_in_hour: 0,
            cycles_in_day: 0,
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
        })
    }
}
