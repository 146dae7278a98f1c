//! pump.fun as this program meets it: addresses, the two accounts it reads, and its instructions.
//!
//! Layouts and discriminators follow the IDL that comes with the program. Accounts have grown several
//! times and old ones stay short, so a field beyond the end of an account reads as zero.

use anchor_lang::prelude::*;
use anchor_lang::solana_program::instruction::Instruction;
use anchor_lang::solana_program::program::{invoke, invoke_signed};

use crate::arithmetic;
use crate::errors::DatError;

/// The bonding-curve program.
pub const PUMP: Pubkey = pubkey!("6EF8rrecthR5Dkzon8Nwu78hRvfCKubJ14M5uBEwF6P");
/// The program that owns the fee configuration.
pub const PUMP_FEES: Pubkey = pubkey!("pfeeUxB6jkeY1Hxd7CsFCAjcbHA9rWtchMGdZ6VojVZ");
/// PDA `["fee_config", PUMP]` of `PUMP_FEES`.
pub const FEE_CONFIG: Pubkey = pubkey!("8Wf5TiAheLUqBrKXeYg2JtAFFMWtKdG2BSFgqUcPVwTt");
/// PDA `["__event_authority"]` of `PUMP`.
pub const EVENT_AUTHORITY: Pubkey = pubkey!("Ce6TQqeHC9p8KetsN6JsjHK7UTZk7nasjjnr7XxXp9F1");

pub const BONDING_CURVE_SEED: &[u8] = b"bonding-curve";
pub const CREATOR_VAULT_SEED: &[u8] = b"creator-vault";
pub const USER_VOLUME_ACCUMULATOR_SEED: &[u8] = b"user_volume_accumulator";

const CURVE_DISCRIMINATOR: [u8; 8] = [23, 183, 248, 55, 96, 216, 172, 96];
const FEE_CONFIG_DISCRIMINATOR: [u8; 8] = [143, 52, 146, 187, 219, 123, 76, 155];

/// How an instruction of pump.fun is called with accounts that the caller forwards.
pub struct Form {
    pub discriminator: [u8; 8],
    /// How many accounts it takes.
    pub accounts: usize,
    /// Positions that must hold accounts of this token; pump.fun itself checks all others.
    pub mint: usize,
    pub bonding_curve: usize,
    pub signer: usize,
    /// Where the proceeds go: the vault of a sweep, the token account of a buy.
    pub destination: usize,
}

/// `sweep_creator_fee`: moves a curve's creator-fee bucket into the creator's vault.
pub const SWEEP_CREATOR_FEE: Form = Form {
    discriminator: [32, 246, 191, 52, 8, 201, 73, 186],
    accounts: 13,
    mint: 2,
    bonding_curve: 7,
    signer: 0,
    destination: 9,
};

/// `buy_exact_quote_in_v3(spendable_quote_in, min_tokens_out, partial_fill)`.
pub const BUY_EXACT_QUOTE_IN_V3: Form = Form {
    discriminator: [225, 247, 80, 30, 213, 179, 132, 136],
    accounts: 17,
    mint: 1,
    bonding_curve: 5,
    signer: 8,
    destination: 9,
};

const COLLECT_CREATOR_FEE: [u8; 8] = [20, 22, 86, 123, 198, 28, 219, 132];
const INIT_USER_VOLUME_ACCUMULATOR: [u8; 8] = [94, 6, 202, 115, 255, 96, 232, 183];

impl Form {
    /// Calls the instruction with `accounts` as they were forwarded; `signer` is the only one of them
    /// whose signature goes along.
    pub fn invoke(
        &self,
        accounts: &[AccountInfo],
        data: Vec<u8>,
        signer: &Pubkey,
        signer_seeds: &[&[&[u8]]],
    ) -> Result<()> {
        let metas = accounts
            .iter()
            .map(|a| AccountMeta { pubkey: *a.key, is_signer: a.key == signer, is_writable: a.is_writable })
            .collect();
        let instruction = Instruction { program_id: PUMP, accounts: metas, data };
        invoke_signed(&instruction, accounts, signer_seeds)?;
        Ok(())
    }

