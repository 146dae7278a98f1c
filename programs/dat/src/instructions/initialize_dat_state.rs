use anchor_lang::prelude::*;
use anchor_lang::system_program;

use crate::arithmetic::BPS;
use crate::errors::DatError;
use crate::state::*;

/// A secondary's floor for a cycle, lamports: below it, fees and priority fees eat the buyback.
pub const MIN_FEES_SECONDARY_FLOOR: u64 = 5_500_000;
pub const ROOT_SHARE_RANGE_BPS: core::ops::RangeInclusive<u16> = 1_000..=9_000;
/// Never 0: the impact rule bounds one cycle, and two in one transaction would be a buy of twice the impact.
pub const INTERVAL_RANGE_SECONDS: core::ops::RangeInclusive<u32> = 1..=7 * 24 * 3_600;
pub const MAX_PRICE_IMPACT_BPS: u16 = (BPS / 10) as u16;

#[derive(Accounts)]
#[instruction(name: String)]
pub struct InitializeDatState<'info> {
    #[account(mut)]
    pub admin: Signer<'info>,
    #[account(
        init, payer = admin, space = 8 + DatState::INIT_SPACE,
        seeds = [STATE_SEED, admin.key().as_ref(), name.as_bytes()], bump,
    )]
    pub state: Account<'info, DatState>,
    /// CHECK: bare PDA by its seeds
    #[account(mut, seeds = [TREASURY_SEED, state.key().as_ref()], bump)]
    pub treasury: UncheckedAccount<'info>,
    pub system_program: Program<'info, System>,
}

pub fn create_ecosystem(
    ctx: Context<InitializeDatState>,
    name: String,
    parameters: Parameters,
) -> Result<()> {
    let range = 1..=MAX_NAME_LEN;
    require!(range.contains(&name.len()), DatError::InvalidParameter);
    parameters.check()?;
    fund_rent(&ctx.accounts.admin, &ctx.accounts.treasury, &ctx.accounts.system_program)?;
    ctx.accounts.state.set_inner(DatState {
        admin: ctx.accounts.admin.key(),
        treasury: ctx.accounts.treasury.key(),
        treasury_bump: ctx.bumps.treasury,
        parameters,
        root_mint: None,
        name,
    });
    Ok(())
}

impl Parameters {
    fn check(&self) -> Result<()> {
        require!(ROOT_SHARE_RANGE_BPS.contains(&self.root_share_bps), DatError::InvalidRootShare);
        require!(
            self.operator != Pubkey::default()
                && self.min_fees_root_lamports >= 1
                && self.min_fees_secondary_lamports >= MIN_FEES_SECONDARY_FLOOR
                && self.max_fees_per_cycle_lamports >= 1
                && INTERVAL_RANGE_SECONDS.contains(&self.min_interval_seconds)
                && (1..=MAX_PRICE_IMPACT_BPS).contains(&self.max_price_impact_bps),
            DatError::InvalidParameter
        );
        Ok(())
    }
}

/// Lifts a bare account to the rent of an empty one, so that later transfers of any size land.
pub fn fund_rent<'info>(
    payer: &Signer<'info>,
    account: &UncheckedAccount<'info>,
    system_program: &Program<'info, System>,
) -> Result<()> {
    let missing = Rent::get()?.minimum_balance(0).saturating_sub(account.lamports());
    if missing == 0 {
        return Ok(());
    }
    let accounts = system_program::Transfer { from: payer.to_account_info(), to: account.to_account_info() };
    system_program::transfer(CpiContext::new(system_program.key(), accounts), missing)
}
