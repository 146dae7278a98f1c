//! The steps of a cycle over one set of accounts. `run_cycle` takes all of them; each can also run alone.

use anchor_lang::prelude::*;

use crate::arithmetic::{self, add, sub};
use crate::ensure;
use crate::errors::{refuse, DatError};
use crate::pump::forms::{Form, WrappedPositions};
use crate::pump::{u64_at, MINT_SUPPLY, TOKEN_AMOUNT};
use crate::state::*;
use crate::token;
use crate::transfer::{excess, rent, transfer};

/// The stats hold the addresses of a token's accounts, because a comparison costs less than a derivation.
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
    /// CHECK: the stats hold its address
    #[account(mut)]
    pub mint: UncheckedAccount<'info>,
    /// CHECK: bare PDA; the stats hold its address
    #[account(mut)]
    pub authority: UncheckedAccount<'info>,
    /// CHECK: the stats hold its address
    #[account(mut)]
    pub token_account: UncheckedAccount<'info>,
    /// CHECK: bare PDA; the state holds its address
    #[account(mut)]
    pub treasury: UncheckedAccount<'info>,
    /// CHECK: the owner program of the mint
    #[account(address = *mint.owner @ DatError::MintMismatch)]
    pub token_program: UncheckedAccount<'info>,
    pub system_program: Program<'info, System>,
}

/// The collected lamports, and the part that went to the root.
pub struct Intake {
    pub carried_in: u64,
    pub inflow: u64,
    pub treasury_in: u64,
    pub to_root: u64,
}

/// The result of a buy.
pub struct Purchase {
    pub spent: u64,
    pub tokens: u64,
}

/// The burned tokens and the supply before and after. Token base units.
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

    /// Whether this cycle may run now. This check comes before all checks that an earlier run of the same
    /// cycle could have changed.
    pub fn check_request(&self, request: &CycleRequest, now: &Now) -> Result<()> {
        let stats = &self.stats;
        ensure!(request.min_tokens_out >= 1, DatError::InvalidParameter);
        ensure!(stats.cycle_count == request.expected_cycle, DatError::CycleMismatch);
        let interval = i64::from(self.state.parameters.min_interval_seconds);
        let due = stats.cycle_count == 0 || now.time >= stats.last_cycle_at.saturating_add(interval);
        ensure!(due, DatError::CycleTooSoon);
        Ok(())
    }

    /// Collects and splits everything that has arrived since the last cycle. The rest is carried.
    pub fn collect(&mut self, now: &Now) -> Result<Intake> {
        let treasury_in = self.collect_treasury(now)?;
        let (share, minimum) = self.share_and_minimum(now.time);
        let available = now.above_rent(&self.authority);
        ensure!(available >= minimum, DatError::InsufficientFees);
        // The treasury's lamports were split before. They are not used for an authority's missing rent.
        let own = available.checked_sub(treasury_in).ok_or_else(|| refuse(DatError::InsufficientFees))?;
        let split = arithmetic::split(own, self.stats.carried_lamports, share);
        transfer(&self.authority, &self.treasury, split.to_root, &self.stats.authority_seeds())?;

        let stats = &mut self.stats;
        stats.carried_lamports = sub(available, split.to_root)?;
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

    /// Moves the treasury's lamports to the authority of a root. Returns the amount, lamports.
    fn collect_treasury(&self, now: &Now) -> Result<u64> {
        if self.stats.role != Role::Root {
            return Ok(0);
        }
        let amount = now.above_rent(&self.treasury);
        let state = self.state.key();
        transfer(&self.treasury, &self.authority, amount, &self.state.treasury_seeds(&state))?;
        Ok(amount)
    }

    /// Spends the carried lamports up to the limit and counts the cycle. `burns`: whether the same
    /// instruction burns the tokens.
    pub fn buy(
        &mut self,
        form: &Form,
        accounts: &[AccountInfo<'info>],
        request: CycleRequest,
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
        let minimum = request.minimum(lamports);
        form.invoke(accounts, budget, minimum, &seeds)?;
        // From the balances, because a division may leave a lamport unspent.
        let tokens = sub(self.tokens()?, tokens_before)?;
        let spent = sub(lamports_before, self.authority.lamports())?;
        ensure!(tokens >= minimum, DatError::SlippageExceeded);
        // pump.fun may take a rent that set-up did not pay, on top of the spend.
        ensure!(lamports >= spent, DatError::ConservationViolated);

        let stats = &mut self.stats;
        stats.carried_lamports = carried - spent;
        stats.total_spent_lamports = add(stats.total_spent_lamports, spent)?;
        stats.cycle_count = add(stats.cycle_count, 1)?;
        stats.count_cycle(now.time);
        stats.last_cycle_id = request.cycle_id;
        stats.consecutive_failures = 0;
        stats.observation = Observation::default();
        Ok(Purchase { spent, tokens })
    }

    /// Burns all tokens of the token account.
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

    /// The balance of the token account, base units. SPL Token and Token-2022 accounts begin with the same
    /// layout.
    fn tokens(&self) -> Result<u64> {
        Ok(u64_at(&self.token_account.try_borrow_data()?, TOKEN_AMOUNT))
    }

    /// The mint's supply, base units.
    pub(super) fn supply(&self) -> Result<u64> {
        Ok(u64_at(&self.mint.try_borrow_data()?, MINT_SUPPLY))
    }
}

/// Time and rent of a cycle. They are read once, because the rent is computed with floats.
pub struct Now {
    pub slot: u64,
    /// Unix time, seconds.
    pub time: i64,
    /// The rent of an empty account, lamports.
    rent: u64,
}

impl Now {
    pub fn get() -> Result<Self> {
        let (clock, rent) = (Clock::get()?, rent()?);
        Ok(Self { slot: clock.slot, time: clock.unix_timestamp, rent })
    }

    /// A bare account's lamports above the rent of an empty one.
    pub fn above_rent(&self, account: &AccountInfo) -> u64 {
        excess(account, self.rent)
    }
}

/// The request of the caller of a buy.
pub struct CycleRequest {
    pub expected_cycle: u64,
    pub cycle_id: [u8; 16],
    /// The minimum for `planned_lamports`. A smaller buy needs proportionally fewer tokens. Otherwise anybody
    /// could make the buy fail by making it smaller.
    pub min_tokens_out: u64,
    pub planned_lamports: u64,
}

impl CycleRequest {
    /// The minimum tokens for `lamports`, at least 1.
    fn minimum(&self, lamports: u64) -> u64 {
        if lamports >= self.planned_lamports {
            return self.min_tokens_out;
        }
        let part = u128::from(self.min_tokens_out) * u128::from(lamports) / u128::from(self.planned_lamports);
        (part as u64).max(1)
    }
}

/// Wraps `lamports` for PumpSwap. Returns the part that may be spent.
///
/// Earlier wrapped SOL is not spent, because it was not split; `unwrap` turns it into inflow. The token
/// program keeps today's rent, so after a rent rise the result is smaller once.
fn wrap<'info>(
    authority: &AccountInfo<'info>,
    accounts: &[AccountInfo<'info>],
    wrapped: &WrappedPositions,
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
