//! Bringing in what somebody has wrapped.
//!
//! PumpSwap's `collect_coin_creator_fee` needs no signature and pays wrapped SOL into any token account of the creator,
//! and anybody may give wrapped SOL. This turns it into lamports of the same PDA, where they are inflow like any other.

use anchor_lang::prelude::*;

use crate::ensure;
use crate::errors::{refuse, DatError};
use crate::events::Unwrapped;
use crate::pump::{key_at, TOKEN_OWNER, WSOL};
use crate::state::*;
use crate::token::{self, associated, ASSOCIATED_TOKEN, TOKEN};

/// With `stats`: `owner` is the token's authority. Without: `owner` is the shared authority or the treasury.
#[event_cpi]
#[derive(Accounts)]
pub struct Unwrap<'info> {
    pub state: Box<Account<'info, DatState>>,
    #[account(has_one = state @ DatError::MintMismatch)]
    pub stats: Option<Box<Account<'info, TokenStats>>>,
    /// CHECK: one of our bare PDAs, compared in the handler
    #[account(mut)]
    pub owner: UncheckedAccount<'info>,
    /// CHECK: a token account of wrapped SOL that belongs to `owner`, compared in the handler
    #[account(mut, owner = TOKEN @ DatError::MintMismatch)]
    pub wrapped: UncheckedAccount<'info>,
    /// CHECK: by its address
    #[account(address = WSOL)]
    pub wsol: UncheckedAccount<'info>,
    /// CHECK: by its address
    #[account(address = TOKEN)]
    pub token_program: UncheckedAccount<'info>,
    /// CHECK: by its address
    #[account(address = ASSOCIATED_TOKEN)]
    pub associated_token_program: UncheckedAccount<'info>,
    pub system_program: Program<'info, System>,
}

pub fn unwrap(ctx: Context<Unwrap>) -> Result<()> {
    let accounts = &*ctx.accounts;
    let state = accounts.state.key();
    let (owner, before) = (accounts.owner.key(), accounts.owner.lamports());
    accounts.check_wrapped()?;
    match &accounts.stats {
        Some(stats) => {
            ensure!(owner == stats.authority, DatError::MintMismatch);
            let seeds = stats.authority_seeds();
            accounts.close(&seeds)?;
            // Buys on PumpSwap need this very account.
            if accounts.wrapped.key() == associated(&owner, &WSOL, &TOKEN) && !stats.closed {
                accounts.create_again(&seeds)?;
            }
        }
        None if owner == accounts.state.treasury => {
            accounts.close(&accounts.state.treasury_seeds(&state))?;
        }
        None => {
            ensure!(owner == accounts.state.shared_authority, DatError::MintMismatch);
            accounts.close(&accounts.state.shared_seeds(&state))?;
        }
    }
    // Or anybody could make an authority pay for a rent that has risen.
    let lamports =
        accounts.owner.lamports().checked_sub(before).ok_or_else(|| refuse(DatError::NothingToUnwrap))?;
    ensure!(lamports > 0, DatError::NothingToUnwrap);
    let event = Unwrapped { state, mint: accounts.stats.as_ref().map(|stats| stats.mint), owner, lamports };
    emit_cpi!(event);
    Ok(())
}

impl Unwrap<'_> {
    fn check_wrapped(&self) -> Result<()> {
        let data = self.wrapped.try_borrow_data()?;
        let of_owner = key_at(&data, 0) == WSOL && key_at(&data, TOKEN_OWNER) == self.owner.key();
        ensure!(of_owner, DatError::MintMismatch);
        Ok(())
    }

    /// Everything in the account, its rent included, goes to its owner.
    fn close(&self, seeds: &[&[u8]]) -> Result<()> {
        token::close(&TOKEN, &self.wrapped, &self.owner, &self.owner, seeds)
    }

    fn create_again(&self, seeds: &[&[u8]]) -> Result<()> {
        let account = token::Create {
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
