use anchor_lang::prelude::*;
use anchor_lang::system_program;
use anchor_spl::token_interface::{self, Burn, Mint, TokenAccount, TokenInterface};

use crate::arithmetic::{self, Split};
use crate::errors::DatError;
use crate::events::CycleCompleted;
use crate::pump::{self, BondingCurve, BUY_EXACT_QUOTE_IN_V3 as BUY, SWEEP_CREATOR_FEE as SWEEP};
use crate::state::*;

/// Addresses of a token's accounts stand in its stats: comparing costs less than deriving.
#[event_cpi]
#[derive(Accounts)]
pub struct RunCycle<'info> {
    // Writable because pump.fun's sweep wants a payer; for a coin quoted in SOL it pays nothing.
    #[account(mut)]
    pub operator: Signer<'info>,
    #[account(constraint = state.parameters.operator == operator.key() @ DatError::UnauthorizedAccess)]
    pub state: Box<Account<'info, DatState>>,
    #[account(
        mut,
        has_one = state @ DatError::MintMismatch,
        has_one = mint @ DatError::MintMismatch,
        has_one = authority @ DatError::MintMismatch,
        has_one = token_account @ DatError::MintMismatch,
        has_one = bonding_curve @ DatError::InvalidBondingCurve,
        has_one = creator_vault @ DatError::MintMismatch,
    )]
    pub stats: Box<Account<'info, TokenStats>>,
    #[account(mut)]
    pub mint: Box<InterfaceAccount<'info, Mint>>,
    /// CHECK: bare PDA, by its address in the stats
    #[account(mut)]
    pub authority: UncheckedAccount<'info>,
    #[account(mut)]
    pub token_account: Box<InterfaceAccount<'info, TokenAccount>>,
    /// CHECK: bare PDA, by its address in the state
    #[account(mut, address = state.treasury @ DatError::InvalidRootTreasury)]
    pub treasury: UncheckedAccount<'info>,
    /// CHECK: by its address in the stats, read by `BondingCurve::load`
    #[account(mut)]
    pub bonding_curve: UncheckedAccount<'info>,
    /// CHECK: by its address in the stats
    #[account(mut)]
    pub creator_vault: UncheckedAccount<'info>,
    /// CHECK: by its address, in `pump::fee_bps`
    pub fee_config: UncheckedAccount<'info>,
    /// CHECK: by its address
    #[account(address = pump::EVENT_AUTHORITY)]
    pub pump_event_authority: UncheckedAccount<'info>,
    /// CHECK: by its address
    #[account(address = pump::PUMP)]
    pub pump_program: UncheckedAccount<'info>,
    pub token_program: Interface<'info, TokenInterface>,
    pub system_program: Program<'info, System>,
}

pub fn cycle<'info>(
    ctx: Context<'info, RunCycle<'info>>,
    expected_cycle: u64,
    cycle_id: [u8; 16],
    min_tokens_out: u64,
) -> Result<()> {
    let now = Clock::get()?.unix_timestamp;
    ctx.accounts.check_turn(expected_cycle, min_tokens_out, now)?;
    let (sweep, buy) = ctx.accounts.forwarded(ctx.remaining_accounts)?;
    let event = ctx.accounts.run(sweep, buy, cycle_id, min_tokens_out, now)?;
    ctx.accounts.record(&event)?;
    emit_cpi!(event);
    Ok(())
}

impl<'info> RunCycle<'info> {
    /// Whether this very cycle may run now.
    fn check_turn(&self, expected_cycle: u64, min_tokens_out: u64, now: i64) -> Result<()> {
        let stats = &self.stats;
        require!(min_tokens_out >= 1, DatError::InvalidParameter);
        require_eq!(stats.cycle_count, expected_cycle, DatError::CycleMismatch);
        let interval = i64::from(self.state.parameters.min_interval_seconds);
        let due = stats.cycle_count == 0 || now >= stats.last_cycle_at.saturating_add(interval);
        require!(due, DatError::CycleTooSoon);
        BondingCurve::load(&self.bonding_curve)?.check_supported(self.authority.key)
    }

