//! Transactions that an admin composes of several instructions. None of them avoids a timelock.

use dat_tests::*;

/// An ecosystem with a root, two secondaries and lamports in every account. Its withdrawal address was
/// accepted long ago.
pub struct FundedEcosystem {
    pub chain: Chain,
    pub ecosystem: Ecosystem,
    pub root: Dat,
    pub secondaries: [Dat; 2],
    pub safe: Keypair,
}

impl FundedEcosystem {
    pub fn new() -> Self {
        let mut chain = Chain::new();
        let ecosystem = chain.ecosystem("eco", |_| ());
        let root = chain.dat(&ecosystem, Kind::Spl, Role::Root);
        let secondaries = [(); 2].map(|()| chain.dat(&ecosystem, Kind::Token2022, Role::Secondary));
        for dat in [root, secondaries[0], secondaries[1]] {
            chain.airdrop(&dat.authority, 10_000_000);
        }
        let rent = chain.rent(0);
        for (key, lamports) in
            [(ecosystem.treasury, 10_000_000), (ecosystem.shared_authority, rent + 10_000_000)]
        {
            chain.airdrop(&key, lamports);
        }
        let safe = chain.wallet(SOL);
        chain.by(&ecosystem.admin, ecosystem.propose_withdraw_address(safe.pubkey())).expect("a proposal");
        chain.by(&safe, ecosystem.accept_withdraw_address(safe.pubkey())).expect("an acceptance");
        chain.advance_seconds(365 * 24 * 3_600);
        Self { chain, ecosystem, root, secondaries, safe }
    }

    /// Sends the instructions with the signatures of all role holders.
    pub fn send(&mut self, instructions: &[Instruction]) -> Result<Success, Failure> {
        let Ecosystem { admin, operator, emergency, .. } = &self.ecosystem;
        let all = [&self.chain.payer(), admin, operator, emergency, &self.safe];
        let signs = |key: &Pubkey| {
            instructions.iter().flat_map(|i| &i.accounts).any(|m| m.is_signer && m.pubkey == *key)
        };
        let signers = all.into_iter().enumerate().filter(|(at, key)| *at == 0 || signs(&key.pubkey()));
        let signers: Vec<_> = signers.map(|(_, key)| key).collect();
        self.chain.send(instructions, &signers)
    }

    /// Instructions that pay lamports out or split them.
    fn payments(&self) -> Vec<Instruction> {
        let (eco, safe) = (&self.ecosystem, self.safe.pubkey());
        let mut all = vec![
            eco.withdraw_to(None, eco.treasury, safe),
            eco.withdraw_to(None, eco.shared_authority, safe),
        ];
        for dat in [&self.root, &self.secondaries[0]] {
            all.extend([eco.withdraw(dat, safe), eco.collect_fees(dat), eco.close_token_stats(dat)]);
        }
        all
    }

    /// Instructions that change something.
    fn changes(&self) -> Vec<Instruction> {
        let (eco, safe, [one, other]) = (&self.ecosystem, self.safe.pubkey(), &self.secondaries);
        let mut all = vec![
            eco.propose_withdraw_address(safe),
            eco.accept_withdraw_address(safe),
            eco.clear_withdraw_address(),
            eco.set_emergency_admin(None),
            eco.set_emergency_admin(Some(safe)),
            eco.propose_admin_transfer(safe),
            eco.accept_admin_transfer(safe),
            eco.update_root_share(None, 4_000),
            eco.update_parameters(Parameters { min_fees_secondary_lamports: 5_500_000, ..parameters() }),
            eco.close_dat_state(),
        ];
        for dat in [one, other, &self.root] {
            let share = eco.update_root_share(Some(dat), 3_980);
            all.extend([
                share,
                eco.emergency_pause(Some(dat)),
                eco.resume(Some(dat)),
                eco.propose_root_token(dat),
            ]);
            all.extend([Role::Root, Role::Secondary].map(|role| eco.admit(dat, role, None)));
            all.extend([
                eco.set_root_token(dat, None),
                eco.close_token_stats(dat),
                eco.admit(dat, Role::Secondary, Some(1_000)),
            ]);
        }
        all.extend([eco.set_root_token(one, Some(&self.root)), eco.set_root_token(&self.root, Some(one))]);
        all.extend([eco.emergency_pause(None), eco.resume(None)]);
        all
    }

    /// Only the treasury has received lamports, and exactly its share of the split.
    #[track_caller]
    fn assert_kept(&self, before: &Self, what: &str) {
        let held = |funded: &Self, key: &Pubkey| funded.chain.lamports(key);
        let split = |dat: &Dat| self.chain.stats(dat).total_inflow_lamports;
        let promised = self.secondaries.iter().map(|dat| split(dat) * 4_480 / 10_000).sum::<u64>();
        let taken = self.chain.stats(&self.root).total_from_treasury_lamports;
        let treasury = held(before, &self.ecosystem.treasury) + promised - taken;
        assert_eq!(held(self, &self.ecosystem.treasury), treasury, "{what}");
        assert_eq!(held(self, &self.safe.pubkey()), SOL, "{what}");
    }
}

#[test]
fn no_two_changes_and_a_payment_in_one_transaction_avoid_the_timelock() {
    let funded = FundedEcosystem::new();
    let (changes, payments) = (funded.changes(), funded.payments());
    let mut ran = 0;
    for (number, first) in changes.iter().enumerate() {
        for (other, second) in changes.iter().enumerate().filter(|(other, _)| *other != number) {
            for payment in &payments {
                let mut after = FundedEcosystem { chain: funded.chain.clone(), ..funded.parts() };
                if after.send(&[first.clone(), second.clone(), payment.clone()]).is_ok() {
                    ran += 1;
                    after.assert_kept(&funded, &format!("{number}, {other}, {:?}", &payment.data[..8]));
                }
            }
        }
    }
    println!("{ran} of them ran");
    assert!(ran > 500, "only {ran}");
}

impl FundedEcosystem {
    fn parts(&self) -> Self {
        Self {
            chain: Chain::new(),
            ecosystem: self.ecosystem.clone(),
            safe: self.safe.insecure_clone(),
            ..*self
        }
    }
}
