//! Where a token trades: its bonding curve, or its pool once it has graduated.

use anchor_lang::prelude::*;

use crate::arithmetic::{self, BPS};
use crate::errors::DatError;
use crate::pump::fees::{self, Rates};
use crate::pump::forms::{Form, Wrapped};
use crate::pump::{byte_at, i128_at, key_at, u64_at, AMM_FEE_CONFIG, FEE_CONFIG, PUMP, PUMP_AMM, WSOL};
use crate::state::MAX_PRICE_IMPACT_BPS;

const CURVE_DISCRIMINATOR: [u8; 8] = [23, 183, 248, 55, 96, 216, 172, 96];
const POOL_DISCRIMINATOR: [u8; 8] = [241, 154, 109, 4, 17, 177, 109, 188];
/// Below this there is no market worth the name, lamports.
const MIN_LIQUIDITY: u64 = 10_000_000;

/// What a buy needs to know of its market.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Market {
    /// What the price is made of, lamports; never more than really lies in a pool.
    pub quote_reserves: u64,
    pub creator: Pubkey,
    pub cashback: bool,
    /// At which a buy trades now.
    pub rates: Rates,
    /// At which a sale may trade after it.
    pub later: Rates,
}

impl Market {
    /// Reads the market that `accounts`, those of `form`, trade on; `supply` is the mint's.
    pub fn load(form: &Form, accounts: &[AccountInfo], supply: u64) -> Result<Self> {
        let fee_config = &accounts[form.fee_config];
        let market = match &form.wrapped {
            None => Self::of_curve(&accounts[form.market], fee_config, supply),
            Some(wrapped) => Self::of_pool(&accounts[form.market], accounts, wrapped, fee_config, supply),
        }?;
        require_gte!(market.quote_reserves, MIN_LIQUIDITY, DatError::InsufficientPoolLiquidity);
        Ok(market)
    }

    /// What each trade of a sandwich costs that nobody gets back, basis points: the mean of a buy now and a sale
    /// after it. The creator's fee is among it unless an attacker may be the one who gets it.
    pub fn sure_fee(&self, creator_is_sure: bool) -> u64 {
        let fee =
            |rates: &Rates| rates.protocol.saturating_add(if creator_is_sure { rates.creator } else { 0 });
        let now = fee(&self.rates);
        now.saturating_add(now.min(fee(&self.later))) / 2
    }

    fn of_curve(account: &AccountInfo, fee_config: &AccountInfo, supply: u64) -> Result<Self> {
        let curve = BondingCurve::load(account)?;
        require!(!curve.complete, DatError::BondingCurveComplete);
        let supply = if curve.mayhem { curve.token_total_supply } else { supply };
        let cap = arithmetic::market_cap(curve.virtual_quote_reserves, curve.virtual_token_reserves, supply)
            .ok_or(DatError::InvalidBondingCurve)?;
        let [rates, _] = fees::rates(fee_config, &FEE_CONFIG, cap)?;
        let rates = with_override(rates, curve.creator_fee_bps);
        Ok(Self {
            quote_reserves: curve.depth(),
            creator: curve.creator,
            cashback: curve.cashback,
            rates,
            // On PumpSwap, if the curve is completed meanwhile: the same in all, nearly nothing for the protocol.
            later: Rates { protocol: 0, creator: rates.protocol.saturating_add(rates.creator) },
        })
    }

