//! The whole cycle, and its steps alone.

use anchor_lang::prelude::*;

use crate::arithmetic::conserved;
use crate::ensure;
use crate::errors::DatError;
use crate::events::{BuyExecuted, CycleCompleted, FeesCollected, TokensBurned};
use crate::instructions::cycle::*;
use crate::pump::BuyForm;

pub fn run_cycle<'info>(
    ctx: Context<'info, Cycle<'info>>,
    form: BuyForm,
    request: CycleRequest,
) -> Result<()> {
    let now = Now::get()?;
    let cycle_id = request.cycle_id;
    let accounts = &mut *ctx.accounts;
    accounts.check_active()?;
    accounts.check_request(&request, &now)?;
    let intake = accounts.collect(&now)?;
    let bought = accounts.buy(form.form(), ctx.remaining_accounts, request, &now, true)?;
    let burned = accounts.burn()?;
    let event = CycleCompleted {
        state: accounts.stats.state,
        mint: accounts.stats.mint,
        cycle_id,
        cycle: accounts.stats.cycle_count,
        carried_in: intake.carried_in,
        inflow: intake.inflow,
        treasury_in: intake.treasury_in,
        to_root: intake.to_root,
        spent: bought.spent,
        carried_out: now.above_rent(&accounts.authority),
        tokens_bought: bought.tokens,
        tokens_burned: burned.tokens,
        supply_before: burned.supply_before,
        supply_after: burned.supply_after,
        timestamp: now.time,
    };
    let came = [event.carried_in, event.inflow, event.treasury_in];
    let went = [event.to_root, event.spent, event.carried_out];
    ensure!(conserved(came, went), DatError::ConservationViolated);
    ensure!(event.carried_out == accounts.stats.carried_lamports, DatError::ConservationViolated);
    emit_cpi!(event);
    Ok(())
}

pub fn collect_fees<'info>(ctx: Context<'info, Cycle<'info>>) -> Result<()> {
    let now = Now::get()?;
    let accounts = &mut *ctx.accounts;
    accounts.check_active()?;
    let intake = accounts.collect(&now)?;
    let event = FeesCollected {
        state: accounts.stats.state,
        mint: accounts.stats.mint,
        carried_in: intake.carried_in,
        inflow: intake.inflow,
        treasury_in: intake.treasury_in,
        to_root: intake.to_root,
        carried_out: accounts.stats.carried_lamports,
        timestamp: now.time,
    };
    emit_cpi!(event);
    Ok(())
}

pub fn execute_buy<'info>(
    ctx: Context<'info, Cycle<'info>>,
    form: BuyForm,
    request: CycleRequest,
) -> Result<()> {
    let now = Now::get()?;
    let cycle_id = request.cycle_id;
    let accounts = &mut *ctx.accounts;
    accounts.check_active()?;
    accounts.check_request(&request, &now)?;
    let bought = accounts.buy(form.form(), ctx.remaining_accounts, request, &now, false)?;
    let event = BuyExecuted {
        state: accounts.stats.state,
        mint: accounts.stats.mint,
        cycle_id,
        cycle: accounts.stats.cycle_count,
        spent: bought.spent,
        carried_out: accounts.stats.carried_lamports,
        tokens_bought: bought.tokens,
        timestamp: now.time,
    };
    emit_cpi!(event);
    Ok(())
}

pub fn burn_and_update<'info>(ctx: Context<'info, Cycle<'info>>) -> Result<()> {
    let now = Now::get()?;
    let accounts = &mut *ctx.accounts;
    accounts.check_active()?;
    let burned = accounts.burn()?;
    let event = TokensBurned {
        state: accounts.stats.state,
        mint: accounts.stats.mint,
        tokens_burned: burned.tokens,
        supply_before: burned.supply_before,
        supply_after: burned.supply_after,
        timestamp: now.time,
    };
    emit_cpi!(event);
    Ok(())
}
