//! Replaces the accounts of an instruction one by one.
//!
//! The simulation treats every marked signer as signed, so each substitute has signed, too.

use std::collections::BTreeSet;

use dat_tests::*;
use solana_account::Account;

/// An instruction that succeeds, and accounts that somebody might use instead.
pub struct Substitution {
    pub chain: Chain,
    pub instruction: Instruction,
    /// The same instruction for other tokens and ecosystems, and with an attacker's accounts.
    pub others: Vec<Instruction>,
    /// Instructions that the same signer may send anyway.
    lawful: Vec<Instruction>,
    /// Accounts that are tried at every position.
    pub anywhere: Vec<(&'static str, Pubkey)>,
    /// Positions where another genuine account is also allowed.
    pub twins_serve: &'static [usize],
    /// Positions where any other account makes the instruction do nothing.
    pub idle_without: &'static [usize],
    /// Accounts that a substitution must not change.
    pub ours: Vec<(&'static str, Pubkey)>,
}

/// The result of one substitution.
pub struct Trial {
    pub position: usize,
    pub reaction: Reaction,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reaction {
    Refused(String),
    /// The result is another instruction that the signer may send.
    Lawful,
    /// The instruction succeeded and changed none of our accounts.
    Accepted,
}

impl std::fmt::Display for Reaction {
    fn fmt(&self, f: &mut std::fmt::Formatter) -> std::fmt::Result {
        match self {
            Self::Refused(name) => f.write_str(name),
            other => write!(f, "({other:?})"),
        }
    }
}

impl Substitution {
    pub fn new(
        mut chain: Chain,
        instruction: Instruction,
        others: Vec<Instruction>,
        lawful: Vec<Instruction>,
    ) -> Self {
        let anywhere = vec![
            ("a wallet", chain.wallet(SOL).pubkey()),
            ("nothing", chain.keypair().pubkey()),
            ("a program", MEMO),
            ("SPL Token", TOKEN),
            ("Token-2022", TOKEN_2022),
            ("pump_fees", PUMP_FEES),
            ("our program", dat::ID),
            ("wrapped SOL", WSOL),
        ];
        Self {
            chain,
            instruction,
            others,
            lawful,
            anywhere,
            twins_serve: &[],
            idle_without: &[],
            ours: vec![],
        }
    }

    /// The substitutes for a position. Adds forged copies of the account to the chain.
    fn substitutes(&mut self, position: usize) -> Vec<(String, Pubkey)> {
        let original = self.instruction.accounts[position].pubkey;
        let mut all: Vec<_> = self.anywhere.iter().map(|(name, key)| ((*name).to_owned(), *key)).collect();
        for (number, other) in self.others.iter().enumerate() {
            all.push((format!("the account of instruction {number}"), other.accounts[position].pubkey));
        }
        let genuine = self.chain.account(&original);
        if !genuine.executable && genuine.lamports > 0 {
            let forged = Account { owner: Pubkey::new_unique(), ..genuine.clone() };
            all.push(("a forgery".into(), self.forge(forged)));
            // Only our program creates accounts that it owns, and only at their addresses.
            if genuine.owner != dat::ID {
                all.push(("a twin".into(), self.forge(genuine)));
            }
        }
        all.retain(|(_, key)| *key != original);
        all
    }

    fn forge(&mut self, account: Account) -> Pubkey {
        let key = self.chain.keypair().pubkey();
        self.chain.svm.set_account(key, account).expect("an account");
        key
    }

    /// Tries every substitute at every position. Panics if the instruction succeeds and changes one of our
    /// accounts.
    pub fn trials(&mut self) -> Vec<Trial> {
        let baseline =
            self.chain.simulate(&self.instruction).unwrap_or_else(|failure| panic!("{failure:#?}"));
        let mut trials = vec![];
        for position in 0..self.instruction.accounts.len() {
            for (name, key) in self.substitutes(position) {
                for changed in self.with(position, key) {
                    let reaction = match self.chain.simulate(&changed) {
                        Err(failure) => Reaction::Refused(failure.reason()),
                        Ok(_) if self.is_lawful(&changed) => Reaction::Lawful,
                        Ok(_) if name == "a twin" && self.twins_serve.contains(&position) => Reaction::Lawful,
                        Ok(done) if self.idle_without.contains(&position) && self.is_idle(&done) => {
                            Reaction::Lawful
                        }
                        Ok(done) => {
                            self.assert_unchanged(&baseline, &done, &format!("{name} at {position}"));
                            Reaction::Accepted
                        }
                    };
                    trials.push(Trial { position, reaction });
                }
            }
        }
        trials
    }

    /// The instruction with this key at a position, also as a writable account, and at all positions of the
    /// original key.
    fn with(&self, position: usize, key: Pubkey) -> Vec<Instruction> {
        let mut here = self.instruction.clone();
        here.accounts[position].pubkey = key;
        let mut writable = here.clone();
        writable.accounts[position].is_writable = true;
        let mut everywhere = self.instruction.clone();
        let original = self.instruction.accounts[position].pubkey;
        let same = everywhere.accounts.iter_mut().filter(|meta| meta.pubkey == original);
        same.for_each(|meta| meta.pubkey = key);
        let mut all = vec![writable, here, everywhere];
        all.dedup();
        all
    }

    fn is_lawful(&self, changed: &Instruction) -> bool {
        let keys = |instruction: &Instruction| -> Vec<_> {
            instruction.accounts.iter().map(|meta| meta.pubkey).collect()
        };
        self.lawful.iter().any(|lawful| keys(lawful) == keys(changed))
    }

    /// Whether none of our accounts has changed.
    fn is_idle(&self, done: &Success) -> bool {
        let before = |address| {
            let Account { lamports, owner, data, .. } = self.chain.account(address);
            (lamports, owner, data)
        };
        self.ours.iter().all(|(_, address)| self.after(done, address) == before(address))
    }

    fn assert_unchanged(&self, baseline: &Success, done: &Success, what: &str) {
        for (name, address) in &self.ours {
            let [before, after] = [baseline, done].map(|done| self.after(done, address));
            assert_eq!(before, after, "{what}: {name} {address}");
        }
    }

    /// Lamports, owner and data of an account after a simulation.
    fn after(&self, done: &Success, address: &Pubkey) -> (u64, Pubkey, Vec<u8>) {
        let account = done.accounts.get(address).cloned();
        let Account { lamports, owner, data, .. } = account.unwrap_or_else(|| self.chain.account(address));
        (lamports, owner, data)
    }

    /// Signers that the program does not require.
    pub fn needless_signers(&self) -> Vec<usize> {
        let signers =
            (0..self.instruction.accounts.len()).filter(|at| self.instruction.accounts[*at].is_signer);
        let needless = signers.filter(|at| {
            let mut changed = self.instruction.clone();
            changed.accounts[*at].is_signer = false;
            let refused = self.chain.simulate(&changed).err();
            refused.is_none_or(|failure| {
                failure.reason() != "AccountNotSigner" || failure.program != Some(dat::ID)
            })
        });
        needless.collect()
    }

    /// Writable accounts that need not be writable.
    pub fn needlessly_writable(&self) -> Vec<Pubkey> {
        let writable = self.instruction.accounts.iter().filter(|meta| meta.is_writable);
        let writable: BTreeSet<_> = writable.map(|meta| meta.pubkey).collect();
        let unneeded = writable.into_iter().filter(|key| {
            let mut changed = self.instruction.clone();
            let same = changed.accounts.iter_mut().filter(|meta| meta.pubkey == *key);
            same.for_each(|meta| meta.is_writable = false);
            self.chain.simulate(&changed).is_ok()
        });
        unneeded.collect()
    }
}
