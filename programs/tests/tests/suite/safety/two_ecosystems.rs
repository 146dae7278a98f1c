//! Two ecosystems with tokens and lamports, and an attacker. Every instruction of the table can succeed here.

use std::sync::OnceLock;

use dat_tests::*;

use super::substitution::Substitution;

/// The tokens that an instruction may concern.
#[derive(Clone, Copy)]
pub struct Tokens {
    pub token: Dat,
    pub root: Dat,
    /// The shared authority is its creator.
    pub sharing: Dat,
    /// Not yet admitted.
    pub candidate: Dat,
}

impl Tokens {
    fn all(&self) -> [Dat; 4] {
        [self.token, self.root, self.sharing, self.candidate]
    }
}

#[derive(Clone)]
pub struct EcosystemTokens {
    pub ecosystem: Ecosystem,
    pub tokens: [Tokens; 2],
}

#[derive(Clone)]
pub struct TwoEcosystems {
    pub chain: Chain,
    pub ours: EcosystemTokens,
    pub theirs: EcosystemTokens,
}

type Make = fn(&Ecosystem, &Tokens) -> Instruction;

impl TwoEcosystems {
    /// Without lamports, so that everything can be closed.
    pub fn empty() -> Self {
        static EMPTY: OnceLock<TwoEcosystems> = OnceLock::new();
        let make = || {
            let mut chain = Chain::new();
            let [ours, theirs] = ["ours", "theirs"].map(|name| EcosystemTokens::new(&mut chain, name));
            Self { chain, ours, theirs }
        };
        EMPTY.get_or_init(make).clone()
    }

    /// With enough lamports and tokens for every cycle, burn and credit.
    pub fn funded() -> Self {
        static FUNDED: OnceLock<TwoEcosystems> = OnceLock::new();
        let make = || {
            let mut two_ecosystems = Self::empty();
            two_ecosystems.prepare(|chain, side| side.fund(chain));
            two_ecosystems
        };
        FUNDED.get_or_init(make).clone()
    }

    pub fn prepare(&mut self, prepare: fn(&mut Chain, &EcosystemTokens)) {
        prepare(&mut self.chain, &self.ours);
        prepare(&mut self.chain, &self.theirs);
    }

    /// The instruction for our first token, with the instructions of all other tokens and of an attacker as
    /// substitutes.
    pub fn substitution(mut self, make: Make, lawful: &[Make]) -> Substitution {
        let Self { ours, theirs, .. } = &self;
        let instruction = make(&ours.ecosystem, &ours.tokens[0]);
        let mut others = vec![make(&ours.ecosystem, &ours.tokens[1])];
        others.extend(theirs.tokens.iter().map(|tokens| make(&theirs.ecosystem, tokens)));
        // Our coins as tokens of the other ecosystem.
        let [token, root, sharing, candidate] =
            ours.tokens[0].all().map(|dat| theirs.ecosystem.dat(dat.coin));
        others.push(make(&theirs.ecosystem, &Tokens { token, root, sharing, candidate }));
        let attacker = self.chain.wallet(SOL);
        others.push(self.ours.as_attacker(&mut self.chain, &instruction, &attacker));

        let Self { ours, theirs, chain } = self;
        let [first, second] = ours.tokens;
        let any = [first, second, Tokens { token: first.root, ..first }];
        let lawful = lawful.iter().flat_map(|make| any.map(|tokens| make(&ours.ecosystem, &tokens)));
        let mut substitution = Substitution::new(chain, instruction, others, lawful.collect());
        substitution.ours = [ours.accounts(), theirs.accounts()].concat();
        // The accounts of the ecosystem and of the first token.
        substitution.anywhere.extend(ours.accounts().into_iter().take(3 + 8));
        substitution
    }
}

