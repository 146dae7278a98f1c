//! Lamports of bare accounts: what they hold above rent, and moving it.

use anchor_lang::prelude::*;
use anchor_lang::solana_program::instruction::Instruction;
use anchor_lang::solana_program::program::invoke_signed_unchecked;

/// The rent of an empty account, lamports.
pub fn rent() -> Result<u64> {
    Ok(Rent::get()?.minimum_balance(0))
}

/// A bare account's lamports above the rent of an empty one.
pub fn above(account: &AccountInfo, rent: u64) -> u64 {
    account.lamports().saturating_sub(rent)
}

/// The same, with the rent of now.
pub fn above_rent(account: &AccountInfo) -> Result<u64> {
    Ok(above(account, rent()?))
}

/// Moves lamports out of an account of the System program that signs itself, or for which `seeds` sign.
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

/// Lifts a bare account to the rent of an empty one, so that later transfers of any size land.
pub fn fund_rent<'info>(payer: &AccountInfo<'info>, account: &AccountInfo<'info>) -> Result<()> {
    let missing = rent()?.saturating_sub(account.lamports());
    transfer(payer, account, missing, &[])
}
