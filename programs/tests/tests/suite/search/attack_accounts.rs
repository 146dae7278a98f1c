//! Attack steps that use token accounts of our PDAs, and ecosystems of the attackers.

use dat_tests::*;

use super::attack_kinds::{self, AttackKind};
use super::attack_step::{token_instruction, AttackStep};
use super::simulation::{Simulation, TrackedToken};

/// Bytes of a token account.
const TOKEN_ACCOUNT: usize = 165;

impl Simulation {
    /// A wrapped-SOL account of one of our PDAs, or of a creator vault on PumpSwap.
    pub fn wrapped(&self, step: &AttackStep) -> Pubkey {
        let vault = amm_creator_vault(&self.coin(step.on).creator);
        match step.extra % 3 {
            0 if !self.extra.is_empty() => self.extra[step.extra % self.extra.len()],
            1 => wsol(&vault),
            _ => wsol(&self.pda(step)),
        }
    }

    /// A wrapped-SOL account of `owner`; sometimes one of another owner.
    pub fn wrapped_of(&self, owner: &Pubkey, step: &AttackStep, user: &Pubkey) -> Pubkey {
        let owned = |key: &&Pubkey| self.chain.account(key).data.get(32..64) == Some(owner.as_ref());
        match step.extra % 12 {
            0 => wsol(user),
            1 => self.wrapped(step),
            number if number < 7 => self.extra.iter().find(owned).copied().unwrap_or_else(|| wsol(owner)),
            _ => wsol(owner),
        }
    }

    pub fn donate_wrapped(&self, step: &AttackStep, user: &Pubkey) -> Vec<Instruction> {
        let (to, amount) = (self.wrapped(step), 1_000_000 * (1 + step.size));
        let mut data = amount.to_le_bytes().to_vec();
        let mut accounts = vec![(wsol(user), 'w'), (WSOL, 'r'), (to, 'w'), (*user, 's')];
        if step.extra.is_multiple_of(2) {
            accounts.remove(1);
            return vec![token_instruction(3, &accounts, &data)];
        }
        data.push(9);
        vec![token_instruction(12, &accounts, &data)]
    }

    pub fn open_associated(&self, step: &AttackStep, user: &Pubkey) -> Instruction {
        let mut create = create_wsol(user, &self.pda(step));
        create.data = vec![u8::from(step.size.is_multiple_of(2))];
        create
    }

    /// Creates a funded wrapped-SOL account at a new address. It belongs to one of our PDAs at once, or an
    /// attacker hands it over.
    pub fn open(&mut self, step: &AttackStep, user: &Keypair) -> Vec<Instruction> {
        let (account, key) = (self.chain.keypair(), user.pubkey());
        let creator = self.coin(step.on).creator;
        let owner = if step.size.is_multiple_of(3) { self.pda(step) } else { creator };
        let rent = self.chain.rent(TOKEN_ACCOUNT) + 100_000 * (step.size % 7);
        let hands_over = matches!(attack_kinds::get(step.kind), AttackKind::HandOver);
        let first = if hands_over { key } else { owner };
        let mut all = vec![
            create_account(&key, &account.pubkey(), rent, TOKEN_ACCOUNT as u64),
            token_instruction(18, &[(account.pubkey(), 'w'), (WSOL, 'r')], first.as_ref()),
        ];
        if hands_over {
            let data = [&[2, 1][..], owner.as_ref()].concat(); // AccountOwner
            all.push(token_instruction(6, &[(account.pubkey(), 'w'), (key, 's')], &data));
        }
        if self.send(&all, &[user, &account]) {
            self.extra.push(account.pubkey());
        }
        vec![]
    }

    /// Unwraps an account of one of our PDAs.
    pub fn unwrap(&self, step: &AttackStep) -> Vec<Instruction> {
        let TrackedToken { ecosystem, dat, .. } = &self.tokens[step.extra % self.tokens.len()];
        let owner = self.pda(step);
        let scope = (owner == dat.authority).then_some(dat);
        let accounts = self.chain.wrapped_of(&owner);
        let account = accounts.get(step.size as usize % accounts.len().max(1)).copied();
        vec![ecosystem.unwrap_of(scope, owner, account.unwrap_or_else(|| self.wrapped(step)))]
    }

