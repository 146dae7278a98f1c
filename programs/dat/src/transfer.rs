//! Lamports of bare accounts: balances above rent, and transfers.

use anchor_lang::prelude::*;
use anchor_lang::solana_program::instruction::Instruction;
use anchor_lang::solana_program::program::invoke_signed_unchecked;

/// The rent of an empty account, lamports.
pub fn rent() -> Result<u64> {
    Ok(Rent::get()?.minimum_balance(0))
}

/// Lamports above `rent`.
pub fn excess(account: &AccountInfo, rent: u64) -> u64 {
    account.lamports().saturating_sub(rent)
}

/// A bare account's lamports above the rent of an empty account.
pub fn above_rent(account: &AccountInfo) -> Result<u64> {
    Ok(excess(account, rent()?))
}

/// Transfers lamports from an account of the System program, which signs itself or with `seeds`.
pub fn transfer<'info>(
    from: &AccountInfo<'info>,
    to: &AccountInfo<'info>,
    lamports: u64,
    seeds: &[&[u8]],
) -> Result<()> {
    if lamports == 0 {
        return Ok(());
    }
    let mut data = vec![2, 0, 0, 0];
    data.extend_from_slice(&lamports.to_le_bytes());
    let accounts = vec![AccountMeta::new(*from.key, true), AccountMeta::new(*to.key, false)];
    let instruction = Instruction { program_id: System::id(), accounts, data };
    invoke_signed_unchecked(&instruction, &[from.clone(), to.clone()], &[seeds])?;
    Ok(())
}

/// Funds a bare account up to the rent of an empty account, so that later transfers of any size succeed.
pub fn fund_rent<'info>(payer: &AccountInfo<'info>, account: &AccountInfo<'info>) -> Result<()> {
    let missing = rent()?.saturating_sub(account.lamports());
    transfer(payer, account, missing, &[])
}
