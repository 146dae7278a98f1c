//! pump.fun from the view of this program: addresses, accounts that it reads, and instructions that it calls.
//!
//! Sweeps and collections need no signature of ours, so clients put pump.fun's own instructions before a
//! cycle. This program reads balances and only buys.
//!
//! Layouts and discriminators follow pump.fun's IDLs. Accounts have grown several times, and old ones stay
//! short, so a field beyond the end of an account reads as zero.

use anchor_lang::prelude::*;

pub mod fees;
pub mod forms;
pub mod market;
pub mod volume;

pub use forms::BuyForm;
pub use market::Market;

/// The bonding-curve program.
pub const PUMP: Pubkey = pubkey!("6EF8rrecthR5Dkzon8Nwu78hRvfCKubJ14M5uBEwF6P");
/// PumpSwap, the program of graduated coins.
pub const PUMP_AMM: Pubkey = pubkey!("pAMMBay6oceH9fJKBRHGP5D4bD4sWpmSwMn52FMfXEA");
/// The program that owns the fee configurations and the sharing configs.
pub const PUMP_FEES: Pubkey = pubkey!("pfeeUxB6jkeY1Hxd7CsFCAjcbHA9rWtchMGdZ6VojVZ");
/// PDA `["fee_config", PUMP]` of `PUMP_FEES`.
pub const FEE_CONFIG: Pubkey = pubkey!("8Wf5TiAheLUqBrKXeYg2JtAFFMWtKdG2BSFgqUcPVwTt");
/// PDA `["fee_config", PUMP_AMM]` of `PUMP_FEES`.
pub const AMM_FEE_CONFIG: Pubkey = pubkey!("5PHirr8joyTMp9JMm6nW7hNDVyEYdkzDqazxPD7RaTjx");
/// PDA `["__event_authority"]` of `PUMP`.
pub const EVENT_AUTHORITY: Pubkey = pubkey!("Ce6TQqeHC9p8KetsN6JsjHK7UTZk7nasjjnr7XxXp9F1");
/// The mint of wrapped SOL.
pub const WSOL: Pubkey = pubkey!("So11111111111111111111111111111111111111112");

pub const BONDING_CURVE_SEED: &[u8] = b"bonding-curve";
pub const USER_VOLUME_ACCUMULATOR_SEED: &[u8] = b"user_volume_accumulator";

/// PumpSwap's canonical pool of the coin, before and after graduation.
pub fn pool_of(mint: &Pubkey) -> Pubkey {
    let creator = Pubkey::find_program_address(&[b"pool-authority", mint.as_ref()], &PUMP).0;
    let seeds: &[&[u8]] = &[b"pool", &[0, 0], creator.as_ref(), mint.as_ref(), WSOL.as_ref()];
    Pubkey::find_program_address(seeds, &PUMP_AMM).0
}

/// The creator of the coin after its fees are shared.
pub fn sharing_config_of(mint: &Pubkey) -> Pubkey {
    Pubkey::find_program_address(&[b"sharing-config", mint.as_ref()], &PUMP_FEES).0
}

/// The offset of the amount in a token account of both token programs.
pub const TOKEN_AMOUNT: usize = 64;
/// The offset of the owner in a token account.
pub const TOKEN_OWNER: usize = 32;
/// The offset of the supply in a mint.
pub const MINT_SUPPLY: usize = 36;

pub fn byte_at(data: &[u8], offset: usize) -> u8 {
    data.get(offset).copied().unwrap_or(0)
}

pub fn u64_at(data: &[u8], offset: usize) -> u64 {
    data.get(offset..offset + 8).map_or(0, |b| u64::from_le_bytes(b.try_into().unwrap()))
}

pub fn i128_at(data: &[u8], offset: usize) -> i128 {
    data.get(offset..offset + 16).map_or(0, |b| i128::from_le_bytes(b.try_into().unwrap()))
}

pub fn key_at(data: &[u8], offset: usize) -> Pubkey {
    data.get(offset..offset + 32).map_or_else(Pubkey::default, |b| Pubkey::try_from(b).unwrap())
}
