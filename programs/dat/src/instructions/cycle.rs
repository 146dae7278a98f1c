//! The steps of a cycle, over one set of accounts. `run_cycle` takes them all at once; each can be taken alone.

use anchor_lang::prelude::*;

use crate::arithmetic::{self, add, sub, Price, TOLERANCE};
use crate::ensure;
use crate::errors::{refuse, DatError};
use crate::pump::forms::{Form, Wrapped};
use crate::pump::{u64_at, Market, MINT_SUPPLY, TOKEN_AMOUNT};
use crate::state::*;
use crate::token;
use crate::transfer::{above, rent, transfer};

/// Addresses of a token's accounts stand in its stats: comparing costs less than deriving.
///
/// The remaining accounts are those of the buy.
#[event_cpi]
#[derive(Accounts)]
pub struct Cycle<'info> {
    pub operator: Signer<'info>,
    #[account(
        has_one = operator @ DatError::UnauthorizedAccess,
        has_one = treasury @ DatError::InvalidRootTreasury,
    )]
    pub state: Box<Account<'info, DatState>>,
    #[account(
        mut,
        has_one = state @ DatError::MintMismatch,
        has_one = mint @ DatError::MintMismatch,
        has_one = authority @ DatError::MintMismatch,
        has_one = token_account @ DatError::MintMismatch,
    )]
    pub stats: Box<Account<'info, TokenStats>>,
    /// CHECK: by its address in the stats
    #[account(mut)]
    pub mint: UncheckedAccount<'info>,
    /// CHECK: bare PDA, by its address in the stats
    #[account(mut)]
    pub authority: UncheckedAccount<'info>,
    /// CHECK: by its address in the stats
    #[account(mut)]
    pub token_account: UncheckedAccount<'info>,
    /// CHECK: bare PDA, by its address in the state
    #[account(mut)]
    pub treasury: UncheckedAccount<'info>,
    /// CHECK: the program that the mint belongs to
    #[account(address = *mint.owner @ DatError::MintMismatch)]
    pub token_program: UncheckedAccount<'info>,
    pub system_program: Program<'info, System>,
}

/// What came in, and what of it went to the root. Lamports.
pub struct Intake {
    pub carried_in: u64,
    pub inflow: u64,
    pub treasury_in: u64,
    pub to_root: u64,
}

/// Below this a buy is none, lamports: pump.fun would refuse it, under names that say nothing of the price.
const LEAST_LIMIT: u64 = 1_000;

/// What was bought.
pub struct Purchase {
    pub spent: u64,
    pub tokens: u64,
}

/// What was burned, and the supply around it. Token base units.
pub struct Burned {
    pub tokens: u64,
    pub supply_before: u64,
    pub supply_after: u64,
}

impl<'info> Cycle<'info> {
    pub fn check_active(&self) -> Result<()> {
        let (state, stats) = (&self.state, &self.stats);
        let active = state.active && !state.paused && stats.active && !stats.paused && !stats.closed;
        ensure!(active, DatError::DATNotActive);
        Ok(())
    }

    /// Whether this very cycle may run now. Comes before anything that a cycle which has run could have changed.
    pub fn check_turn(&self, turn: &Turn, now: &Now) -> Result<()> {
        let stats = &self.stats;
        ensure!(turn.min_tokens_out >= 1, DatError::InvalidParameter);
        ensure!(stats.cycle_count == turn.expected_cycle, DatError::CycleMismatch);
        let interval = i64::from(self.state.parameters.min_interval_seconds);
        let due = stats.cycle_count == 0 || now.time >= stats.last_cycle_at.saturating_add(interval);
        ensure!(due, DatError::CycleTooSoon);
        Ok(())
    }

    /// Takes in what has come since the last cycle, and splits it. What is left of all of it is carried.
    pub fn take_in(&mut self, now: &Now) -> Result<Intake> {
        let treasury_in = self.take_treasury(now)?;
        let (share, minimum) = self.share_and_minimum(now.time);
        let at_hand = now.above_rent(&self.authority);
        ensure!(at_hand >= minimum, DatError::InsufficientFees);
        // What came from the treasury was split before; it is no rent for an authority that lacks some.
        let own = at_hand.checked_sub(treasury_in).ok_or_else(|| refuse(DatError::InsufficientFees))?;
        let split = arithmetic::split(own, self.stats.carried_lamports, share);
        transfer(&self.authority, &self.treasury, split.to_root, &self.stats.authority_seeds())?;

        let stats = &mut self.stats;
        stats.carried_lamports = sub(at_hand, split.to_root)?;
        stats.total_inflow_lamports = add(stats.total_inflow_lamports, split.inflow)?;
        stats.total_from_treasury_lamports = add(stats.total_from_treasury_lamports, treasury_in)?;
        stats.total_to_root_lamports = add(stats.total_to_root_lamports, split.to_root)?;
        let (carried_in, inflow, to_root) = (split.carried_in, split.inflow, split.to_root);
        Ok(Intake { carried_in, inflow, treasury_in, to_root })
    }