    fn of_pool(
        account: &AccountInfo,
        accounts: &[AccountInfo],
        wrapped: &Wrapped,
        fee_config: &AccountInfo,
        supply: u64,
    ) -> Result<Self> {
        require_keys_eq!(*account.owner, PUMP_AMM, DatError::InvalidPool);
        let data = account.try_borrow_data()?;
        require!(data.len() >= 211 && data[..8] == POOL_DISCRIMINATOR, DatError::InvalidPool);
        require_keys_eq!(key_at(&data, 75), WSOL, DatError::UnsupportedQuoteMint);
        for (position, offset) in [(wrapped.pool_base, 139), (wrapped.pool_quote, 171)] {
            require_keys_eq!(*accounts[position].key, key_at(&data, offset), DatError::InvalidPool);
        }
        let amount =
            |position: usize| -> Result<u64> { Ok(u64_at(&accounts[position].try_borrow_data()?, 64)) };
        // Virtual reserves are signed: fees that wait in the pool's account for a sweep are taken off by them.
        let real = amount(wrapped.pool_quote)?;
        let priced = i128::from(real).saturating_add(i128_at(&data, 245));
        let priced = u64::try_from(priced).map_err(|_| DatError::InvalidPool)?;
        let supply = if byte_at(&data, 243) != 0 { MAYHEM_SUPPLY } else { supply };
        let cap = arithmetic::market_cap(priced, amount(wrapped.pool_base)?, supply)
            .ok_or(DatError::InvalidPool)?;
        let [rates, later] = fees::rates(fee_config, &AMM_FEE_CONFIG, cap)?
            .map(|rates| with_override(rates, u64_at(&data, 261)));
        Ok(Self {
            quote_reserves: priced.min(real),
            creator: key_at(&data, 211),
            cashback: byte_at(&data, 244) != 0,
            rates,
            later,
        })
    }
}

/// What PumpSwap takes for the supply of a mayhem coin, base units.
const MAYHEM_SUPPLY: u64 = 1_000_000_000_000_000;

/// A coin may have a creator's fee of its own, if pump.fun's settings allow it: the lower of both is sure.
fn with_override(rates: Rates, creator_fee_bps: u64) -> Rates {
    match creator_fee_bps {
        0 => rates,
        own => Rates { creator: rates.creator.min(own), ..rates },
    }
}

/// What this program needs to know of a bonding curve.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BondingCurve {
    pub virtual_token_reserves: u64,
    pub virtual_quote_reserves: u64,
    pub real_token_reserves: u64,
    pub real_quote_reserves: u64,
    pub token_total_supply: u64,
    pub complete: bool,
    pub creator: Pubkey,
    pub mayhem: bool,
    pub cashback: bool,
    /// 0 unless the coin has a creator's fee of its own.
    pub creator_fee_bps: u64,
}

impl BondingCurve {
    /// Reads a curve of any length pump.fun has ever given one; refuses what is not quoted in SOL.
    pub fn load(account: &AccountInfo) -> Result<Self> {
        require_keys_eq!(*account.owner, PUMP, DatError::InvalidBondingCurve);
        let data = account.try_borrow_data()?;
        require!(data.len() >= 81 && data[..8] == CURVE_DISCRIMINATOR, DatError::InvalidBondingCurve);
        require_keys_eq!(key_at(&data, 83), Pubkey::default(), DatError::UnsupportedQuoteMint);
        Ok(Self {
            virtual_token_reserves: u64_at(&data, 8),
            virtual_quote_reserves: u64_at(&data, 16),
            real_token_reserves: u64_at(&data, 24),
            real_quote_reserves: u64_at(&data, 32),
            token_total_supply: u64_at(&data, 40),
            complete: byte_at(&data, 48) != 0,
            creator: key_at(&data, 49),
            mayhem: byte_at(&data, 81) != 0,
            cashback: byte_at(&data, 82) != 0,
            creator_fee_bps: u64_at(&data, 115),
        })
    }
    /// What the price is made of, lamports.
    ///
    /// A buy that may complete the curve goes on in the pool-to-be, which holds only what is really there.
    fn depth(&self) -> u64 {
        let whole = u128::from(self.virtual_token_reserves);
        let left = u128::from(self.real_token_reserves);
        // The largest impact that parameters allow takes less than a tenth of the tokens.
        if left * u128::from(BPS) > whole * u128::from(MAX_PRICE_IMPACT_BPS) {
            self.virtual_quote_reserves
        } else {
            self.virtual_quote_reserves.min(self.real_quote_reserves)
        }
    }
}
