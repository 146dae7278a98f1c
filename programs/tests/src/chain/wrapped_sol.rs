//! Token accounts for wrapped SOL.

use solana_account::ReadableAccount;

use crate::*;

/// Creates the associated wrapped-SOL account of `owner`. Anybody may send this.
pub fn create_wsol(payer: &Pubkey, owner: &Pubkey) -> Instruction {
    create_ata(payer, owner, &WSOL, &TOKEN)
}

impl Chain {
    /// Creates a wrapped-SOL account of `owner` that is not the associated one. Anybody may do this for
    /// anybody.
    pub fn open_extra_wsol(&mut self, owner: &Pubkey) -> Pubkey {
        let (payer, account) = (self.payer(), self.keypair());
        let accounts = vec![signer(payer.pubkey()), signer(account.pubkey())];
        let sizes = [self.rent(165), 165].map(u64::to_le_bytes).concat();
        let data = [&[0; 4][..], &sizes, TOKEN.as_ref()].concat();
        let create = Instruction { program_id: SYSTEM, accounts, data };
        let accounts = vec![writable(account.pubkey()), readonly(WSOL)];
        let data = [&[18][..], owner.as_ref()].concat(); // InitializeAccount3
        let initialize = Instruction { program_id: TOKEN, accounts, data };
        self.send(&[create, initialize], &[&payer, &account]).expect("an account for wrapped SOL");
        account.pubkey()
    }

    /// Adds wrapped SOL to an existing account.
    pub fn airdrop_wsol(&mut self, address: &Pubkey, lamports: u64) {
        self.edit(address, |account| {
            assert_eq!((&account.data[..32], account.data[109]), (WSOL.as_ref(), 1), "wrapped SOL");
            let amount = u64_in(&account.data, 64) + lamports;
            account.data[64..72].copy_from_slice(&amount.to_le_bytes());
            account.lamports += lamports;
        });
    }

    /// All wrapped-SOL accounts of `owner` with a balance, as `getTokenAccountsByOwner` finds them.
    pub fn wrapped_of(&self, owner: &Pubkey) -> Vec<Pubkey> {
        let all = self.svm.accounts_db().inner.iter();
        let found = all.filter(|(_, account)| {
            let data = account.data();
            *account.owner() == TOKEN
                && data.len() == 165
                && data[..64] == [WSOL.as_ref(), owner.as_ref()].concat()
                && u64_in(data, 64) > 0
        });
        let mut keys: Vec<_> = found.map(|(key, _)| *key).collect();
        keys.sort();
        keys
    }
}