    /// Moves the money: gather, split, buy, burn.
    fn run(
        &mut self,
        sweep: &[AccountInfo<'info>],
        buy: &[AccountInfo<'info>],
        cycle_id: [u8; 16],
        min_tokens_out: u64,
        now: i64,
    ) -> Result<CycleCompleted> {
        self.gather_fees(sweep)?;
        let treasury_in = self.take_treasury()?;
        let split = self.split(treasury_in)?;
        self.send_to_root(split.to_root)?;
        let (spent, tokens_bought) = self.buy(buy, min_tokens_out)?;
        let (tokens_burned, supply_before) = self.burn()?;
        let carried_out = self.at_hand()?;
        let conserved = arithmetic::conserved(&split, treasury_in, spent, carried_out);
        require!(conserved, DatError::ConservationViolated);
        Ok(CycleCompleted {
            state: self.stats.state,
            mint: self.stats.mint,
            cycle_id,
            cycle: add(self.stats.cycle_count, 1)?,
            carried_in: split.carried_in,
            inflow: split.inflow,
            treasury_in,
            to_root: split.to_root,
            spent,
            carried_out,
            tokens_bought,
            tokens_burned,
            supply_before,
            supply_after: self.mint.supply,
            timestamp: now,
        })
    }

    /// Keeps what the cycle did in the token's stats.
    fn record(&mut self, event: &CycleCompleted) -> Result<()> {
        let stats = &mut self.stats;
        stats.carried_lamports = event.carried_out;
        stats.cycle_count = event.cycle;
        stats.last_cycle_at = event.timestamp;
        stats.last_cycle_id = event.cycle_id;
        stats.total_inflow_lamports = add(stats.total_inflow_lamports, event.inflow)?;
        stats.total_from_treasury_lamports = add(stats.total_from_treasury_lamports, event.treasury_in)?;
        stats.total_to_root_lamports = add(stats.total_to_root_lamports, event.to_root)?;
        stats.total_spent_lamports = add(stats.total_spent_lamports, event.spent)?;
        stats.total_burned = add(stats.total_burned, event.tokens_burned)?;
        Ok(())
    }

    /// The forwarded accounts of the sweep and of the buy.
    fn forwarded<'a>(
        &self,
        all: &'a [AccountInfo<'info>],
    ) -> Result<(&'a [AccountInfo<'info>], &'a [AccountInfo<'info>])> {
        require_eq!(all.len(), SWEEP.accounts + BUY.accounts, DatError::InvalidForwardedAccounts);
        let (sweep, buy) = all.split_at(SWEEP.accounts);
        let (mint, curve) = (&self.stats.mint, &self.stats.bonding_curve);
        SWEEP.check(sweep, mint, curve, self.operator.key, &self.stats.creator_vault)?;
        BUY.check(buy, mint, curve, self.authority.key, &self.stats.token_account)?;
        Ok((sweep, buy))
    }

    /// Brings the fees that wait in the curve and in the vault to the authority.
    fn gather_fees(&self, sweep: &[AccountInfo<'info>]) -> Result<()> {
        if BondingCurve::load(&self.bonding_curve)?.creator_fee > 0 {
            SWEEP.invoke(sweep, SWEEP.discriminator.to_vec(), self.operator.key, &[])?;
        }
        if above_rent(&self.creator_vault)? > 0 {
            pump::collect_creator_fee(
                &self.authority,
                &self.creator_vault,
                &self.system_program,
                &self.pump_event_authority,
                &self.pump_program,
            )?;
        }
        Ok(())
    }

    /// For a root, moves what the secondaries have sent into its authority; lamports.
    fn take_treasury(&self) -> Result<u64> {
        if self.stats.role != Role::Root {
            return Ok(0);
        }
        let amount = above_rent(&self.treasury)?;
        let state = self.state.key();
        let seeds: &[&[u8]] = &[TREASURY_SEED, state.as_ref(), &[self.state.treasury_bump]];
        self.transfer(&self.treasury, &self.authority, amount, seeds)?;
        Ok(amount)
    }

    /// Splits what is at hand, less what came from the treasury: that was split before.
    fn split(&self, treasury_in: u64) -> Result<Split> {
        let parameters = &self.state.parameters;
        let (share, minimum) = match self.stats.role {
            Role::Root => (0, parameters.min_fees_root_lamports),
            Role::Secondary => (
                self.stats.root_share_bps.unwrap_or(parameters.root_share_bps),
                parameters.min_fees_secondary_lamports,
            ),
        };
        let at_hand = self.at_hand()?;
        require!(at_hand >= minimum, DatError::InsufficientFees);
        let own = at_hand.checked_sub(treasury_in).ok_or(DatError::MathOverflow)?;
        Ok(arithmetic::split(own, self.stats.carried_lamports, share))
    }

    fn send_to_root(&self, amount: u64) -> Result<()> {
        self.transfer(&self.authority, &self.treasury, amount, &self.authority_seeds())
    }

    /// Spends as much as limits allow; lamports really spent and tokens really got.
    fn buy(&mut self, forwarded: &[AccountInfo<'info>], min_tokens_out: u64) -> Result<(u64, u64)> {
        let lamports = self.at_hand()?.min(self.spending_limit()?);
        require!(lamports > 0, DatError::InsufficientFees);
        let tokens_before = self.token_account.amount;
        let lamports_before = self.authority.lamports();

        let mut data = Vec::with_capacity(25);
        data.extend_from_slice(&BUY.discriminator);
        data.extend_from_slice(&lamports.to_le_bytes());
        data.extend_from_slice(&min_tokens_out.to_le_bytes());
        data.push(0); // no partial fill
        BUY.invoke(forwarded, data, self.authority.key, &[&self.authority_seeds()])?;

        self.token_account.reload()?;
        let bought = sub(self.token_account.amount, tokens_before)?;
        let spent = sub(lamports_before, self.authority.lamports())?;
        require!(bought >= min_tokens_out, DatError::SlippageExceeded);
        require!(spent <= lamports, DatError::ConservationViolated);
        Ok((spent, bought))
    }

    /// The most this cycle may spend: the ecosystem's cap and the impact rule.
    fn spending_limit(&self) -> Result<u64> {
        let curve = BondingCurve::load(&self.bonding_curve)?;
        let fee_bps = pump::fee_bps(&self.fee_config, curve.market_cap(self.mint.supply)?)?;
        let parameters = &self.state.parameters;
        let impact = parameters.max_price_impact_bps;
        Ok(arithmetic::impact_limit(curve.virtual_quote_reserves, impact, fee_bps)
            .min(parameters.max_fees_per_cycle_lamports))
    }

    /// Burns all that lies in the token account; tokens burned, and the supply before.
    fn burn(&mut self) -> Result<(u64, u64)> {
        self.mint.reload()?;
        let supply_before = self.mint.supply;
        let amount = self.token_account.amount;
        let burn = Burn {
            mint: self.mint.to_account_info(),
            from: self.token_account.to_account_info(),
            authority: self.authority.to_account_info(),
        };
        token_interface::burn(
            CpiContext::new_with_signer(self.token_program.key(), burn, &[&self.authority_seeds()]),
            amount,
        )?;
        self.mint.reload()?;
        require_eq!(sub(supply_before, self.mint.supply)?, amount, DatError::ConservationViolated);
        Ok((amount, supply_before))
    }

    /// What the authority holds above its rent, lamports.
    fn at_hand(&self) -> Result<u64> {
        above_rent(&self.authority)
    }

    fn authority_seeds(&self) -> [&[u8]; 4] {
        let stats = &self.stats;
        let bump = core::slice::from_ref(&stats.authority_bump);
        [AUTHORITY_SEED, stats.state.as_ref(), stats.mint.as_ref(), bump]
    }

    fn transfer(
        &self,
        from: &UncheckedAccount<'info>,
        to: &UncheckedAccount<'info>,
        lamports: u64,
        seeds: &[&[u8]],
    ) -> Result<()> {
        if lamports == 0 {
            return Ok(());
        }
        let accounts = system_program::Transfer { from: from.to_account_info(), to: to.to_account_info() };
        let signer = &[seeds];
        let context = CpiContext::new_with_signer(self.system_program.key(), accounts, signer);
        system_program::transfer(context, lamports)
    }
}

/// A bare account's lamports above the rent of an empty one.
fn above_rent(account: &UncheckedAccount) -> Result<u64> {
    Ok(account.lamports().saturating_sub(Rent::get()?.minimum_balance(0)))
}

fn add(a: u64, b: u64) -> Result<u64> {
    a.checked_add(b).ok_or_else(|| DatError::MathOverflow.into())
}

fn sub(a: u64, b: u64) -> Result<u64> {
    a.checked_sub(b).ok_or_else(|| DatError::MathOverflow.into())
}
