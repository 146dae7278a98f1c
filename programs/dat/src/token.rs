//! Calls of the token programs. SPL Token and Token-2022 share these instructions.
//!
//! The calls are written by hand, because anchor-spl reads every account with all extensions and doubles the
//! program's size for five instructions.

use anchor_lang::prelude::*;
use anchor_lang::solana_program::instruction::Instruction;
use anchor_lang::solana_program::program::invoke_signed_unchecked;

/// SPL Token, the program of wrapped SOL.
pub const TOKEN: Pubkey = pubkey!("TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA");
/// The program that creates associated token accounts.
pub const ASSOCIATED_TOKEN: Pubkey = pubkey!("ATokenGPvbdGVxr1b2hvZbsiqW5xWH25efTNsLJA8knL");

const BURN: u8 = 8;
const CLOSE_ACCOUNT: u8 = 9;
const SYNC_NATIVE: u8 = 17;
/// Does nothing if the right account exists, and refuses any other.
const CREATE_IDEMPOTENT: u8 = 1;

/// The associated token account of `owner`.
pub fn associated(owner: &Pubkey, mint: &Pubkey, token_program: &Pubkey) -> Pubkey {
    let seeds = [owner.as_ref(), token_program.as_ref(), mint.as_ref()];
    Pubkey::find_program_address(&seeds, &ASSOCIATED_TOKEN).0
}

/// An associated token account that `payer` creates.
pub struct CreateAssociated<'a, 'info> {
    pub payer: &'a AccountInfo<'info>,
    pub account: &'a AccountInfo<'info>,
    pub owner: &'a AccountInfo<'info>,
    pub mint: &'a AccountInfo<'info>,
    pub system_program: &'a AccountInfo<'info>,
    pub token_program: &'a AccountInfo<'info>,
}

impl CreateAssociated<'_, '_> {
    /// Creates it if it does not exist. `seeds` sign for a payer that does not sign itself.
    pub fn invoke(self, seeds: &[&[u8]]) -> Result<()> {
        let accounts = vec![
            AccountMeta::new(*self.payer.key, true),
            AccountMeta::new(*self.account.key, false),
            AccountMeta::new_readonly(*self.owner.key, false),
            AccountMeta::new_readonly(*self.mint.key, false),
            AccountMeta::new_readonly(*self.system_program.key, false),
            AccountMeta::new_readonly(*self.token_program.key, false),
        ];
        let infos =
            [self.payer, self.account, self.owner, self.mint, self.system_program, self.token_program]
                .map(Clone::clone);
        call(&ASSOCIATED_TOKEN, accounts, vec![CREATE_IDEMPOTENT], &infos, seeds)
    }
}

/// Closes a token account. Its lamports go to `destination`. `seeds` sign for its `owner`.
pub fn close<'info>(
    token_program: &Pubkey,
    account: &AccountInfo<'info>,
    destination: &AccountInfo<'info>,
    owner: &AccountInfo<'info>,
    seeds: &[&[u8]],
) -> Result<()> {
    let accounts = vec![
        AccountMeta::new(*account.key, false),
        AccountMeta::new(*destination.key, false),
        AccountMeta::new_readonly(*owner.key, true),
    ];
    let infos = [account, destination, owner].map(Clone::clone);
    call(token_program, accounts, vec![CLOSE_ACCOUNT], &infos, seeds)
}

/// Burns token base units. `seeds` sign for the account's `owner`.
pub fn burn<'info>(
    token_program: &Pubkey,
    account: &AccountInfo<'info>,
    mint: &AccountInfo<'info>,
    owner: &AccountInfo<'info>,
    tokens: u64,
    seeds: &[&[u8]],
) -> Result<()> {
    let accounts = vec![
        AccountMeta::new(*account.key, false),
        AccountMeta::new(*mint.key, false),
        AccountMeta::new_readonly(*owner.key, true),
    ];
    let data = [&[BURN][..], &tokens.to_le_bytes()].concat();
    call(token_program, accounts, data, &[account, mint, owner].map(Clone::clone), seeds)
}

/// Makes the token program count the lamports that were sent to a wrapped-SOL account.
pub fn sync_native(account: &AccountInfo) -> Result<()> {
    let accounts = vec![AccountMeta::new(*account.key, false)];
    call(&TOKEN, accounts, vec![SYNC_NATIVE], core::slice::from_ref(account), &[])
}

fn call(
    program: &Pubkey,
    accounts: Vec<AccountMeta>,
    data: Vec<u8>,
    infos: &[AccountInfo],
    seeds: &[&[u8]],
) -> Result<()> {
    let instruction = Instruction { program_id: *program, accounts, data };
    invoke_signed_unchecked(&instruction, infos, &[seeds])?;
    Ok(())
}
