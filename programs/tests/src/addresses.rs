//! Addresses of programs and of their accounts.

use std::cell::RefCell;
use std::collections::HashMap;

use anchor_lang::prelude::{pubkey, Pubkey};

pub const PUMP: Pubkey = pubkey!("6EF8rrecthR5Dkzon8Nwu78hRvfCKubJ14M5uBEwF6P");
pub const PUMP_AMM: Pubkey = pubkey!("pAMMBay6oceH9fJKBRHGP5D4bD4sWpmSwMn52FMfXEA");
pub const PUMP_FEES: Pubkey = pubkey!("pfeeUxB6jkeY1Hxd7CsFCAjcbHA9rWtchMGdZ6VojVZ");
pub const MAYHEM: Pubkey = pubkey!("MAyhSmzXzV1pTf7LsNkrNwkWKTo4ougAJ1PPg47MD4e");
pub const METADATA: Pubkey = pubkey!("metaqbxxUerdq28cj1RbAWkYQm3ybzjb6a8bt518x1s");
pub const SYSTEM: Pubkey = pubkey!("11111111111111111111111111111111");
pub const TOKEN: Pubkey = pubkey!("TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA");
pub const TOKEN_2022: Pubkey = pubkey!("TokenzQdBNbLqP5VEhdkAS6EPFLC1PHnBqCXEpPxuEb");
pub const ATA_PROGRAM: Pubkey = pubkey!("ATokenGPvbdGVxr1b2hvZbsiqW5xWH25efTNsLJA8knL");
pub const MEMO: Pubkey = pubkey!("MemoSq4gqABAXKb96qnH8TysNcWxMyWCqXgDLGmfcHr");
pub const COMPUTE_BUDGET: Pubkey = pubkey!("ComputeBudget111111111111111111111111111111");
/// Owns all sysvars.
pub const SYSVARS: Pubkey = pubkey!("Sysvar1111111111111111111111111111111111111");
pub const RENT_SYSVAR: Pubkey = pubkey!("SysvarRent111111111111111111111111111111111");
pub const WSOL: Pubkey = pubkey!("So11111111111111111111111111111111111111112");

/// One of pump.fun's fee recipients.
pub const FEE_RECIPIENT: Pubkey = pubkey!("62qc2CNXwrYqQScmEdiZFFAnJR262PxWEuNQtxfafNgV");
/// Two of pump.fun's eight buyback fee recipients.
pub const BUYBACK_RECIPIENT: Pubkey = pubkey!("5YxQFdt3Tr9zJLvkFccqXVUwhdTWJQc1fFg2YPbxvxeD");
pub const OTHER_BUYBACK_RECIPIENT: Pubkey = pubkey!("9M4giFFMxmFGXtc3feFzRai56WbBqehoSeRE5GK7gf7");

/// A fee recipient for mayhem coins only.
pub const MAYHEM_FEE_RECIPIENT: Pubkey = pubkey!("GesfTA3X2arioaHp8bbKdjG9vJtskViWACZoYvxp4twS");
/// Receives the fee of a migration.
pub const WITHDRAW_AUTHORITY: Pubkey = pubkey!("3wx2KMuRJ2kScpNDbAXMahE2r33mGHYk885Vm4xRhaqq");

/// A program address without its bump. The cache saves the search for the bump, which takes as long as a
/// small transaction.
pub fn pda(program: &Pubkey, seeds: &[&[u8]]) -> Pubkey {
    type Cache = HashMap<(Pubkey, Vec<Vec<u8>>), Pubkey>;
    thread_local!(static CACHE: RefCell<Cache> = RefCell::default());
    let key = (*program, seeds.iter().map(|seed| seed.to_vec()).collect());
    CACHE.with_borrow_mut(|cache| {
        *cache.entry(key).or_insert_with(|| Pubkey::find_program_address(seeds, program).0)
    })
}

/// The associated token account of `owner`.
pub fn ata(owner: &Pubkey, mint: &Pubkey, token_program: &Pubkey) -> Pubkey {
    pda(&ATA_PROGRAM, &[owner.as_ref(), token_program.as_ref(), mint.as_ref()])
}

/// The account that holds the wrapped SOL of `owner`.
pub fn wsol(owner: &Pubkey) -> Pubkey {
    ata(owner, &WSOL, &TOKEN)
}

pub fn global() -> Pubkey {
    pda(&PUMP, &[b"global"])
}

pub fn event_authority(program: &Pubkey) -> Pubkey {
    pda(program, &[b"__event_authority"])
}

pub fn fee_config() -> Pubkey {
    pda(&PUMP_FEES, &[b"fee_config", PUMP.as_ref()])
}

pub fn amm_global_config() -> Pubkey {
    pda(&PUMP_AMM, &[b"global_config"])
}

pub fn amm_fee_config() -> Pubkey {
    pda(&PUMP_FEES, &[b"fee_config", PUMP_AMM.as_ref()])
}

pub fn creator_vault(creator: &Pubkey) -> Pubkey {
    pda(&PUMP, &[b"creator-vault", creator.as_ref()])
}

pub fn user_volume_accumulator(user: &Pubkey) -> Pubkey {
    pda(&PUMP, &[b"user_volume_accumulator", user.as_ref()])
}

/// PumpSwap has its own accumulator beside that of the curve program.
pub fn amm_volume_accumulator(user: &Pubkey) -> Pubkey {
    pda(&PUMP_AMM, &[b"user_volume_accumulator", user.as_ref()])
}

/// Owns the wrapped SOL that PumpSwap keeps for a creator.
pub fn amm_creator_vault(creator: &Pubkey) -> Pubkey {
    pda(&PUMP_AMM, &[b"creator_vault", creator.as_ref()])
}

/// Creates the canonical pool of a coin.
pub fn pool_authority(mint: &Pubkey) -> Pubkey {
    pda(&PUMP, &[b"pool-authority", mint.as_ref()])
}

/// A pool for wrapped SOL that `creator` made.
pub fn pool_of(index: u16, creator: &Pubkey, mint: &Pubkey) -> Pubkey {
    pda(&PUMP_AMM, &[b"pool", &index.to_le_bytes(), creator.as_ref(), mint.as_ref(), WSOL.as_ref()])
}

pub fn lp_mint(pool: &Pubkey) -> Pubkey {
    pda(&PUMP_AMM, &[b"pool_lp_mint", pool.as_ref()])
}

/// The creator of a coin whose fees are shared.
pub fn sharing_config(mint: &Pubkey) -> Pubkey {
    pda(&PUMP_FEES, &[b"sharing-config", mint.as_ref()])
}