    /// Refuses forwarded accounts that are not this token's where it matters.
    pub fn check(
        &self,
        accounts: &[AccountInfo],
        mint: &Pubkey,
        bonding_curve: &Pubkey,
        signer: &Pubkey,
        destination: &Pubkey,
    ) -> Result<()> {
        let expected = [
            (self.mint, mint),
            (self.bonding_curve, bonding_curve),
            (self.signer, signer),
            (self.destination, destination),
        ];
        for (position, key) in expected {
            require_keys_eq!(*accounts[position].key, *key, DatError::InvalidForwardedAccounts);
        }
        Ok(())
    }
}

/// `collect_creator_fee`: pays a creator's vault, less its rent, out to the creator. Needs no signature.
pub fn collect_creator_fee<'info>(
    creator: &AccountInfo<'info>,
    creator_vault: &AccountInfo<'info>,
    system_program: &AccountInfo<'info>,
    event_authority: &AccountInfo<'info>,
    pump: &AccountInfo<'info>,
) -> Result<()> {
    let metas = vec![
        AccountMeta::new(*creator.key, false),
        AccountMeta::new(*creator_vault.key, false),
        AccountMeta::new_readonly(*system_program.key, false),
        AccountMeta::new_readonly(*event_authority.key, false),
        AccountMeta::new_readonly(*pump.key, false),
    ];
    let instruction = Instruction { program_id: PUMP, accounts: metas, data: COLLECT_CREATOR_FEE.to_vec() };
    let infos = [creator, creator_vault, system_program, event_authority, pump].map(Clone::clone);
    invoke(&instruction, &infos)?;
    Ok(())
}

/// `init_user_volume_accumulator`: creates, at the payer's cost, the account every buyer needs.
pub fn init_user_volume_accumulator<'info>(
    payer: &AccountInfo<'info>,
    user: &AccountInfo<'info>,
    user_volume_accumulator: &AccountInfo<'info>,
    system_program: &AccountInfo<'info>,
    event_authority: &AccountInfo<'info>,
    pump: &AccountInfo<'info>,
) -> Result<()> {
    let metas = vec![
        AccountMeta::new(*payer.key, true),
        AccountMeta::new_readonly(*user.key, false),
        AccountMeta::new(*user_volume_accumulator.key, false),
        AccountMeta::new_readonly(*system_program.key, false),
        AccountMeta::new_readonly(*event_authority.key, false),
        AccountMeta::new_readonly(*pump.key, false),
    ];
    let data = INIT_USER_VOLUME_ACCUMULATOR.to_vec();
    let instruction = Instruction { program_id: PUMP, accounts: metas, data };
    let infos =
        [payer, user, user_volume_accumulator, system_program, event_authority, pump].map(Clone::clone);
    invoke(&instruction, &infos)?;
    Ok(())
}

/// What a cycle needs to know of a bonding curve.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BondingCurve {
    pub virtual_token_reserves: u64,
    pub virtual_quote_reserves: u64,
    pub token_total_supply: u64,
    pub complete: bool,
    pub creator: Pubkey,
    pub is_mayhem_mode: bool,
    pub is_cashback_coin: bool,
    pub quote_mint: Pubkey,
    /// Creator fees that wait in the curve for a sweep, lamports.
    pub creator_fee: u64,
}

impl BondingCurve {
    /// Reads a curve of any length pump.fun has ever given one.
    pub fn load(account: &AccountInfo) -> Result<Self> {
        require_keys_eq!(*account.owner, PUMP, DatError::InvalidBondingCurve);
        let data = account.try_borrow_data()?;
        require!(data.len() >= 81 && data[..8] == CURVE_DISCRIMINATOR, DatError::InvalidBondingCurve);
        Ok(Self {
            virtual_token_reserves: u64_at(&data, 8),
            virtual_quote_reserves: u64_at(&data, 16),
            token_total_supply: u64_at(&data, 40),
            complete: byte_at(&data, 48) != 0,
            creator: key_at(&data, 49),
            is_mayhem_mode: byte_at(&data, 81) != 0,
            is_cashback_coin: byte_at(&data, 82) != 0,
            quote_mint: key_at(&data, 83),
            creator_fee: u64_at(&data, 125),
        })
    }

