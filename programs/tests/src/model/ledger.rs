//! Transfers of lamports and tokens in a transaction, according to the model.

use std::collections::BTreeMap;

use solana_account::Account;

use crate::*;

#[derive(Clone, Debug, Default)]
pub struct Ledger {
    lamports: BTreeMap<Pubkey, i128>,
    /// Balances of token accounts. Wrapped SOL counts here and in `lamports`.
    tokens: BTreeMap<Pubkey, i128>,
    /// The rent that each wrapped-SOL account reserves.
    reserves: BTreeMap<Pubkey, u64>,
}

impl Ledger {
    pub fn pay(&mut self, from: &Pubkey, to: &Pubkey, lamports: u64) {
        move_in(&mut self.lamports, from, to, lamports);
    }

    pub fn give_tokens(&mut self, from: &Pubkey, to: &Pubkey, tokens: u64) {
        move_in(&mut self.tokens, from, to, tokens);
    }

    /// Transfers wrapped SOL.
    pub fn pay_wrapped(&mut self, from: &Pubkey, to: &Pubkey, lamports: u64) {
        self.pay(from, to, lamports);
        self.give_tokens(from, to, lamports);
    }

    /// The token program counts lamports that already lie in a wrapped-SOL account.
    pub fn notice(&mut self, account: &Pubkey, lamports: u64) {
        *self.tokens.entry(*account).or_default() += i128::from(lamports);
    }

    /// From now on a wrapped-SOL account reserves this rent.
    pub fn keep_for_rent(&mut self, account: &Pubkey, rent: u64) {
        self.reserves.insert(*account, rent);
    }

    pub fn burn(&mut self, account: &Pubkey, tokens: u64) {
        *self.tokens.entry(*account).or_default() -= i128::from(tokens);
    }

    /// The balance of an account that held `before` lamports at the start.
    pub fn lamports(&self, address: &Pubkey, before: u64) -> u64 {
        let change = self.lamports.get(address).copied().unwrap_or_default();
        changed(before, change)
    }

    /// Whether an account ends below rent although it started at rent or received lamports. Solana refuses
    /// such a transaction.
    pub fn leaves_rent_unpaid(&self, chain: &Chain) -> bool {
        self.applied(chain).iter().any(|(key, after)| {
            let (before, rent) = (chain.lamports(key), chain.rent(after.data.len()));
            after.lamports < rent && !(after.lamports <= before && before < rent)
        })
    }

    /// The changed accounts in their final state.
    pub fn applied(&self, chain: &Chain) -> BTreeMap<Pubkey, Account> {
        let mut accounts: BTreeMap<Pubkey, Account> = BTreeMap::new();
        let mut change_account = |key: &Pubkey, change: &dyn Fn(&mut Account)| {
            change(accounts.entry(*key).or_insert_with(|| chain.account(key)));
        };
        for (key, change) in self.lamports.iter().filter(|(_, change)| **change != 0) {
            change_account(key, &|account| account.lamports = changed(account.lamports, *change));
        }
        for (key, change) in self.tokens.iter().filter(|(_, change)| **change != 0) {
            change_account(key, &|account| {
                let amount = changed(u64_in(&account.data, 64), *change);
                account.data[64..72].copy_from_slice(&amount.to_le_bytes());
            });
        }
        for (key, rent) in &self.reserves {
            change_account(key, &|account| account.data[113..121].copy_from_slice(&rent.to_le_bytes()));
        }
        accounts
    }
}

fn changed(amount: u64, change: i128) -> u64 {
    (i128::from(amount) + change).try_into().expect("an amount")
}

fn move_in(amounts: &mut BTreeMap<Pubkey, i128>, from: &Pubkey, to: &Pubkey, amount: u64) {
    *amounts.entry(*from).or_default() -= i128::from(amount);
    *amounts.entry(*to).or_default() += i128::from(amount);
}
