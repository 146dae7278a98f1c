//! The forms of pump.fun's buy as one table. A cycle names the form and forwards its accounts.

use anchor_lang::prelude::*;
use anchor_lang::solana_program::instruction::Instruction;
use anchor_lang::solana_program::program::invoke_signed_unchecked;

use crate::ensure;
use crate::errors::DatError;
use crate::pump::{key_at, PUMP, PUMP_AMM, TOKEN_OWNER, WSOL};
use crate::state::TokenStats;

/// The instruction that buys. Each form takes the amount to spend, of which a division may leave a lamport,
/// and the minimum of tokens, which must not be 0.
#[derive(AnchorSerialize, AnchorDeserialize, Clone, Copy, Debug, PartialEq, Eq)]
pub enum BuyForm {
    /// `buy_exact_quote_in_v3` on the curve: the fewest accounts, no cashback coins.
    CurveV3,
    /// `buy_exact_sol_in` on the curve.
    CurveLegacy,
    /// `buy_exact_quote_in_v2` on the curve.
    CurveV2,
    /// `buy_exact_quote_in_v2` on PumpSwap: the fewest accounts.
    PoolV2,
    /// `buy_exact_quote_in` on PumpSwap.
    Pool,
}

/// The program, data and account positions of a form.
pub struct Form {
    pub program: Pubkey,
    pub discriminator: [u8; 8],
    /// Bytes after the two amounts in the instruction data.
    pub flags: &'static [u8],
    /// The minimum number of accounts. Some coins need more at the end.
    pub accounts: usize,
    pub mint: usize,
    pub market: usize,
    pub buyer: usize,
    /// The buyer's token account, which receives the tokens.
    pub destination: usize,
    pub fee_config: usize,
    /// Only for PumpSwap, which trades wrapped SOL.
    pub wrapped: Option<WrappedPositions>,
}

/// The positions of PumpSwap's token accounts.
pub struct WrappedPositions {
    pub buyer_quote: usize,
    pub pool_base: usize,
    pub pool_quote: usize,
}

/// The buy that completes a curve takes the remaining tokens. Otherwise pump.fun would refuse it, and no
/// cycle could run until somebody else completed the curve.
const PARTIAL_FILL: [u8; 1] = [1];

const CURVE_V3: Form = Form {
    program: PUMP,
    discriminator: [225, 247, 80, 30, 213, 179, 132, 136],
    flags: &PARTIAL_FILL,
    accounts: 17,
    mint: 1,
    market: 5,
    buyer: 8,
    destination: 9,
    fee_config: 12,
    wrapped: None,
};

const CURVE_LEGACY: Form = Form {
    program: PUMP,
    discriminator: [56, 252, 116, 8, 158, 223, 205, 95],
    flags: &[0, 1], // no volume tracking, partial fill
    accounts: 18,
    mint: 2,
    market: 3,
    buyer: 6,
    destination: 5,
    fee_config: 14,
    wrapped: None,
};

const CURVE_V2: Form = Form {
    program: PUMP,
    discriminator: [194, 171, 28, 70, 104, 77, 91, 47],
    flags: &PARTIAL_FILL,
    accounts: 27,
    mint: 1,
    market: 10,
    buyer: 13,
    destination: 14,
    fee_config: 22,
    wrapped: None,
};

const POOL_V2: Form = Form {
    program: PUMP_AMM,
    discriminator: [194, 171, 28, 70, 104, 77, 91, 47],
    flags: &[],
    accounts: 17,
    mint: 3,
    market: 0,
    buyer: 1,
    destination: 5,
    fee_config: 13,
    wrapped: Some(WrappedPositions { buyer_quote: 6, pool_base: 7, pool_quote: 8 }),
};

const POOL: Form = Form {
    program: PUMP_AMM,
    discriminator: [198, 46, 21, 82, 180, 217, 232, 112],
    flags: &[0], // no volume tracking
    accounts: 25,
    mint: 3,
    market: 0,
    buyer: 1,
    destination: 5,
    fee_config: 21,
    wrapped: Some(WrappedPositions { buyer_quote: 6, pool_base: 7, pool_quote: 8 }),
};

impl BuyForm {
    pub fn form(self) -> &'static Form {
        match self {
            Self::CurveV3 => &CURVE_V3,
            Self::CurveLegacy => &CURVE_LEGACY,
            Self::CurveV2 => &CURVE_V2,
            Self::PoolV2 => &POOL_V2,
            Self::Pool => &POOL,
        }
    }
}

impl Form {
    /// Refuses forwarded accounts of another token, market or buyer. The called program checks all others.
    pub fn check(&self, accounts: &[AccountInfo], stats: &TokenStats) -> Result<()> {
        ensure!(accounts.len() >= self.accounts, DatError::InvalidForwardedAccounts);
        let market = if self.wrapped.is_some() { &stats.pool } else { &stats.bonding_curve };
        let expected = [
            (self.mint, &stats.mint),
            (self.market, market),
            (self.buyer, &stats.authority),
            (self.destination, &stats.token_account),
        ];
        for (position, key) in expected {
            ensure!(*accounts[position].key == *key, DatError::InvalidForwardedAccounts);
        }
        if let Some(wrapped) = &self.wrapped {
            // The wrapped SOL in this account must belong to the authority until PumpSwap takes it.
            let data = accounts[wrapped.buyer_quote].try_borrow_data()?;
            let own = key_at(&data, 0) == WSOL && key_at(&data, TOKEN_OWNER) == stats.authority;
            ensure!(own, DatError::InvalidForwardedAccounts);
        }
        Ok(())
    }

    /// Buys for exactly `lamports`. `seeds` sign for the buyer. No other signature is passed on.
    pub fn invoke(
        &self,
        accounts: &[AccountInfo],
        lamports: u64,
        min_tokens_out: u64,
        seeds: &[&[u8]],
    ) -> Result<()> {
        let mut data = Vec::with_capacity(25);
        data.extend_from_slice(&self.discriminator);
        data.extend_from_slice(&lamports.to_le_bytes());
        data.extend_from_slice(&min_tokens_out.to_le_bytes());
        data.extend_from_slice(self.flags);
        let buyer = accounts[self.buyer].key;
        let metas = accounts
            .iter()
            .map(|a| AccountMeta { pubkey: *a.key, is_signer: a.key == buyer, is_writable: a.is_writable })
            .collect();
        let instruction = Instruction { program_id: self.program, accounts: metas, data };
        // The unchecked call saves 3,000 compute units. No account data is borrowed here.
        invoke_signed_unchecked(&instruction, accounts, &[seeds])?;
        Ok(())
    }
}
