//! The local chain: wallets, transactions, balances, time.

pub mod failure;
pub mod genesis;
pub mod instructions;
pub mod wrapped_sol;

use std::collections::BTreeMap;

use anchor_lang::{AccountDeserialize, AnchorDeserialize, Discriminator};
use litesvm::types::TransactionMetadata;
use litesvm::LiteSVM;
use solana_account::{Account, ReadableAccount};
use solana_clock::Clock;
use solana_message::Message;
use solana_rent::Rent;
use solana_transaction::Transaction;

pub use failure::{Failure, Refusal};

use crate::*;

/// A transaction that succeeded.
pub struct Success {
    pub meta: TransactionMetadata,
    /// The accounts after a simulation; empty for a sent transaction.
    pub accounts: BTreeMap<Pubkey, Account>,
}

impl Success {
    /// The only event of this type. Our program emits events as inner instructions of itself. Panics if there
    /// is none or more than one.
    pub fn event<T: AnchorDeserialize + Discriminator>(&self) -> T {
        let mark = [anchor_lang::event::EVENT_IX_TAG_LE, T::DISCRIMINATOR].concat();
        let inner = self.meta.inner_instructions.iter().flatten();
        let mut found = inner.filter_map(|ix| ix.instruction.data.strip_prefix(&mark[..]));
        let bytes = found.next().expect("an event");
        assert!(found.next().is_none(), "more than one event");
        T::try_from_slice(bytes).expect("an event that decodes")
    }

    /// All events of this type, in order.
    pub fn events<T: AnchorDeserialize + Discriminator>(&self) -> Vec<T> {
        let mark = [anchor_lang::event::EVENT_IX_TAG_LE, T::DISCRIMINATOR].concat();
        let inner = self.meta.inner_instructions.iter().flatten();
        let found = inner.filter_map(|ix| ix.instruction.data.strip_prefix(&mark[..]));
        found.map(|bytes| T::try_from_slice(bytes).expect("an event that decodes")).collect()
    }
}

#[derive(Clone)]
pub struct Chain {
    pub svm: LiteSVM,
    /// How many keys exist. Each run of a test gets the same keys.
    keys: u64,
    /// If true, the chain writes an observation into a token's stats right before each buy, as if the
    /// operator had observed in time. Tests of observations set this to false.
    pub auto_observe: bool,
    /// If true, the automatic observation has a price that is lower by twice the tolerance. The buy may then
    /// spend twice the amount that the protocol fee covers.
    pub price_has_risen: bool,
}

impl Default for Chain {
    fn default() -> Self {
        Self::new()
    }
}

impl Chain {
    pub fn new() -> Self {
        let svm = genesis::fresh_chain().with_transaction_history(32);
        let mut chain = Self { svm, keys: 0, auto_observe: true, price_has_risen: false };
        chain.advance_seconds(1_700_000_000);
        chain.advance_slots(1_000);
        chain.airdrop(&chain.payer().pubkey(), 1_000_000 * SOL);
        chain
    }

    /// Pays for everything that is not the subject of a test.
    pub fn payer(&self) -> Keypair {
        numbered_key(0)
    }

    /// A new, unique key.
    pub fn keypair(&mut self) -> Keypair {
        self.keys += 1;
        numbered_key(self.keys)
    }

    pub fn wallet(&mut self, lamports: u64) -> Keypair {
        let wallet = self.keypair();
        self.airdrop(&wallet.pubkey(), lamports);
        wallet
    }

    /// Adds lamports to an account.
    pub fn airdrop(&mut self, address: &Pubkey, lamports: u64) {
        let mut account = self.account(address);
        account.lamports += lamports;
        self.svm.set_account(*address, account).expect("an account");
    }

    /// Sends a transaction; the first signer pays. Then a new block begins.
    pub fn send(&mut self, instructions: &[Instruction], signers: &[&Keypair]) -> Result<Success, Failure> {
        self.write_observations(instructions);
        let result = self.submit(self.transaction(instructions, signers));
        self.svm.expire_blockhash();
        result
    }

    /// Sends an instruction of our program. `signer` replaces the first account, which must sign. `payer`
    /// pays the fee.
    pub fn by(&mut self, signer: &Keypair, mut instruction: Instruction) -> Result<Success, Failure> {
        instruction.accounts[0].pubkey = signer.pubkey();
        self.send(&[instruction], &[&self.payer(), signer])
    }

    pub fn submit(&mut self, transaction: Transaction) -> Result<Success, Failure> {
        match self.svm.send_transaction(transaction) {
            Ok(meta) => Ok(Success { meta, accounts: BTreeMap::new() }),
            Err(failed) => Err(failed.into()),
        }
    }