    /// Closes the attacker's account and creates it again.
    pub fn open_and_close(&self, user: &Pubkey) -> Vec<Instruction> {
        let account = ata(user, &WSOL, &TOKEN);
        let close = token_instruction(9, &[(account, 'w'), (*user, 'w'), (*user, 's')], &[]);
        vec![close, create_wsol(user, user)]
    }

    /// A step of an attacker's ecosystem with one of our coins.
    pub fn theirs(&mut self, step: &AttackStep, user: &Keypair) -> Vec<Instruction> {
        let kind = attack_kinds::get(step.kind);
        if matches!(kind, AttackKind::CreateEcosystem) {
            return self.create_another_ecosystem(step, user);
        }
        let number = if matches!(kind, AttackKind::TheirCredit) { 3 } else { step.on % self.theirs.len() };
        let (ecosystem, dat) = (self.theirs[number].ecosystem.clone(), self.theirs[number].dat);
        let (form, count) = (self.chain.form(&dat.coin), self.chain.stats(&dat).cycle_count);
        let credited = self.chain.stats(&dat).total_credited_lamports;
        let made = match kind {
            AttackKind::TheirFund => {
                let (from, lamports) = (ecosystem.admin.pubkey(), 1_000_000 * (3 + step.size));
                vec![transfer(&from, &dat.authority, lamports)]
            }
            AttackKind::TheirCycle => vec![ecosystem.cycle_by(form, &dat, count, 1)],
            AttackKind::TheirCollect => vec![ecosystem.collect_fees(&dat)],
            AttackKind::TheirBuy => vec![ecosystem.execute_buy_by(form, &dat, count, 1)],
            AttackKind::TheirBurn if self.chain.tokens(&dat.token_account) == 0 => {
                let [collect, burn] = [ecosystem.collect_fees(&dat), ecosystem.burn_and_update(&dat)];
                vec![collect, ecosystem.execute_buy_by(form, &dat, count, 1), burn]
            }
            AttackKind::TheirBurn => vec![ecosystem.burn_and_update(&dat)],
            AttackKind::TheirObserve => vec![ecosystem.observe(&dat, self.chain.graduated(&dat.coin))],
            AttackKind::TheirCredit => vec![ecosystem.credit_fees(&dat, credited, 1_000_000)],
            _ => vec![ecosystem.record_failure(&dat, [step.extra as u8; 16], 6_000)],
        };
        let (mut made, admin) = (made, ecosystem.admin.insecure_clone());
        if step.extra % 4 == 3 {
            self.put_ours_in_place(&mut made[0], step);
        }
        self.send(&made, &[&admin]);
        vec![]
    }

    /// Puts one of our accounts in place of the attacker's.
    fn put_ours_in_place(&self, instruction: &mut Instruction, step: &AttackStep) {
        let ours = &self.tokens[step.size as usize % self.tokens.len()];
        let places = [
            ours.ecosystem.state,
            ours.dat.stats,
            ours.dat.authority,
            ours.ecosystem.treasury,
            ours.dat.token_account,
            ours.ecosystem.shared_authority,
        ];
        let at = 1 + step.size as usize % (instruction.accounts.len() - 1).min(8);
        instruction.accounts[at].pubkey = places[step.extra % places.len()];
    }

    fn create_another_ecosystem(&mut self, step: &AttackStep, user: &Keypair) -> Vec<Instruction> {
        let name = format!("another {}", self.theirs.len());
        let (admin, operator) = (user.insecure_clone(), user.insecure_clone());
        let ecosystem = Ecosystem::new(&name, admin, operator);
        let dat = ecosystem.dat(self.coin(step.on % 2));
        let all = [ecosystem.initialize(parameters()), ecosystem.admit(&dat, Role::Root, None)];
        if self.send(&all, &[user]) {
            let creator_kind = super::config::CreatorKind::Own;
            self.theirs.push(super::simulation::TrackedToken { ecosystem, dat, creator_kind });
        }
        vec![]
    }
}

fn create_account(from: &Pubkey, account: &Pubkey, lamports: u64, size: u64) -> Instruction {
    let data = [&[0; 4][..], &lamports.to_le_bytes(), &size.to_le_bytes(), TOKEN.as_ref()].concat();
    let accounts = vec![signer(*from), signer(*account)];
    Instruction { program_id: SYSTEM, accounts, data }
}
