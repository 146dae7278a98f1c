//! One step of an attack.

use dat_tests::pump::multi_hop::multi_hop;
use dat_tests::*;

use super::attack_kinds::{self, AttackKind};
use super::random::Random;
use super::simulation::{Simulation, TrackedToken};

#[derive(Clone, Copy, PartialEq, Eq)]
pub struct AttackStep {
    pub kind: usize,
    pub who: usize,
    pub on: usize,
    /// A logarithmic amount from 0.001 SOL to 400 SOL, or a part of a balance in thousandths.
    pub size: u64,
    pub extra: usize,
}

impl std::fmt::Debug for AttackStep {
    fn fmt(&self, f: &mut std::fmt::Formatter) -> std::fmt::Result {
        let Self { kind, who, on, size, extra } = self;
        let kind = attack_kinds::get(*kind);
        write!(f, "attacker {who}: {kind:?}, coin {on}, {} lamports or {size} ‰, {extra}", lamports(*size))
    }
}

pub fn lamports(size: u64) -> u64 {
    (1e6 * 4e5f64.powf(size as f64 / 1_000.0)) as u64
}

impl AttackStep {
    pub fn any(random: &mut Random) -> Self {
        Self {
            kind: attack_kinds::any(random),
            who: random.below(2),
            on: random.one(&[0, 0, 0, 1, 1, 1, 1, 2, 3, 4, 4, 5, 5]),
            size: if random.percent(15) { 1_000 } else { random.below(1_001) as u64 },
            extra: random.below(24),
        }
    }
}

/// A part of an amount, thousandths.
pub fn part(amount: u64, size: u64) -> u64 {
    (u128::from(amount) * u128::from(size) / 1_000) as u64
}

impl Simulation {
    /// Takes a step. Returns whether it succeeded.
    pub fn perform_attack(&mut self, step: &AttackStep) -> bool {
        let user = self.attackers[step.who].insecure_clone();
        let instructions = self.instructions(step, &user);
        !instructions.is_empty() && self.send(&instructions, &[&user])
    }

    /// Sends a transaction that `payer` pays, and counts the instructions. Returns whether it succeeded.
    pub fn send(&mut self, instructions: &[Instruction], signers: &[&Keypair]) -> bool {
        let payer = self.chain.payer();
        let asked = instructions.iter().flat_map(|i| &i.accounts).filter(|meta| meta.is_signer);
        let asked: Vec<_> = asked.map(|meta| meta.pubkey).collect();
        let known = |key: &Pubkey| signers.iter().any(|signer| signer.pubkey() == *key);
        if !asked.iter().all(known) {
            return false;
        }
        let needed = signers.iter().filter(|signer| asked.contains(&signer.pubkey()));
        let signers: Vec<_> = [&payer].into_iter().chain(needed.copied()).collect();
        if self.chain.send(instructions, &signers).is_err() {
            return false;
        }
        for name in instructions.iter().filter_map(idl::catalog::name) {
            *self.sent.entry(name).or_default() += 1;
        }
        true
    }

