//! Every account of a cycle, replaced: refused by name, or without effect on anything of ours.

use dat_tests::*;

use crate::scene::Scene;

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

/// What is said, position by position, to the account of another ecosystem's token, or to a wallet where both
/// tokens have the same account.
#[rustfmt::skip]
const SAID: [&str; BUY + 17] = [
    // the program's own
    "UnauthorizedAccess",
    "UnauthorizedAccess",
    "MintMismatch",
    "MintMismatch",
    "MintMismatch",
    "MintMismatch",
    "InvalidRootTreasury",
    "InvalidBondingCurve",
    "MintMismatch",
    "InvalidFeeConfig",
    "ConstraintAddress",
    "ConstraintAddress",
    "InvalidProgramId",
    "InvalidProgramId",
    "ConstraintAddress",
    "InstructionError(1, MissingAccount)",
    // sweep_creator_fee
    "InvalidForwardedAccounts",
    "AccountOwnedByWrongProgram",
    "InvalidForwardedAccounts",
    "AccountOwnedByWrongProgram",
    "InvalidProgramId",
    "InvalidProgramId",
    "InvalidProgramId",
    "InvalidForwardedAccounts",
    "ConstraintSeeds",
    "InvalidForwardedAccounts",
    "ConstraintSeeds",
    "ConstraintSeeds",
    "InstructionError(1, MissingAccount)",
    // buy_exact_quote_in_v3; two are taken, and change nothing of ours
    "AccountOwnedByWrongProgram",
    "InvalidForwardedAccounts",
    "AccountOwnedByWrongProgram",
    "InvalidProgramId",
    "InvalidProgramId",
    "InvalidForwardedAccounts",
    "ConstraintTokenOwner",
    "ConstraintSeeds",
    "InvalidForwardedAccounts",
    "InvalidForwardedAccounts",
    "taken",
    "ConstraintSeeds",
    "AccountOwnedByWrongProgram",
    "BuybackFeeRecipientNotAuthorized",
    "InvalidProgramId",
    "ConstraintSeeds",
    "InvalidProgramId",
];

#[test]
fn run_cycle_names_what_is_wrong() {
    let (scene, _) = cycle_scene(Kind::Spl, Role::Secondary);
    let (theirs, wallet) = (&scene.others[2].accounts, scene.anywhere[0].1);
    let said = (0..SAID.len()).map(|position| {
        let mut changed = scene.instruction.clone();
        let same = changed.accounts[position].pubkey == theirs[position].pubkey;
        changed.accounts[position].pubkey = if same { wallet } else { theirs[position].pubkey };
        match scene.world.attempt(&changed) {
            Ok(_) => "taken".to_owned(),
            Err(failure) => failure.name.unwrap_or_else(|| format!("{:?}", failure.error)),
        }
    });
    assert_eq!(said.collect::<Vec<_>>(), SAID);
}
