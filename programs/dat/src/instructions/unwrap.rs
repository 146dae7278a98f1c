//! Turns wrapped SOL into lamports of its owner.
//!
//! PumpSwap's `collect_coin_creator_fee` needs no signature and pays wrapped SOL into any token account of
//! the creator. Anybody may also donate wrapped SOL. Here it becomes lamports of the same PDA, which count as
//! inflow.

use anchor_lang::prelude::*;

use crate::ensure;
use crate::errors::DatError;
use crate::events::Unwrapped;
use crate::pump::{key_at, TOKEN_OWNER, WSOL};
use crate::state::*;
use crate::token::{self, associated, ASSOCIATED_TOKEN, TOKEN};

/// The size of a token account, bytes.
const ACCOUNT_LEN: usize = 165;

/// With `stats`, `owner` is the token's authority. Without, `owner` is the shared authority or the treasury.
#[event_cpi]
#[derive(Accounts)]
pub struct Unwrap<'info> {
    pub state: Box<Account<'info, DatState>>,
    #[account(has_one = state @ DatError::MintMismatch)]
    pub stats: Option<Box<Account<'info, TokenStats>>>,
    /// CHECK: one of our bare PDAs; compared in the handler
    #[account(mut)]
    pub owner: UncheckedAccount<'info>,
    /// CHECK: used only if it is a wrapped-SOL account of `owner`
    #[account(mut)]
    pub wrapped: UncheckedAccount<'info>,
    /// CHECK: fixed address
    #[account(address = WSOL)]
    pub wsol: UncheckedAccount<'info>,
    /// CHECK: fixed address
    #[account(address = TOKEN)]
    pub token_program: UncheckedAccount<'info>,
    /// CHECK: fixed address
    #[account(address = ASSOCIATED_TOKEN)]
    pub associated_token_program: UncheckedAccount<'info>,
    pub system_program: Program<'info, System>,
}

pub fn unwrap(ctx: Context<Unwrap>) -> Result<()> {
    let accounts = &*ctx.accounts;
    let state = accounts.state.key();
    let owner = accounts.owner.key();
    let ours = match &accounts.stats {
        Some(stats) => owner == stats.authority,
        None => [accounts.state.treasury, accounts.state.shared_authority].contains(&owner),
    };
    ensure!(ours, DatError::MintMismatch);
    let lamports = accounts.payout()?;
    if lamports == 0 {
        return Ok(());
    }
    match &accounts.stats {
        Some(stats) => {
            let seeds = stats.authority_seeds();
            accounts.close(&seeds)?;
            if accounts.is_needed() {
                accounts.create_again(&seeds)?;
            }
        }
        None if owner == accounts.state.treasury => {
            accounts.close(&accounts.state.treasury_seeds(&state))?;
        }
        None => accounts.close(&accounts.state.shared_seeds(&state))?,
    }
    let event = Unwrapped { state, mint: accounts.stats.as_ref().map(|stats| stats.mint), owner, lamports };
    emit_cpi!(event);
    Ok(())
}

impl Unwrap<'_> {
    /// The lamports that the owner gets; 0 if the account is not, or no longer, wrapped SOL of this owner.
    ///
    /// This is no error. Somebody may have unwrapped it just before, and the following cycle must not fail
    /// for that reason. After a rent rise the owner does not pay the higher rent.
    fn payout(&self) -> Result<u64> {
        let data = self.wrapped.try_borrow_data()?;
        let is_account = *self.wrapped.owner == TOKEN && data.len() == ACCOUNT_LEN;
        if !is_account || key_at(&data, 0) != WSOL || key_at(&data, TOKEN_OWNER) != self.owner.key() {
            return Ok(0);
        }
        let kept = if self.is_needed() { Rent::get()?.minimum_balance(ACCOUNT_LEN) } else { 0 };
        Ok(self.wrapped.lamports().saturating_sub(kept))
    }

    /// Whether buys on PumpSwap need this account.
    fn is_needed(&self) -> bool {
        let open = self.stats.as_ref().is_some_and(|stats| !stats.closed);
        open && self.wrapped.key() == associated(&self.owner.key(), &WSOL, &TOKEN)
    }

    /// Sends all lamports of the account, including its rent, to its owner.
    fn close(&self, seeds: &[&[u8]]) -> Result<()> {
        token::close(&TOKEN, &self.wrapped, &self.owner, &self.owner, seeds)
    }

    fn create_again(&self, seeds: &[&[u8]]) -> Result<()> {
        let account = token::CreateAssociated {
            payer: &self.owner,
            account: &self.wrapped,
            owner: &self.owner,
            mint: &self.wsol,
            system_program: &self.system_program,
            token_program: &self.token_program,
        };
        account.invoke(seeds)
    }
}
