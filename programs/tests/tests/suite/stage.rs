//! Two ecosystems with tokens and money, and an attacker: where any instruction can be made to go well.

use std::sync::OnceLock;

use dat_tests::*;

use crate::scene::Scene;

/// What an instruction may be about.
#[derive(Clone, Copy)]
pub struct Cast {
    pub token: Dat,
    pub root: Dat,
    /// Its creator is the shared authority.
    pub sharing: Dat,
    /// Not admitted yet.
    pub candidate: Dat,
}

impl Cast {
    fn all(&self) -> [Dat; 4] {
        [self.token, self.root, self.sharing, self.candidate]
    }
}

#[derive(Clone)]
pub struct Side {
    pub ecosystem: Ecosystem,
    pub casts: [Cast; 2],
}

#[derive(Clone)]
pub struct Stage {
    pub world: World,
    pub ours: Side,
    pub theirs: Side,
}

type Make = fn(&Ecosystem, &Cast) -> Instruction;

impl Stage {
    /// Without money, so that every closing would go well.
    pub fn empty() -> Self {
        static EMPTY: OnceLock<Stage> = OnceLock::new();
        let make = || {
            let mut world = World::new();
            let [ours, theirs] = ["ours", "theirs"].map(|name| Side::new(&mut world, name));
            Self { world, ours, theirs }
        };
        EMPTY.get_or_init(make).clone()
    }

    /// With so much of everything that every cycle, burn and credit would go well.
    pub fn funded() -> Self {
        static FUNDED: OnceLock<Stage> = OnceLock::new();
        let make = || {
            let mut stage = Self::empty();
            stage.ready(|world, side| side.fund(world));
            stage
        };
        FUNDED.get_or_init(make).clone()
    }

    pub fn ready(&mut self, ready: fn(&mut World, &Side)) {
        ready(&mut self.world, &self.ours);
        ready(&mut self.world, &self.theirs);
    }

    /// Our first token's instruction; beside it that of all others, and what an attacker would make of it.
    pub fn scene(mut self, make: Make, lawful: &[Make]) -> Scene {
        let Self { ours, theirs, .. } = &self;
        let instruction = make(&ours.ecosystem, &ours.casts[0]);
        let mut others = vec![make(&ours.ecosystem, &ours.casts[1])];
        others.extend(theirs.casts.iter().map(|cast| make(&theirs.ecosystem, cast)));
        // Our coins, as the other ecosystem would have them.
        let [token, root, sharing, candidate] = ours.casts[0].all().map(|dat| theirs.ecosystem.dat(dat.coin));
        others.push(make(&theirs.ecosystem, &Cast { token, root, sharing, candidate }));
        let attacker = self.world.wallet(SOL);
        others.push(self.ours.as_attacker(&mut self.world, &instruction, &attacker));

        let Self { ours, theirs, world } = self;
        let [first, second] = ours.casts;
        let any = [first, second, Cast { token: first.root, ..first }];
        let lawful = lawful.iter().flat_map(|make| any.map(|cast| make(&ours.ecosystem, &cast)));
        let mut scene = Scene::new(world, instruction, others, lawful.collect());
        scene.ours = [ours.accounts(), theirs.accounts()].concat();
        // The ecosystem's and the first token's.
        scene.anywhere.extend(ours.accounts().into_iter().take(3 + 8));
        scene
    }
}

impl Side {
    fn new(world: &mut World, name: &str) -> Self {
        let ecosystem = world.ecosystem(name, |_| ());
        let root = world.dat(&ecosystem, Kind::Spl, Role::Root);
        let casts = [Kind::Token2022, Kind::Spl].map(|kind| Cast {
            token: world.dat(&ecosystem, kind, Role::Secondary),
            root,
            sharing: world.sharing(&ecosystem, kind, Role::Secondary),
            candidate: world.candidate(&ecosystem, kind),
        });
        Self { ecosystem, casts }
    }

    /// All that are admitted.
    pub fn dats(&self) -> [Dat; 5] {
        let [first, second] = self.casts;
        [first.token, second.token, first.root, first.sharing, second.sharing]
    }

    fn fund(&self, world: &mut World) {
        for dat in self.dats() {
            world.give(&dat.authority, 50_000_000);
            world.somebody_gives_tokens(&dat, SOL);
        }
        world.give(&self.ecosystem.treasury, 3_000_000);
        world.give(&self.ecosystem.shared_authority, 4_000_000);
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

    /// The instruction with the attacker in every place of ours: his wallet, token accounts, vault.
    fn as_attacker(&self, world: &mut World, instruction: &Instruction, attacker: &Keypair) -> Instruction {
        let (ecosystem, user, rich) = (&self.ecosystem, attacker.pubkey(), world.rich());
        let vault = creator_vault(&user);
        let mut swaps = vec![
            (ecosystem.admin.pubkey(), user),
            (ecosystem.operator.pubkey(), user),
            (ecosystem.emergency.pubkey(), user),
            (ecosystem.treasury, user),
            (ecosystem.shared_authority, user),
            (BUYBACK_RECIPIENT, OTHER_BUYBACK_RECIPIENT),
        ];
        for dat in self.casts[0].all() {
            let account = dat.coin.create_ata(&rich.pubkey(), &user);
            world.send(&[account], &[&rich]).expect("the attacker's token account");
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
            coin::init_user_volume_accumulator(&rich.pubkey(), &user),
            swap::init_amm_volume_accumulator(&rich.pubkey(), &user),
            swap::create_wsol(&rich.pubkey(), &user),
            swap::create_wsol(&rich.pubkey(), &amm_creator_vault(&user)),
        ];
        world.send(&needed, &[&rich]).expect("the attacker's accounts");
        world.give_wsol(&wsol(&user), SOL);
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