    fn instructions(&mut self, step: &AttackStep, user: &Keypair) -> Vec<Instruction> {
        let (key, coin) = (user.pubkey(), self.coin(step.on));
        match attack_kinds::get(step.kind) {
            AttackKind::Idl(idl, described) => {
                let (step, idl, described) = self.where_it_trades(step, &key, idl, described);
                let mut all = vec![self.idl_call(&step, &key, &described.name).instruction(idl, described)];
                self.make_possible(&step, &key, &described.name)
                    .into_iter()
                    .for_each(|first| all.insert(0, first));
                all
            }
            AttackKind::HopIn | AttackKind::HopOut => self.hop(step, &key).into_iter().collect(),
            AttackKind::Create => self.create(step, user),
            AttackKind::DonateLamports => vec![transfer(&key, &self.place(step), lamports(step.size) / 20)],
            AttackKind::DonateWrapped => self.donate_wrapped(step, &key),
            AttackKind::DonateTokens => {
                let theirs = self.theirs[step.extra % self.theirs.len()].dat.authority;
                let to = coin.ata(&if step.extra > 18 { theirs } else { self.pda(step) });
                vec![coin.transfer_tokens(&key, &to, part(self.chain.tokens(&coin.ata(&key)), step.size))]
            }
            AttackKind::OpenAssociated => vec![self.open_associated(step, &key)],
            AttackKind::OpenElsewhere | AttackKind::HandOver => self.open(step, user),
            AttackKind::Sync => vec![token_instruction(17, &[(self.wrapped(step), 'w')], &[])],
            AttackKind::BurnOwn => {
                let tokens = part(self.chain.tokens(&coin.ata(&key)), step.size / 20);
                let accounts = [(coin.ata(&key), 'w'), (coin.mint, 'w'), (key, 's')];
                let mut burn = token_instruction(8, &accounts, &tokens.to_le_bytes());
                burn.program_id = coin.token_program;
                vec![burn]
            }
            AttackKind::Unwrap => self.unwrap(step),
            AttackKind::StolenKey => {
                self.use_stolen_key(step);
                vec![]
            }
            AttackKind::Pause => {
                self.check_pause(step);
                vec![]
            }
            AttackKind::CloseOwn => self.open_and_close(&key),
            _ => self.theirs(step, user),
        }
    }

    fn hop(&self, step: &AttackStep, user: &Pubkey) -> Option<Instruction> {
        // The attackers' coins that are quoted in ours come last.
        let via = 4 + step.on % 2;
        let (near, far) = (self.coin(step.on % 2), *self.coins.get(via)?);
        let far = if far.quote == near.mint { far } else { *self.coins.get(4)? };
        let near = if far.quote == near.mint { near } else { self.coin((step.on + 1) % 2) };
        let way = [near, far].map(|coin| (coin, self.chain.graduated(&coin)));
        let buys = matches!(attack_kinds::get(step.kind), AttackKind::HopIn);
        let held = part(self.chain.tokens(&far.ata(user)), step.size);
        Some(multi_hop(user, &way, buys, if buys { lamports(step.size) } else { held }))
    }

    fn create(&mut self, step: &AttackStep, user: &Keypair) -> Vec<Instruction> {
        let mint = self.chain.keypair();
        let kind = if step.extra.is_multiple_of(2) { Kind::Spl } else { Kind::Token2022 };
        let coin = Coin::new(kind, mint.pubkey(), self.pda(step));
        self.send(&[coin.create(&user.pubkey())], &[user, &mint]);
        vec![]
    }

    /// One of our PDAs.
    pub fn pda(&self, step: &AttackStep) -> Pubkey {
        let TrackedToken { ecosystem, dat, .. } = &self.tokens[step.extra % self.tokens.len()];
        [dat.authority, ecosystem.shared_authority, ecosystem.treasury][step.extra / 8]
    }

    /// A destination for lamports.
    fn place(&self, step: &AttackStep) -> Pubkey {
        let coin = self.coin(step.on);
        match step.size % 5 {
            0 => coin.vault,
            1 if self.chain.graduated(&coin) => coin.pool,
            1 => coin.curve,
            2 => amm_creator_vault(&coin.creator),
            3 => self.wrapped(step),
            _ => self.pda(step),
        }
    }
}

/// An instruction of SPL Token. The flag of an account: `w` writable, `s` signer, `r` read-only.
pub fn token_instruction(number: u8, accounts: &[(Pubkey, char)], data: &[u8]) -> Instruction {
    let meta = |(key, flag): &(Pubkey, char)| AccountMeta {
        pubkey: *key,
        is_signer: *flag == 's',
        is_writable: *flag != 'r',
    };
    Instruction {
        program_id: TOKEN,
        accounts: accounts.iter().map(meta).collect(),
        data: [&[number], data].concat(),
    }
}
