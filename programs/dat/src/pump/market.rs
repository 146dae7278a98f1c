//! The market of a token: its bonding curve, or its pool after graduation.

use anchor_lang::prelude::*;

use crate::arithmetic::{self, Price, BPS};
use crate::ensure;
use crate::errors::{refuse, DatError};
use crate::pump::fees;
use crate::pump::forms::Form;
use crate::pump::{
    byte_at, i128_at, key_at, u64_at, AMM_FEE_CONFIG, FEE_CONFIG, PUMP, PUMP_AMM, TOKEN_AMOUNT, WSOL,
};
use crate::state::MAX_PRICE_IMPACT_BPS;

const CURVE_DISCRIMINATOR: [u8; 8] = [23, 183, 248, 55, 96, 216, 172, 96];
const POOL_DISCRIMINATOR: [u8; 8] = [241, 154, 109, 4, 17, 177, 109, 188];
/// The minimum liquidity of a market, lamports.
const MIN_LIQUIDITY: u64 = 10_000_000;

/// The facts about a market that a buy needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Market {
    pub price: Price,
    /// The reserves behind the price, lamports. For a pool at most its real balance.
    pub quote_reserves: u64,
    pub creator: Pubkey,
    pub cashback: bool,
    /// The fee that each trade of a sandwich pays by any route, basis points: the protocol fee. Creator and
    /// liquidity fees do not count, because a route through other coins (`multi_hop_swap`) pays neither.
    pub sure_fee: u64,
}

impl Market {
    /// Reads the market of these forwarded accounts. `supply` is the mint's supply.
    pub fn load(form: &Form, accounts: &[AccountInfo], supply: u64) -> Result<Self> {
        let fee_config = &accounts[form.fee_config];
        let market = match &form.wrapped {
            None => Self::of_curve(&accounts[form.market], fee_config, supply),
            Some(wrapped) => {
                let [base, quote] = [wrapped.pool_base, wrapped.pool_quote].map(|at| &accounts[at]);
                let pool = Pool::load(&accounts[form.market], base, quote)?;
                Self::of_pool(&pool, fee_config, supply)
            }
        }?;
        ensure!(market.quote_reserves >= MIN_LIQUIDITY, DatError::InsufficientPoolLiquidity);
        Ok(market)
    }

    fn of_curve(account: &AccountInfo, fee_config: &AccountInfo, supply: u64) -> Result<Self> {
        let curve = BondingCurve::load(account)?;
        ensure!(!curve.complete, DatError::BondingCurveComplete);
        let supply = if curve.mayhem { curve.token_total_supply } else { supply };
        let price = curve.price();
        let cap = market_cap(price, supply).ok_or_else(|| refuse(DatError::InvalidBondingCurve))?;
        let fee = fees::protocol_fee(fee_config, &FEE_CONFIG, cap)?;
        // Near its end somebody may complete the curve and sell on PumpSwap for nearly no fee.
        let (quote_reserves, sure_fee) = if curve.may_complete() {
            (price.quote.min(curve.real_quote_reserves), fee / 2)
        } else {
            (price.quote, fee)
        };
        Ok(Self { price, quote_reserves, creator: curve.creator, cashback: curve.cashback, sure_fee })
    }

    fn of_pool(pool: &Pool, fee_config: &AccountInfo, supply: u64) -> Result<Self> {
        let supply = if pool.mayhem { MAYHEM_SUPPLY } else { supply };
        let cap = market_cap(pool.price, supply).ok_or_else(|| refuse(DatError::InvalidPool))?;
        let sure_fee = fees::protocol_fee(fee_config, &AMM_FEE_CONFIG, cap)?;
        let quote_reserves = pool.price.quote.min(pool.real_quote);
        let Pool { price, creator, cashback, .. } = *pool;
        Ok(Self { price, quote_reserves, creator, cashback, sure_fee })
    }
}

/// The facts about a PumpSwap pool that this program needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pool {
    pub price: Price,
    /// Lamports in the pool's account, including fees that wait for a sweep.
    pub real_quote: u64,
    pub creator: Pubkey,
    pub mayhem: bool,
    pub cashback: bool,
}

impl Pool {
    const QUOTE_MINT: usize = 75;
    const BASE_ACCOUNT: usize = 139;
    const QUOTE_ACCOUNT: usize = 171;
    const MIN_LENGTH: usize = 211;
    const CREATOR: usize = 211;
    const MAYHEM: usize = 243;
    const CASHBACK: usize = 244;
    const VIRTUAL_QUOTE: usize = 245;

