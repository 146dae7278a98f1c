//! Records a token's price before a buy.

use anchor_lang::prelude::*;

use crate::arithmetic::Price;
use crate::ensure;
use crate::errors::{refuse, DatError};
use crate::pump::market::{BondingCurve, Pool};
use crate::pump::{u64_at, MINT_SUPPLY};
use crate::state::*;

/// For a token in its pool, the remaining accounts are the pool's accounts for tokens and for wrapped SOL.
#[derive(Accounts)]
pub struct Observe<'info> {
    pub operator: Signer<'info>,
    #[account(has_one = operator @ DatError::UnauthorizedAccess)]
    pub state: Box<Account<'info, DatState>>,
    #[account(
        mut,
        has_one = state @ DatError::MintMismatch,
        has_one = mint @ DatError::MintMismatch,
    )]
    pub stats: Box<Account<'info, TokenStats>>,
    /// CHECK: the stats hold its address
    pub mint: UncheckedAccount<'info>,
    /// CHECK: the token's curve or pool; compared and read in the handler
    pub market: UncheckedAccount<'info>,
}

pub fn observe<'info>(ctx: Context<'info, Observe<'info>>) -> Result<()> {
    let accounts = &mut *ctx.accounts;
    let price = accounts.price(ctx.remaining_accounts)?;
    let supply = u64_at(&accounts.mint.try_borrow_data()?, MINT_SUPPLY);
    let observed = accounts.stats.observation;
    accounts.stats.observation = observed.observed_again(Clock::get()?.slot, price.quote, price.base, supply);
    Ok(())
}

impl<'info> Observe<'info> {
    fn price(&self, pool_accounts: &[AccountInfo<'info>]) -> Result<Price> {
        if self.market.key() == self.stats.pool {
            let [base, quote] = pool_accounts else { return Err(refuse(DatError::InvalidForwardedAccounts)) };
            return Ok(Pool::load(&self.market, base, quote)?.price);
        }
        ensure!(self.market.key() == self.stats.bonding_curve, DatError::InvalidBondingCurve);
        let curve = BondingCurve::load(&self.market)?;
        ensure!(!curve.complete, DatError::BondingCurveComplete);
        Ok(curve.price())
    }
}
