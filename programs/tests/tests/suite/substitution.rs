//! Every account of every instruction, replaced: refused, or without effect on anything of ours.
//!
//! All that is marked as a signer counts as signed here, so whoever is put in has signed.

use std::collections::BTreeSet;

use dat_tests::coin::KINDS;
use dat_tests::*;
use solana_account::Account;

/// An instruction that goes well, and what somebody might put into it instead.
struct Scene {
    world: World,
    instruction: Instruction,
    /// The same instruction for other tokens and ecosystems of ours, and as an attacker would have it for himself.
    others: Vec<Instruction>,
    /// Accounts that may be put in anywhere.
    anywhere: Vec<(&'static str, Pubkey)>,
    /// What must come out as without the substitution.
    ours: Vec<Pubkey>,
}

impl Scene {
    fn new(mut world: World, instruction: Instruction, others: Vec<Instruction>, ours: Vec<Pubkey>) -> Self {
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
    fn taken(&mut self) -> BTreeSet<usize> {
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
    fn needlessly_writable(&self) -> Vec<Pubkey> {
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

#[test]
fn initialize_dat_state_takes_no_other_account() {
    let mut world = World::new();
    let founding = |world: &mut World| {
        let ecosystem = Ecosystem::new("eco", world.wallet(SOL), world.wallet(SOL));
        let instruction = ecosystem.initialize(parameters(&ecosystem.operator.pubkey()));
        (ecosystem, instruction)
    };
    let (ecosystem, instruction) = founding(&mut world);
    let others = vec![founding(&mut world).1];
    let mut scene = Scene::new(world, instruction, others, vec![ecosystem.state, ecosystem.treasury]);
    assert_eq!(scene.taken(), BTreeSet::new());
    assert_eq!(scene.needlessly_writable(), []);
}

#[test]
fn initialize_token_stats_takes_no_other_account() {
    for kind in KINDS {
        let mut world = World::new();
        let [first, second] = [world.ecosystem("one", |_| ()), world.ecosystem("two", |_| ())];
        let dat = world.candidate(&first, kind);
        let others = KINDS.map(|kind| world.candidate(&first, kind));
        let mut others = others.map(|other| first.admit(&other, Role::Secondary, None)).to_vec();
        let theirs = world.candidate(&second, kind);
        others.push(second.admit(&theirs, Role::Secondary, None));
        // The same coin, as the other ecosystem would admit it.
        others.push(second.admit(&second.dat(dat.coin), Role::Secondary, None));
        let instruction = first.admit(&dat, Role::Secondary, None);
        let ours = vec![dat.stats, dat.authority, dat.token_account, dat.coin.vault, first.state];
        let mut scene = Scene::new(world, instruction, others, ours);
        assert_eq!(scene.taken(), BTreeSet::new(), "{kind:?}");
        assert_eq!(scene.needlessly_writable(), [], "{kind:?}");
    }
}

/// How many accounts stand before those that are forwarded.
const OWN: usize = 16;
const SWEEP: usize = OWN;
const BUY: usize = OWN + 13;

fn cycle_scene(kind: Kind, role: Role) -> (Scene, Dat) {
    let mut world = World::new();
    let [first, second] = [world.ecosystem("one", |_| ()), world.ecosystem("two", |_| ())];
    let dat = world.dat(&first, kind, role);
    let mut others = vec![];
    for (ecosystem, kind) in [(&first, Kind::Spl), (&first, Kind::Token2022), (&second, kind)] {
        let other = world.dat(ecosystem, kind, Role::Secondary);
        world.somebody_buys(&other.coin, 10 * SOL);
        others.push(ecosystem.cycle(&other, 0));
    }
    let (attacker, _) = world.somebody_buys(&dat.coin, 10 * SOL);
    world.give(&dat.coin.vault, 1_000_000);
    world.give(&first.treasury, 3_000_000);
    let instruction = first.cycle(&dat, 0);

    // The attacker in every place of ours: his wallet, token account, vault, volume accumulator.
    let user = attacker.pubkey();
    let mut his = instruction.clone();
    let vault = creator_vault(&user);
    let swaps = [
        (first.operator.pubkey(), user),
        (dat.authority, user),
        (dat.token_account, dat.coin.ata(&user)),
        (dat.coin.vault, vault),
        (ata(&dat.coin.vault, &WSOL, &TOKEN), ata(&vault, &WSOL, &TOKEN)),
        (ata(&dat.authority, &WSOL, &TOKEN), ata(&user, &WSOL, &TOKEN)),
        (user_volume_accumulator(&dat.authority), user_volume_accumulator(&user)),
        (first.treasury, user),
        (BUYBACK_RECIPIENT, OTHER_BUYBACK_RECIPIENT),
    ];
    for meta in &mut his.accounts {
        meta.pubkey = swaps.iter().find(|swap| swap.0 == meta.pubkey).map_or(meta.pubkey, |swap| swap.1);
    }
    others.push(his);
    let ours = vec![
        first.state,
        first.treasury,
        dat.stats,
        dat.authority,
        dat.token_account,
        dat.coin.mint,
        dat.coin.vault,
        dat.coin.curve,
    ];
    (Scene::new(world, instruction, others, ours), dat)
}

#[test]
fn run_cycle_takes_no_other_account() {
    for (kind, role) in [(Kind::Spl, Role::Secondary), (Kind::Token2022, Role::Root)] {
        let (mut scene, _) = cycle_scene(kind, role);
        // pump.fun does not use the buyer's quote account, and takes any of its eight buyback recipients.
        assert_eq!(scene.taken(), [BUY + 10, BUY + 13].into(), "{kind:?}");
        assert_eq!(scene.needlessly_writable(), [], "{kind:?}");
    }
}

#[test]
fn run_cycle_takes_all_its_forwarded_accounts_and_no_more() {
    let (scene, _) = cycle_scene(Kind::Spl, Role::Secondary);
    let accounts = &scene.instruction.accounts;
    let (own, forwarded) = accounts.split_at(OWN);
    let (sweep, buy) = forwarded.split_at(BUY - SWEEP);
    let wrong = [
        own.to_vec(),
        accounts[..accounts.len() - 1].to_vec(),
        [accounts, &accounts[..1]].concat(),
        [own, buy, sweep].concat(),
        [own, buy].concat(),
        [own, sweep].concat(),
        [own, sweep, buy, buy].concat(),
        [own, &accounts[OWN + 1..], &accounts[OWN..=OWN]].concat(),
    ];
    for accounts in wrong {
        let changed = Instruction { accounts, ..scene.instruction.clone() };
        let refused = scene.world.attempt(&changed).err().expect("a refusal");
        refused.assert_dat(DatError::InvalidForwardedAccounts);
    }
    for count in 0..OWN {
        let changed = Instruction { accounts: accounts[..count].to_vec(), ..scene.instruction.clone() };
        assert!(scene.world.attempt(&changed).is_err(), "{count} accounts");
    }
}

#[test]
fn run_cycle_checks_a_sweep_that_has_nothing_to_do() {
    // pump.fun is not asked then, so what it alone checks may be anything; nothing of ours changes by it.
    let (mut scene, dat) = cycle_scene(Kind::Token2022, Role::Secondary);
    let rich = scene.world.rich();
    scene.world.send(&[dat.coin.sweep(&rich.pubkey())], &[&rich]).expect("sweep");
    let taken = scene.taken();
    for pinned in [0, 2, 7, 9] {
        assert!(!taken.contains(&(SWEEP + pinned)), "{pinned} of the sweep");
    }
    assert!(taken
        .iter()
        .all(|position| (SWEEP..BUY).contains(position) || [BUY + 10, BUY + 13].contains(position)));
}
