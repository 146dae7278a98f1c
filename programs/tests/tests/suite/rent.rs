//! Rent: cycles pay none, and live with another rent than that of their set-up.

use dat_tests::compare::{assert_identity, assert_sums};
use dat_tests::*;
use solana_rent::Rent;

use crate::forms::POOL_FORMS;

fn set_rent(world: &mut World, lamports_per_byte: u64) {
    let mut rent = world.svm.get_sysvar::<Rent>();
    rent.lamports_per_byte = lamports_per_byte;
    world.svm.set_sysvar(&rent);
}

fn earning(world: &mut World, role: Role) -> (Ecosystem, Dat) {
    let ecosystem = world.ecosystem("eco", |p| p.max_fees_per_cycle_lamports = 10_000_000);
    let dat = world.dat(&ecosystem, Kind::Token2022, role);
    world.somebody_buys(&dat.coin, 10 * SOL);
    (ecosystem, dat)
}

#[test]
fn a_cycle_pays_no_rent() {
    for kind in coin::KINDS {
        let mut world = World::new();
        let ecosystem = world.ecosystem("eco", |_| ());
        let dat = world.dat(&ecosystem, kind, Role::Secondary);
        world.somebody_buys(&dat.coin, 10 * SOL);
        let before = world.accounts();
        world.cycle(&ecosystem, &dat); // its operator has paid the fee alone: `cycle` sees to that
        let new: Vec<_> = world.accounts().into_keys().filter(|key| !before.contains_key(key)).collect();
        assert!(new.is_empty(), "a cycle creates no account: {new:?}");
    }
}

#[test]
fn an_operator_needs_no_more_than_his_fee() {
    let mut world = World::new();
    let (ecosystem, dat) = earning(&mut world, Role::Secondary);
    let fee = 5_000;
    let rent = world.rent(0);
    world.edit(&ecosystem.operator.pubkey(), |account| account.lamports = rent + fee);
    world.cycle(&ecosystem, &dat);
    assert_eq!(world.lamports(&ecosystem.operator.pubkey()), rent);
}

#[test]
fn a_lower_rent_frees_lamports() {
    let mut world = World::new();
    let (ecosystem, dat) = earning(&mut world, Role::Secondary);
    world.cycle(&ecosystem, &dat);
    let old = world.rent(0);
    set_rent(&mut world, 3_480);
    let freed = old - world.rent(0);
    assert_eq!(freed, old / 2);
    world.pass(60);
    let fee = world.curve(&dat.coin).creator_fee;
    let done = world.try_cycle(&ecosystem, &dat).expect("a cycle");
    let event = done.event::<CycleCompleted>();
    assert_identity(&event);
    // Of the authority and of the vault.
    assert_eq!(event.inflow, 2 * freed + fee);
    assert_eq!(world.lamports(&dat.authority), world.rent(0) + event.carried_out);
    assert_eq!(world.lamports(&dat.coin.vault), world.rent(0));
}

#[test]
fn a_lower_rent_frees_the_treasurys_for_the_root() {
    let mut world = World::new();
    let (ecosystem, dat) = earning(&mut world, Role::Root);
    set_rent(&mut world, 3_480);
    let freed = world.rent(0);
    let event = world.try_cycle(&ecosystem, &dat).expect("a cycle").event::<CycleCompleted>();
    assert_eq!((event.treasury_in, event.inflow), (freed, 29_629_630 + 2 * freed));
    assert_eq!(world.lamports(&ecosystem.treasury), world.rent(0));
}

#[test]
fn a_higher_rent_takes_some_of_what_is_carried() {
    let mut world = World::new();
    let (ecosystem, dat) = earning(&mut world, Role::Secondary);
    set_rent(&mut world, 3_480);
    let first = world.cycle(&ecosystem, &dat);
    set_rent(&mut world, 6_960);
    world.pass(60);
    // The treasury and the vault hold the lower rent only: somebody fills them up.
    let fee = world.curve(&dat.coin).creator_fee;
    world.give(&ecosystem.treasury, 445_440);
    world.give(&dat.coin.vault, 445_440);
    let second = world.cycle(&ecosystem, &dat);
    // The fee of its own buy makes up for a part, and is not split either.
    assert_eq!((second.carried_in, second.inflow), (first.carried_out - 445_440 + fee, 0));
    assert_sums(&world, &dat, &[first, second], 445_440 - fee);
}

#[test]
fn whoever_sweeps_fills_up_a_vault_that_lacks_rent() {
    let mut world = World::new();
    let (ecosystem, dat) = earning(&mut world, Role::Root);
    set_rent(&mut world, 3_480);
    world.cycle(&ecosystem, &dat);
    set_rent(&mut world, 6_960);
    world.pass(60);
    world.give(&ecosystem.treasury, SOL);
    let (operator, fee) = (ecosystem.operator.pubkey(), world.curve(&dat.coin).creator_fee);
    let before = world.lamports(&operator);
    // pump.fun asks for all of the rent, so what was there is paid out: the authority lacked as much.
    let inflow = world.cycle(&ecosystem, &dat).inflow;
    assert_eq!(before - world.lamports(&operator), 890_880 + 5_000);
    assert_eq!(inflow, fee);
    assert_eq!(world.lamports(&dat.coin.vault), 890_880);
}

#[test]
fn an_authority_that_lacks_rent_waits_for_fees() {
    for role in [Role::Root, Role::Secondary] {
        let mut world = World::new();
        let (ecosystem, dat) = earning(&mut world, role);
        let (rich, rent) = (world.rich(), world.rent(0));
        world.send(&world.gather(&dat, &rich.pubkey()), &[&rich]).expect("all fees");
        world.edit(&dat.authority, |account| account.lamports = rent - 1);
        // What the treasury has does not help a root.
        world.give(&ecosystem.treasury, SOL);
        world.attempt(&ecosystem.cycle(&dat, 0)).refused(DatError::InsufficientFees);
        world.give(&dat.authority, 6_000_001);
        assert_eq!(world.cycle(&ecosystem, &dat).inflow, 6_000_000);
    }
}

#[test]
fn an_account_for_wrapped_sol_lives_with_another_rent() {
    for form in POOL_FORMS {
        let mut world = World::new();
        let (ecosystem, dat) = earning(&mut world, Role::Root);
        world.give(&dat.authority, SOL);
        world.graduate(&dat.coin);
        world.prepare_for_pool(&dat);
        let freed = (165 + 128) * 3_480;

        // The token program counts what is free of it with the next wrapping; no buy spends it.
        set_rent(&mut world, 3_480);
        for _ in 0..2 {
            assert_eq!(world.cycle_by(form, &ecosystem, &dat).spent, 10_000_000);
            assert_eq!(world.tokens(&wsol(&dat.authority)), freed);
            world.pass(60);
        }
        // When rent rises again, so much less is bought, once; nobody has to help.
        set_rent(&mut world, 6_960);
        world.give(&ecosystem.treasury, SOL);
        world.give(&wsol(&amm_creator_vault(&dat.coin.creator)), freed);
        for bought in [10_000_000 - freed, 10_000_000] {
            world.pass(60);
            let rates = world.rates(&dat.coin);
            let expected = world.pool(&dat.coin).buy(bought, rates).0;
            let event = world.cycle_by(form, &ecosystem, &dat);
            assert_eq!((event.spent, event.tokens_bought), (10_000_000, expected));
        }
    }
}
