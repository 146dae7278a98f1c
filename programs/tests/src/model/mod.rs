//! The model of a cycle. It computes the result from the accounts before the cycle, with its own arithmetic.

pub mod compare;
pub mod flow;
pub mod ledger;

use crate::*;
use flow::Flow;
use ledger::Ledger;

/// The expected result of a cycle and of the fee instructions before it.
pub struct Prediction {
    pub event: CycleCompleted,
    pub curve: Curve,
    pub pool: Option<Pool>,
    pub ledger: Ledger,
}

/// Why a cycle must fail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refused {
    By(DatError),
    /// Solana: an account that receives lamports would end below its rent.
    ForRent,
    /// PumpSwap or the token program: a wrapped-SOL account lacks today's rent.
    WrappedLacksRent,
}

/// The expected result of the next cycle, if it has enough lamports to run.
pub fn predict(chain: &Chain, dat: &Dat, form: BuyForm) -> Result<Prediction, Refused> {
    let (state, stats) = (chain.state(dat), chain.stats(dat));
    let limits = state.parameters;
    let rent = chain.rent(0);
    let rates = chain.rates(&dat.coin);
    let mut flow = Flow::new(chain, dat);
    if dat.earns_fees() {
        flow.bring_fees(&state.operator);
    }

    let (minimum, treasury_in) = match stats.role {
        Role::Root => (limits.min_fees_root_lamports, flow.excess(&dat.treasury)),
        Role::Secondary => (limits.min_fees_secondary_lamports, 0),
    };
    if (flow.holds(&dat.authority) + treasury_in).saturating_sub(rent) < minimum {
        return Err(Refused::By(DatError::InsufficientFees));
    }
    if flow.holds(&dat.authority) < rent {
        // Lamports of the treasury do not count as rent.
        return Err(Refused::By(DatError::InsufficientFees));
    }
    let own = flow.excess(&dat.authority);
    let carried_in = own.min(stats.carried_lamports);
    let inflow = own - carried_in;
    let own_share = stats.root_share.unwrap_or(state.root_share);
    let share = match stats.role {
        Role::Root => 0,
        Role::Secondary if chain.now() < own_share.next_at => own_share.bps,
        Role::Secondary => own_share.next_bps,
    };
    let to_root = (u128::from(inflow) * u128::from(share) / 10_000) as u64;
    let at_hand = own + treasury_in - to_root;
    flow.ledger.pay(&dat.treasury, &dat.authority, treasury_in);
    flow.ledger.pay(&dat.authority, &dat.treasury, to_root);

    let limit = limit(chain, dat, &flow)?;
    let spend = at_hand.min(limit).min(limits.max_fees_per_cycle_lamports);
    if spend == 0 {
        return Err(Refused::By(DatError::InsufficientFees));
    }
    let (tokens_bought, spent) = flow.buy(form, spend, rates)?;

    let tokens_burned = tokens_bought + chain.tokens(&dat.token_account);
    flow.ledger.burn(&dat.token_account, tokens_burned);
    let supply_before = chain.supply(&dat.coin.mint);
    let event = CycleCompleted {
        state: dat.state,
        mint: dat.coin.mint,
        cycle_id: CYCLE_ID,
        cycle: stats.cycle_count + 1,
        carried_in,
        inflow,
        treasury_in,
        to_root,
        spent,
        carried_out: at_hand - spent,
        tokens_bought,
        tokens_burned,
        supply_before,
        supply_after: supply_before - tokens_burned,
        timestamp: chain.now(),
    };
    assert_eq!(flow.holds(&dat.authority), rent + event.carried_out, "the model is inconsistent");
    if flow.ledger.leaves_rent_unpaid(chain) {
        return Err(Refused::ForRent);
    }
    Ok(Prediction { event, curve: flow.curve, pool: flow.pool, ledger: flow.ledger })
}

/// The limit after a price rise in millionths. Up to 19 basis points there is no limit; above, the limit
/// falls towards `least`.
pub fn tapered(least: u128, rise: u128) -> u128 {
    if rise <= 1_900 {
        u128::MAX
    } else {
        least * rise / (rise - 1_900)
    }
}

/// The most that the cycle may spend at the current price, given the observation, lamports.
fn limit(chain: &Chain, dat: &Dat, flow: &Flow) -> Result<u64, Refused> {
    let (limits, stats) = (chain.state(dat).parameters, chain.stats(dat));
    let (observation, supply) = (chain.observation_for_buy(&stats), chain.supply(&dat.coin.mint));
    let age = chain.slot().checked_sub(observation.slot).filter(|_| observation.slot != 0);
    if !age.is_some_and(|age| (8..=150).contains(&age)) {
        return Err(Refused::By(DatError::PriceNotObserved));
    }
    let ([quote, base], reserve) = (flow.priced().map(u128::from), u128::from(flow.reserve()));
    let [observed_quote, observed_base] = [observation.quote, observation.base].map(u128::from);
    let reserve = reserve.min(observed_quote);
    let mut limit = reserve * u128::from(limits.max_price_impact_bps) / 10_000;
    let risen = (quote * observed_base).saturating_sub(observed_quote * base);
    if risen > 0 {
        let rise = risen * 1_000_000 / (base * reserve) + 1;
        limit = limit.min(tapered(reserve * u128::from(flow.sure_fee()) * 80 / 1_000_000, rise));
    }
    // Tokens that were burned since the observation count against the limit.
    limit = limit.saturating_sub(u128::from(observation.supply - supply) * quote / base);
    // A spend `s` raises the price by the square of `1 + s / quote`. In millionths.
    let highest = 1_000_000 + 100 * u128::from(limits.max_price_rise_bps);
    let room = (observed_quote * base * highest / (quote * observed_base)).saturating_sub(1_000_000);
    match limit.min(quote * room / (2_000_000 + room)) {
        0..1_000 => Err(Refused::By(DatError::PriceTooHigh)),
        limit => Ok(limit as u64),
    }
}