    /// Reads a pool quoted in SOL. `base` and `quote` are its token accounts.
    pub fn load(account: &AccountInfo, base: &AccountInfo, quote: &AccountInfo) -> Result<Self> {
        ensure!(*account.owner == PUMP_AMM, DatError::InvalidPool);
        let data = account.try_borrow_data()?;
        let is_pool = data.len() >= Self::MIN_LENGTH && data[..8] == POOL_DISCRIMINATOR;
        ensure!(is_pool, DatError::InvalidPool);
        ensure!(key_at(&data, Self::QUOTE_MINT) == WSOL, DatError::UnsupportedQuoteMint);
        ensure!(*base.key == key_at(&data, Self::BASE_ACCOUNT), DatError::InvalidPool);
        ensure!(*quote.key == key_at(&data, Self::QUOTE_ACCOUNT), DatError::InvalidPool);
        let amount =
            |account: &AccountInfo| -> Result<u64> { Ok(u64_at(&account.try_borrow_data()?, TOKEN_AMOUNT)) };
        let real_quote = amount(quote)?;
        // Virtual reserves are signed. They subtract the fees in the pool's account that wait for a sweep.
        let priced = i128::from(real_quote).saturating_add(i128_at(&data, Self::VIRTUAL_QUOTE));
        let priced = u64::try_from(priced).map_err(|_| refuse(DatError::InvalidPool))?;
        Ok(Self {
            price: Price { quote: priced, base: amount(base)? },
            real_quote,
            creator: key_at(&data, Self::CREATOR),
            mayhem: byte_at(&data, Self::MAYHEM) != 0,
            cashback: byte_at(&data, Self::CASHBACK) != 0,
        })
    }
}

fn market_cap(price: Price, supply: u64) -> Option<u128> {
    arithmetic::market_cap(price.quote, price.base, supply)
}

/// The supply that PumpSwap uses for a mayhem coin, base units.
const MAYHEM_SUPPLY: u64 = 1_000_000_000_000_000;

/// The facts about a bonding curve that this program needs.
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
}

impl BondingCurve {
    const MIN_LENGTH: usize = 81;
    const VIRTUAL_TOKENS: usize = 8;
    const VIRTUAL_QUOTE: usize = 16;
    const REAL_TOKENS: usize = 24;
    const REAL_QUOTE: usize = 32;
    const TOTAL_SUPPLY: usize = 40;
    const COMPLETE: usize = 48;
    const CREATOR: usize = 49;
    const MAYHEM: usize = 81;
    const CASHBACK: usize = 82;
    const QUOTE_MINT: usize = 83;

    /// Reads a curve of any length that pump.fun has used. Refuses a curve that is not quoted in SOL.
    pub fn load(account: &AccountInfo) -> Result<Self> {
        ensure!(*account.owner == PUMP, DatError::InvalidBondingCurve);
        let data = account.try_borrow_data()?;
        let is_curve = data.len() >= Self::MIN_LENGTH && data[..8] == CURVE_DISCRIMINATOR;
        ensure!(is_curve, DatError::InvalidBondingCurve);
        ensure!(key_at(&data, Self::QUOTE_MINT) == Pubkey::default(), DatError::UnsupportedQuoteMint);
        Ok(Self {
            virtual_token_reserves: u64_at(&data, Self::VIRTUAL_TOKENS),
            virtual_quote_reserves: u64_at(&data, Self::VIRTUAL_QUOTE),
            real_token_reserves: u64_at(&data, Self::REAL_TOKENS),
            real_quote_reserves: u64_at(&data, Self::REAL_QUOTE),
            token_total_supply: u64_at(&data, Self::TOTAL_SUPPLY),
            complete: byte_at(&data, Self::COMPLETE) != 0,
            creator: key_at(&data, Self::CREATOR),
            mayhem: byte_at(&data, Self::MAYHEM) != 0,
            cashback: byte_at(&data, Self::CASHBACK) != 0,
        })
    }

    pub fn price(&self) -> Price {
        Price { quote: self.virtual_quote_reserves, base: self.virtual_token_reserves }
    }

    /// Whether a buy of this size, or another buy next to it, may complete the curve and continue in the
    /// future pool, which holds only the real reserves. The largest allowed price impact takes less than a
    /// tenth of the virtual tokens.
    fn may_complete(&self) -> bool {
        let (left, whole) = (u128::from(self.real_token_reserves), u128::from(self.virtual_token_reserves));
        left * u128::from(BPS) <= whole * u128::from(MAX_PRICE_IMPACT_BPS)
    }
}