    /// Market cap as pump.fun computes it to choose the fee tier, lamports; `mint_supply` is the live
    /// supply, which counts for all but mayhem coins.
    pub fn market_cap(&self, mint_supply: u64) -> Result<u128> {
        let supply = if self.is_mayhem_mode { self.token_total_supply } else { mint_supply };
        arithmetic::market_cap(self.virtual_quote_reserves, self.virtual_token_reserves, supply)
            .ok_or_else(|| DatError::InvalidBondingCurve.into())
    }

    /// Refuses, by name, every coin whose fees or price this program cannot handle.
    pub fn check_supported(&self, authority: &Pubkey) -> Result<()> {
        require!(!self.is_cashback_coin, DatError::CashbackCoin);
        require_keys_eq!(self.quote_mint, Pubkey::default(), DatError::UnsupportedQuoteMint);
        require_keys_eq!(self.creator, *authority, DatError::CreatorMismatch);
        require!(!self.complete, DatError::BondingCurveComplete);
        Ok(())
    }
}

/// Protocol and creator fee of a trade at `market_cap` lamports, basis points together: what a
/// trader pays and never gets back, since the creator is our own authority.
///
/// The tier is the last one whose threshold the market cap reaches, else the first.
pub fn fee_bps(fee_config: &AccountInfo, market_cap: u128) -> Result<u64> {
    require_keys_eq!(*fee_config.key, FEE_CONFIG, DatError::InvalidFeeConfig);
    let data = fee_config.try_borrow_data()?;
    fee_bps_of(&data, market_cap).ok_or_else(|| DatError::InvalidFeeConfig.into())
}

fn fee_bps_of(data: &[u8], market_cap: u128) -> Option<u64> {
    const TIERS: usize = 8 + 1 + 32 + 24;
    const TIER: usize = 16 + 24;
    if data.get(..8)? != FEE_CONFIG_DISCRIMINATOR {
        return None;
    }
    let count = u32::from_le_bytes(data.get(TIERS..TIERS + 4)?.try_into().ok()?) as usize;
    let tiers = data.get(TIERS + 4..)?.get(..count.checked_mul(TIER)?)?;
    let reached = |tier: &&[u8]| u128::from_le_bytes(tier[..16].try_into().unwrap()) <= market_cap;
    let tier = tiers.chunks_exact(TIER).rfind(reached).or_else(|| tiers.get(..TIER))?;
    u64_at(tier, 24).checked_add(u64_at(tier, 32))
}

fn byte_at(data: &[u8], offset: usize) -> u8 {
    data.get(offset).copied().unwrap_or(0)
}

fn u64_at(data: &[u8], offset: usize) -> u64 {
    data.get(offset..offset + 8).map_or(0, |b| u64::from_le_bytes(b.try_into().unwrap()))
}

fn key_at(data: &[u8], offset: usize) -> Pubkey {
    data.get(offset..offset + 32).map_or_else(Pubkey::default, |b| Pubkey::try_from(b).unwrap())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fee_config(tiers: &[(u128, u64, u64)]) -> Vec<u8> {
        let mut data = [&FEE_CONFIG_DISCRIMINATOR[..], &[0; 57]].concat();
        data.extend((tiers.len() as u32).to_le_bytes());
        for (threshold, protocol, creator) in tiers {
            data.extend(threshold.to_le_bytes());
            data.extend(0u64.to_le_bytes());
            data.extend(protocol.to_le_bytes());
            data.extend(creator.to_le_bytes());
        }
        data
    }

    #[test]
    fn takes_the_last_tier_that_is_reached() {
        let config = fee_config(&[(100, 95, 30), (200, 5, 90), (300, 5, 5)]);
        let at = |cap| fee_bps_of(&config, cap);
        assert_eq!(
            [at(0), at(100), at(199), at(200), at(u128::MAX)],
            [Some(125), Some(125), Some(125), Some(95), Some(10)]
        );
    }

    #[test]
    fn refuses_a_table_it_cannot_read() {
        assert_eq!(fee_bps_of(&fee_config(&[]), 1), None);
        let mut short = fee_config(&[(0, 95, 30)]);
        short.pop();
        assert_eq!(fee_bps_of(&short, 1), None);
        assert_eq!(fee_bps_of(&[0; 200], 1), None);
    }
}
