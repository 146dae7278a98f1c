//! Instructions of the System program and of the program for associated token accounts, and account metas.

use crate::*;

pub fn transfer(from: &Pubkey, to: &Pubkey, lamports: u64) -> Instruction {
    let data = [&[2, 0, 0, 0][..], &lamports.to_le_bytes()].concat();
    Instruction { program_id: SYSTEM, accounts: vec![signer(*from), writable(*to)], data }
}

/// Creates an associated token account if it does not exist. Anybody may send this.
pub fn create_ata(payer: &Pubkey, owner: &Pubkey, mint: &Pubkey, token_program: &Pubkey) -> Instruction {
    let accounts = vec![
        signer(*payer),
        writable(ata(owner, mint, token_program)),
        readonly(*owner),
        readonly(*mint),
        readonly(SYSTEM),
        readonly(*token_program),
    ];
    Instruction { program_id: ATA_PROGRAM, accounts, data: vec![1] }
}

pub fn readonly(key: Pubkey) -> AccountMeta {
    AccountMeta::new_readonly(key, false)
}

pub fn writable(key: Pubkey) -> AccountMeta {
    AccountMeta::new(key, false)
}

/// A signer that may pay, so it is always writable.
pub fn signer(key: Pubkey) -> AccountMeta {
    AccountMeta::new(key, true)
}
