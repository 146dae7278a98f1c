//! An instruction whose accounts are replaced one by one.
//!
//! All that is marked as a signer counts as signed here, so whoever is put in has signed.

use std::collections::BTreeSet;

use dat_tests::*;
use solana_account::Account;

/// An instruction that goes well, and what somebody might put into it instead.
pub struct Scene {
    pub world: World,
    pub instruction: Instruction,
    /// The same instruction for other tokens and ecosystems of ours, and as an attacker would have it for himself.
    pub others: Vec<Instruction>,
    /// Accounts that may be put in anywhere.
    pub anywhere: Vec<(&'static str, Pubkey)>,
    /// What must come out as without the substitution.
    ours: Vec<Pubkey>,
}

impl Scene {
    pub fn new(
        mut world: World,
        instruction: Instruction,
        others: Vec<Instruction>,
        ours: Vec<Pubkey>,
    ) -> Self {
        let anywhere = vec![
            ("a wallet", world.wallet(SOL).pubkey()),
            ("nothing", world.keypair().pubkey()),
            ("a program", MEMO),
            ("SPL Token", TOKEN),
            ("Token-2022", TOKEN_2022),
            ("pump_fees", PUMP_FEES),
            ("our program", dat::ID),
            ("wrapped SOL", WSOL),
        ];
        Self { world, instruction, others, anywhere, ours }
    }

    /// What may stand at a position instead; puts forgeries of the account into the world.
    fn substitutes(&mut self, position: usize) -> Vec<(String, Pubkey)> {
        let original = self.instruction.accounts[position].pubkey;
        let mut all: Vec<_> = self.anywhere.iter().map(|(name, key)| ((*name).to_owned(), *key)).collect();
        for (number, other) in self.others.iter().enumerate() {
            all.push((format!("that of other {number}"), other.accounts[position].pubkey));
        }
        let genuine = self.world.account(&original);
        if !genuine.executable && genuine.lamports > 0 {
            all.push((
                "a forgery".into(),
                self.forge(Account { owner: Pubkey::new_unique(), ..genuine.clone() }),
            ));
            // Nobody can make accounts of our program but our program, and that makes them at their addresses.
            if genuine.owner != dat::ID {
                all.push(("a twin".into(), self.forge(genuine)));
            }
        }
        all.retain(|(_, key)| *key != original);
        all
    }

    fn forge(&mut self, account: Account) -> Pubkey {
        let key = self.world.keypair().pubkey();
        self.world.svm.set_account(key, account).expect("an account");
        key
    }

    /// Positions at which something else was taken. Fails if that changed anything of ours.
    pub fn taken(&mut self) -> BTreeSet<usize> {
        let baseline = self.world.attempt(&self.instruction).expect("it goes well");
        let mut taken = BTreeSet::new();
        for position in 0..self.instruction.accounts.len() {
            for (name, key) in self.substitutes(position) {
                let mut here = self.instruction.clone();
                here.accounts[position].pubkey = key;
                let mut everywhere = self.instruction.clone();
                let original = self.instruction.accounts[position].pubkey;
                let same = everywhere.accounts.iter_mut().filter(|meta| meta.pubkey == original);
                same.for_each(|meta| meta.pubkey = key);
                for changed in [here, everywhere] {
                    let Ok(done) = self.world.attempt(&changed) else { continue };
                    for address in &self.ours {
                        let after = |done: &Done| done.accounts.get(address).cloned();
                        let (was, is) = (after(&baseline), after(&done));
                        let untouched = || Some(self.world.account(address));
                        assert_eq!(
                            was.or_else(untouched),
                            is.or_else(untouched),
                            "{name} at {position}: {address}"
                        );
                    }
                    taken.insert(position);
                }
            }
        }
        taken
    }

    /// Accounts without whose writable flag the instruction goes well all the same.
    pub fn needlessly_writable(&self) -> Vec<Pubkey> {
        let writable = self.instruction.accounts.iter().filter(|meta| meta.is_writable);
        let writable: BTreeSet<_> = writable.map(|meta| meta.pubkey).collect();
        let unneeded = writable.into_iter().filter(|key| {
            let mut changed = self.instruction.clone();
            let same = changed.accounts.iter_mut().filter(|meta| meta.pubkey == *key);
            same.for_each(|meta| meta.is_writable = false);
            self.world.attempt(&changed).is_ok()
        });
        unneeded.collect()
    }
}
