//! The spending limit of a cycle's buy.

use anchor_lang::prelude::*;

use crate::arithmetic::{self, Price, TOLERANCE};
use crate::ensure;
use crate::errors::{refuse, DatError};
use crate::instructions::cycle::Cycle;
use crate::pump::forms::Form;
use crate::pump::Market;
use crate::state::*;

/// The smallest spending limit, lamports. pump.fun refuses smaller buys with errors that do not mention the
/// price.
const MIN_LIMIT: u64 = 1_000;

impl<'info> Cycle<'info> {
    /// The most that this cycle may spend: the cap, the price impact, and the limits after a price rise since
    /// the observation.
    ///
    /// A sandwich must first raise the price. Above a tolerance, the fee that every route pays bounds the
    /// buy. In any case the price after the buy is bounded.
    pub(super) fn spending_limit(
        &self,
        form: &Form,
        accounts: &[AccountInfo<'info>],
        slot: u64,
        burns: bool,
    ) -> Result<u64> {
        let supply = self.supply()?;
        let market = Market::load(form, accounts, supply)?;
        self.check_own_fees(&market)?;
        let (parameters, observed) = (&self.state.parameters, &self.stats.observation);
        let old_enough = slot >= observed.slot.saturating_add(MIN_OBSERVATION_AGE_SLOTS);
        ensure!(observed.is_fresh(slot) && old_enough, DatError::PriceNotObserved);
        let observed_price = Price { quote: observed.quote, base: observed.base };
        // A buyer who raises the price also raises the reserves.
        let reserves = market.quote_reserves.min(observed.quote);
        let mut limit = arithmetic::bps_of(reserves, parameters.max_price_impact_bps.into());
        let overflow = || refuse(DatError::MathOverflow);
        let rise = market.price.rise(observed_price, reserves).ok_or_else(overflow)?;
        if rise > TOLERANCE {
            // Other ecosystems count only burned tokens. They would buy on top of a buy that burns later.
            ensure!(burns, DatError::PriceTooHigh);
            limit = limit.min(arithmetic::tapered(arithmetic::fee_limit(reserves, market.sure_fee), rise));
        }
        // Cycles of the same coin in other ecosystems since the observation count as part of this buy.
        let burned = observed.supply.saturating_sub(supply);
        if burned > 0 {
            limit = limit.saturating_sub(market.price.worth(burned));
        }
        // The exact bound costs two 128-bit divisions, so it is computed only if it may apply.
        let max_rise = parameters.max_price_rise_bps;
        if limit > arithmetic::least_room(market.price.quote, rise, max_rise) {
            limit = limit.min(market.price.room(observed_price, max_rise).ok_or_else(overflow)?);
        }
        ensure!(limit >= MIN_LIMIT, DatError::PriceTooHigh);
        Ok(limit.min(parameters.max_fees_per_cycle_lamports))
    }

    /// Refuses a secondary without its own fees. A root may be any coin, because it lives on the treasury.
    fn check_own_fees(&self, market: &Market) -> Result<()> {
        let (state, stats) = (&self.state, &self.stats);
        if stats.role == Role::Secondary {
            let ours = [stats.authority, state.shared_authority, stats.sharing_config];
            ensure!(!market.cashback, DatError::CashbackCoin);
            ensure!(ours.contains(&market.creator), DatError::CreatorMismatch);
        }
        Ok(())
    }
}