    fn share_and_minimum(&self, now: i64) -> (u16, u64) {
        let (state, stats) = (&self.state, &self.stats);
        match stats.role {
            Role::Root => (0, state.parameters.min_fees_root_lamports),
            Role::Secondary => (
                stats.root_share.unwrap_or(state.root_share).at(now),
                state.parameters.min_fees_secondary_lamports,
            ),
        }
    }

    /// For a root, moves what the secondaries have sent into its authority; lamports.
    fn take_treasury(&self, now: &Now) -> Result<u64> {
        if self.stats.role != Role::Root {
            return Ok(0);
        }
        let amount = now.above_rent(&self.treasury);
        let state = self.state.key();
        transfer(&self.treasury, &self.authority, amount, &self.state.treasury_seeds(&state))?;
        Ok(amount)
    }

    /// Spends as much of what is carried as limits allow. This is what counts a cycle. `burns`: whether it does so at once.
    pub fn buy(
        &mut self,
        form: &Form,
        accounts: &[AccountInfo<'info>],
        turn: Turn,
        now: &Now,
        burns: bool,
    ) -> Result<Purchase> {
        form.check(accounts, &self.stats)?;
        let limit = self.spending_limit(form, accounts, now.slot, burns)?;
        let carried = self.stats.carried_lamports.min(now.above_rent(&self.authority));
        let lamports = carried.min(limit);
        ensure!(lamports > 0, DatError::InsufficientFees);

        let tokens_before = self.tokens()?;
        let lamports_before = self.authority.lamports();
        let seeds = self.stats.authority_seeds();
        let budget = match &form.wrapped {
            Some(wrapped) => wrap(&self.authority, accounts, wrapped, lamports, &seeds)?,
            None => lamports,
        };
        let minimum = turn.minimum(lamports);
        form.invoke(accounts, budget, minimum, &seeds)?;
        // From balances: a division may leave a lamport unspent.
        let tokens = sub(self.tokens()?, tokens_before)?;
        let spent = sub(lamports_before, self.authority.lamports())?;
        ensure!(tokens >= minimum, DatError::SlippageExceeded);
        // pump.fun takes a rent that set-up forgot on top of the spend.
        ensure!(lamports >= spent, DatError::ConservationViolated);

        let stats = &mut self.stats;
        stats.carried_lamports = carried - spent;
        stats.total_spent_lamports = add(stats.total_spent_lamports, spent)?;
        stats.cycle_count = add(stats.cycle_count, 1)?;
        stats.count_at(now.time);
        stats.last_cycle_id = turn.cycle_id;
        stats.consecutive_failures = 0;
        stats.observation = Observation::default();
        Ok(Purchase { spent, tokens })
    }

    /// The most this cycle may spend: the ecosystem's cap, its impact, and what the observed price leaves of it.
    ///
    /// Who wants to sandwich the buy must raise the price first. Beyond a tolerance, the fee that every route pays bounds the
    /// buy then, and in any case the price it ends at.
    fn spending_limit(
        &self,
        form: &Form,
        accounts: &[AccountInfo<'info>],
        slot: u64,
        burns: bool,
    ) -> Result<u64> {
        let supply = self.supply()?;
        let market = Market::load(form, accounts, supply)?;
        self.check_own_fees(&market)?;
        let (parameters, seen) = (&self.state.parameters, &self.stats.observation);
        let settled = slot >= seen.slot.saturating_add(MIN_OBSERVATION_AGE_SLOTS);
        ensure!(seen.is_fresh(slot) && settled, DatError::PriceNotObserved);
        let earlier = Price { quote: seen.quote, base: seen.base };
        // Who raises the price raises the reserves as well.
        let reserves = market.quote_reserves.min(seen.quote);
        let mut limit = arithmetic::part(reserves, parameters.max_price_impact_bps.into());
        let overflow = || refuse(DatError::MathOverflow);
        let rise = market.price.rise(earlier, reserves).ok_or_else(overflow)?;
        if rise > TOLERANCE {
            // Other ecosystems see of this buy what it burns; one that burns later they would buy on top of.
            ensure!(burns, DatError::PriceTooHigh);
            limit = limit.min(arithmetic::tapered(arithmetic::fee_limit(reserves, market.sure_fee), rise));
        }
        // The same coin's cycles in other ecosystems, right before, are one buy with this one.
        let burned = seen.supply.saturating_sub(supply);
        if burned > 0 {
            limit = limit.saturating_sub(market.price.worth(burned));
        }
        // Exact only where it may bind: it costs two divisions of 128 bits.
        let may_rise = parameters.max_price_rise_bps;
        if limit > arithmetic::least_room(market.price.quote, rise, may_rise) {
            limit = limit.min(market.price.room(earlier, may_rise).ok_or_else(overflow)?);
        }
        ensure!(limit >= LEAST_LIMIT, DatError::PriceTooHigh);
        Ok(limit.min(parameters.max_fees_per_cycle_lamports))
    }

    /// Refuses a secondary without fees of its own. A root may be any coin: it lives on the treasury.
    fn check_own_fees(&self, market: &Market) -> Result<()> {
        let (state, stats) = (&self.state, &self.stats);
        if stats.role == Role::Secondary {
            let ours = [stats.authority, state.shared_authority, stats.sharing_config];
            ensure!(!market.cashback, DatError::CashbackCoin);
            ensure!(ours.contains(&market.creator), DatError::CreatorMismatch);
        }
        Ok(())
    }

    /// Burns all that lies in the token account.
    pub fn burn(&mut self) -> Result<Burned> {
        let supply_before = self.supply()?;
        let tokens = self.tokens()?;
        ensure!(tokens > 0, DatError::NoPendingBurn);
        let (program, seeds) = (self.token_program.key(), self.stats.authority_seeds());
        token::burn(&program, &self.token_account, &self.mint, &self.authority, tokens, &seeds)?;
        let supply_after = self.supply()?;
        ensure!(sub(supply_before, supply_after)? == tokens, DatError::ConservationViolated);
        self.stats.total_burned = add(self.stats.total_burned, tokens)?;
        Ok(Burned { tokens, supply_before, supply_after })
    }

    /// Token base units in the token account. SPL Token and Token-2022 begin alike.
    fn tokens(&self) -> Result<u64> {
        Ok(u64_at(&self.token_account.try_borrow_data()?, TOKEN_AMOUNT))
    }

    /// The mint's supply, base units.
    fn supply(&self) -> Result<u64> {
        Ok(u64_at(&self.mint.try_borrow_data()?, MINT_SUPPLY))
    }
}

/// When a cycle runs, and what it finds; asked for once, because rent is reckoned in floats.
pub struct Now {
    pub slot: u64,
    /// Unix time, seconds.
    pub time: i64,
    /// Of an empty account, lamports.
    rent: u64,
}

impl Now {
    pub fn get() -> Result<Self> {
        let (clock, rent) = (Clock::get()?, rent()?);
        Ok(Self { slot: clock.slot, time: clock.unix_timestamp, rent })
    }

    /// A bare account's lamports above the rent of an empty one.
    pub fn above_rent(&self, account: &AccountInfo) -> u64 {
        above(account, self.rent)
    }
}

/// What a caller of a buy names.
pub struct Turn {
    pub expected_cycle: u64,
    pub cycle_id: [u8; 16],
    /// For `planned_lamports`; for less, so much the less, or anybody could make the buy fail by making it smaller.
    pub min_tokens_out: u64,
    pub planned_lamports: u64,
}

impl Turn {
    /// The least tokens for so many lamports, at least 1.
    fn minimum(&self, lamports: u64) -> u64 {
        if lamports >= self.planned_lamports {
            return self.min_tokens_out;
        }
        let part = u128::from(self.min_tokens_out) * u128::from(lamports) / u128::from(self.planned_lamports);
        (part as u64).max(1)
    }
}

/// Wraps `lamports`, which is what PumpSwap takes; how much of it may be spent.
///
/// Wrapped SOL that was there before is not spent: it has not been split, and `unwrap` brings it in. The token program
/// keeps the rent of today back, so after a rise of rent it is less than was asked for, once.
fn wrap<'info>(
    authority: &AccountInfo<'info>,
    accounts: &[AccountInfo<'info>],
    wrapped: &Wrapped,
    lamports: u64,
    seeds: &[&[u8]],
) -> Result<u64> {
    let account = &accounts[wrapped.buyer_quote];
    let amount = || -> Result<u64> { Ok(u64_at(&account.try_borrow_data()?, TOKEN_AMOUNT)) };
    let before = amount()?;
    transfer(authority, account, lamports, seeds)?;
    token::sync_native(account)?;
    Ok(lamports.min(amount()?.saturating_sub(before)))
}