impl EcosystemTokens {
    fn new(chain: &mut Chain, name: &str) -> Self {
        let ecosystem = chain.ecosystem(name, |_| ());
        let root = chain.dat(&ecosystem, Kind::Spl, Role::Root);
        let tokens = [Kind::Token2022, Kind::Spl].map(|kind| Tokens {
            token: chain.dat(&ecosystem, kind, Role::Secondary),
            root,
            sharing: chain.sharing(&ecosystem, kind, Role::Secondary),
            candidate: chain.candidate(&ecosystem, kind),
        });
        Self { ecosystem, tokens }
    }

    /// All admitted tokens.
    pub fn dats(&self) -> [Dat; 5] {
        let [first, second] = self.tokens;
        [first.token, second.token, first.root, first.sharing, second.sharing]
    }

    fn fund(&self, chain: &mut Chain) {
        for dat in self.dats() {
            chain.airdrop(&dat.authority, 50_000_000);
            chain.somebody_donates_tokens(&dat, SOL);
        }
        chain.airdrop(&self.ecosystem.treasury, 3_000_000);
        chain.airdrop(&self.ecosystem.shared_authority, 4_000_000);
    }

    /// All accounts that no substitution may change.
    fn accounts(&self) -> Vec<(&'static str, Pubkey)> {
        let ecosystem = &self.ecosystem;
        let mut all = vec![
            ("the state", ecosystem.state),
            ("the treasury", ecosystem.treasury),
            ("the shared authority", ecosystem.shared_authority),
        ];
        all.extend(self.dats().iter().flat_map(accounts_of));
        all
    }

    /// The instruction with the attacker's wallet, token accounts and vault in place of ours.
    fn as_attacker(&self, chain: &mut Chain, instruction: &Instruction, attacker: &Keypair) -> Instruction {
        let (ecosystem, user, payer) = (&self.ecosystem, attacker.pubkey(), chain.payer());
        let vault = creator_vault(&user);
        let mut swaps = vec![
            (ecosystem.admin.pubkey(), user),
            (ecosystem.operator.pubkey(), user),
            (ecosystem.emergency.pubkey(), user),
            (ecosystem.treasury, user),
            (ecosystem.shared_authority, user),
            (BUYBACK_RECIPIENT, OTHER_BUYBACK_RECIPIENT),
        ];
        for dat in self.tokens[0].all() {
            let account = dat.coin.create_ata(&payer.pubkey(), &user);
            chain.send(&[account], &[&payer]).expect("the attacker's token account");
            swaps.extend([
                (dat.authority, user),
                (dat.token_account, dat.coin.ata(&user)),
                (dat.coin.vault, vault),
                (wsol(&dat.authority), wsol(&user)),
                (amm_volume_accumulator(&dat.authority), amm_volume_accumulator(&user)),
                (amm_creator_vault(&dat.authority), amm_creator_vault(&user)),
                (wsol(&amm_creator_vault(&dat.authority)), wsol(&amm_creator_vault(&user))),
                (user_volume_accumulator(&dat.authority), user_volume_accumulator(&user)),
            ]);
        }
        let needed = [
            coin::init_user_volume_accumulator(&payer.pubkey(), &user),
            init_amm_volume_accumulator(&payer.pubkey(), &user),
            create_wsol(&payer.pubkey(), &user),
            create_wsol(&payer.pubkey(), &amm_creator_vault(&user)),
        ];
        chain.send(&needed, &[&payer]).expect("the attacker's accounts");
        chain.airdrop_wsol(&wsol(&user), SOL);
        let mut his = instruction.clone();
        for meta in &mut his.accounts {
            meta.pubkey = swaps.iter().find(|swap| swap.0 == meta.pubkey).map_or(meta.pubkey, |swap| swap.1);
        }
        his
    }
}

fn accounts_of(dat: &Dat) -> [(&'static str, Pubkey); 8] {
    [
        ("stats", dat.stats),
        ("an authority", dat.authority),
        ("a token account", dat.token_account),
        ("wrapped SOL of an authority", wsol(&dat.authority)),
        ("a mint", dat.coin.mint),
        ("a vault", dat.coin.vault),
        ("a curve", dat.coin.curve),
        ("a pool", dat.coin.pool),
    ]
}