    pub fn transaction(&self, instructions: &[Instruction], signers: &[&Keypair]) -> Transaction {
        let all = with_compute_limit(instructions);
        let message = Message::new(&all, Some(&signers[0].pubkey()));
        Transaction::new(signers, message, self.svm.latest_blockhash())
    }

    /// Simulates an instruction as if all its signers had signed. The chain does not change.
    pub fn simulate(&self, instruction: &Instruction) -> Result<Success, Failure> {
        let all = with_compute_limit(std::slice::from_ref(instruction));
        let message = Message::new(&all, Some(&self.payer().pubkey()));
        let mut chain = self.clone();
        chain.write_observations(std::slice::from_ref(instruction));
        let svm = chain.svm.with_sigverify(false);
        let mut transaction = Transaction::new_unsigned(message);
        transaction.message.recent_blockhash = svm.latest_blockhash();
        match svm.simulate_transaction(transaction) {
            Ok(info) => {
                let accounts = info.post_accounts.into_iter().map(|(key, a)| (key, a.into())).collect();
                Ok(Success { meta: info.meta, accounts })
            }
            Err(failed) => Err(failed.into()),
        }
    }

    pub fn account(&self, address: &Pubkey) -> Account {
        self.svm.get_account(address).unwrap_or_default()
    }

    pub fn lamports(&self, address: &Pubkey) -> u64 {
        self.account(address).lamports
    }

    /// Token base units in a token account; 0 if it does not exist.
    pub fn tokens(&self, token_account: &Pubkey) -> u64 {
        u64_in(&self.account(token_account).data, 64)
    }

    pub fn supply(&self, mint: &Pubkey) -> u64 {
        u64_in(&self.account(mint).data, 36)
    }

    /// An account of our program.
    pub fn read<T: AccountDeserialize>(&self, address: &Pubkey) -> T {
        T::try_deserialize(&mut &self.account(address).data[..]).expect("an account of our program")
    }

    /// Changes an account directly, without a transaction.
    pub fn edit(&mut self, address: &Pubkey, change: impl FnOnce(&mut Account)) {
        let mut account = self.account(address);
        change(&mut account);
        self.svm.set_account(*address, account).expect("an account");
    }

    /// Changes an account of our program directly, without a transaction.
    pub fn rewrite<T: AccountDeserialize + anchor_lang::AccountSerialize>(
        &mut self,
        address: &Pubkey,
        change: impl FnOnce(&mut T),
    ) {
        let mut value: T = self.read(address);
        change(&mut value);
        self.edit(address, |account| {
            let length = account.data.len();
            account.data.clear();
            value.try_serialize(&mut account.data).expect("it fits");
            account.data.resize(length, 0);
        });
    }

    /// All accounts except programs and sysvars.
    pub fn accounts(&self) -> BTreeMap<Pubkey, Account> {
        let all = self.svm.accounts_db().inner.iter();
        all.filter(|(_, account)| !account.executable() && *account.owner() != SYSVARS)
            .map(|(key, account)| (*key, account.clone().into()))
            .collect()
    }

    pub fn now(&self) -> i64 {
        self.svm.get_sysvar::<Clock>().unix_timestamp
    }

    pub fn advance_seconds(&mut self, seconds: i64) {
        let mut clock = self.svm.get_sysvar::<Clock>();
        clock.unix_timestamp += seconds;
        self.svm.set_sysvar(&clock);
    }

    pub fn advance_slots(&mut self, slots: u64) {
        let mut clock = self.svm.get_sysvar::<Clock>();
        clock.slot += slots;
        self.svm.set_sysvar(&clock);
    }

    pub fn slot(&self) -> u64 {
        self.svm.get_sysvar::<Clock>().slot
    }

    /// Lamports that make an account of `size` bytes rent-exempt.
    pub fn rent(&self, size: usize) -> u64 {
        self.svm.get_sysvar::<Rent>().minimum_balance(size)
    }
}

/// The u64 at `offset` of an account's data; 0 beyond its end.
pub fn u64_in(data: &[u8], offset: usize) -> u64 {
    data.get(offset..offset + 8).map_or(0, |bytes| u64::from_le_bytes(bytes.try_into().unwrap()))
}

fn numbered_key(number: u64) -> Keypair {
    let mut secret = [0; 32];
    secret[..8].copy_from_slice(&number.to_le_bytes());
    Keypair::new_from_array(secret)
}

fn with_compute_limit(instructions: &[Instruction]) -> Vec<Instruction> {
    let data = [&[2][..], &1_400_000u32.to_le_bytes()].concat();
    let limit = Instruction { program_id: COMPUTE_BUDGET, accounts: vec![], data };
    [&[limit], instructions].concat()
}
