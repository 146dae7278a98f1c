//! The way out: of what is paused for an hour, to an address that its owner has accepted an hour ago, and all of it.

use dat::events::{RolesChanged, Withdrawn};
use dat_tests::*;

/// A root and a secondary with something carried and something not yet split; a treasury; a shared authority.
fn earning() -> (World, Ecosystem, [Dat; 2]) {
    let mut world = World::new();
    let ecosystem = world.ecosystem("eco", |p| p.max_fees_per_cycle_lamports = 10_000_000);
    let dats = [Role::Root, Role::Secondary].map(|role| world.dat(&ecosystem, Kind::Token2022, role));
    for dat in &dats {
        world.give(&dat.authority, 50_000_000);
        world.cycle(&ecosystem, dat);
        world.give(&dat.authority, 7_000_000);
    }
    let rent = world.rent(0);
    world.give(&ecosystem.shared_authority, rent + 9_000_000);
    (world, ecosystem, dats)
}

/// An address that has been named and has accepted.
fn accepted(world: &mut World, ecosystem: &Ecosystem) -> Keypair {
    let safe = world.keypair();
    let propose = ecosystem.propose_withdraw_address(safe.pubkey());
    world.by(&ecosystem.admin, propose).expect("a proposal");
    world.by(&safe, ecosystem.accept_withdraw_address(safe.pubkey())).expect("an acceptance");
    safe
}

fn pause(world: &mut World, ecosystem: &Ecosystem, of: Option<&Dat>) {
    world.by(&ecosystem.emergency, ecosystem.emergency_pause(of)).expect("emergency_pause");
}

#[test]
fn an_address_is_named_and_accepts() {
    let (mut world, ecosystem, [root, _]) = earning();
    pause(&mut world, &ecosystem, None);
    let safe = world.keypair();
    let withdraw = ecosystem.withdraw(&root, safe.pubkey());
    world.by(&ecosystem.admin, withdraw.clone()).refused(DatError::NoWithdrawAddress);

    let propose = ecosystem.propose_withdraw_address(safe.pubkey());
    let event = world.by(&ecosystem.admin, propose).expect("a proposal").event::<RolesChanged>();
    assert_eq!((event.withdraw_address, event.pending_withdraw_address), (None, Some(safe.pubkey())));
    world.by(&ecosystem.admin, withdraw.clone()).refused(DatError::NoWithdrawAddress);
    let accept = ecosystem.accept_withdraw_address(safe.pubkey());
    for other in [&ecosystem.admin, &ecosystem.operator, &ecosystem.emergency, &world.rich()] {
        world.by(other, accept.clone()).refused(DatError::UnauthorizedAccess);
    }

    let event = world.by(&safe, accept.clone()).expect("an acceptance").event::<RolesChanged>();
    assert_eq!((event.withdraw_address, event.pending_withdraw_address), (Some(safe.pubkey()), None));
    assert_eq!(event.withdraw_from, world.now() + 3_600);
    world.by(&safe, accept).refused(DatError::NoWithdrawAddress);
    world.pass(3_599);
    world.by(&ecosystem.admin, withdraw.clone()).refused(DatError::TimelockActive);
    world.pass(1);
    world.by(&ecosystem.admin, withdraw).expect("withdraw_to");
}

#[test]
fn another_address_waits_an_hour_of_its_own() {
    let (mut world, ecosystem, [root, secondary]) = earning();
    pause(&mut world, &ecosystem, None);
    let old = accepted(&mut world, &ecosystem);
    world.pass(3_600);
    // Being named takes nothing from the old one yet.
    let new = world.keypair();
    let propose = ecosystem.propose_withdraw_address(new.pubkey());
    world.by(&ecosystem.admin, propose).expect("a proposal");
    world.by(&ecosystem.admin, ecosystem.withdraw(&root, old.pubkey())).expect("withdraw_to");
    world.by(&new, ecosystem.accept_withdraw_address(new.pubkey())).expect("an acceptance");
    let to = |key: &Keypair| ecosystem.withdraw(&secondary, key.pubkey());
    world.by(&ecosystem.admin, to(&old)).refused(DatError::NoWithdrawAddress);
    world.by(&ecosystem.admin, to(&new)).refused(DatError::TimelockActive);
    world.pass(3_600);
    world.by(&ecosystem.admin, to(&new)).expect("withdraw_to");
}

#[test]
fn a_paused_token_is_emptied_to_its_rent_and_its_books_agree() {
    let (mut world, ecosystem, dats) = earning();
    let safe = accepted(&mut world, &ecosystem);
    dats.iter().for_each(|dat| pause(&mut world, &ecosystem, Some(dat)));
    world.pass(3_600);
    let mut all = 0;
    for dat in dats {
        let before = world.stats(&dat);
        let held = world.lamports(&dat.authority) - world.rent(0);
        let treasury = world.lamports(&ecosystem.treasury);
        assert_eq!(held, before.carried_lamports + 7_000_000);
        let withdraw = ecosystem.withdraw(&dat, safe.pubkey());
        let event = world.by(&ecosystem.admin, withdraw.clone()).expect("withdraw_to").event::<Withdrawn>();
        assert_eq!((event.state, event.mint), (ecosystem.state, Some(dat.coin.mint)));
        assert_eq!((event.to, event.lamports), (safe.pubkey(), held));
        all += held;
        assert_eq!(world.lamports(&safe.pubkey()), all);
        assert_eq!(world.lamports(&dat.authority), world.rent(0));
        // What had not been split goes unsplit.
        assert_eq!(world.lamports(&ecosystem.treasury), treasury);
        let stats = world.stats(&dat);
        assert_eq!(stats.total_inflow_lamports, before.total_inflow_lamports + 7_000_000);
        assert_eq!((stats.total_withdrawn_lamports, stats.carried_lamports), (held, 0));
        assert_eq!(stats.total_to_root_lamports, before.total_to_root_lamports);
        world.assert_books(&dat);

        // There is nothing more to be had, and life goes on from there.
        let event = world.by(&ecosystem.admin, withdraw).expect("withdraw_to").event::<Withdrawn>();
        assert_eq!(event.lamports, 0);
        world.by(&ecosystem.admin, ecosystem.resume(Some(&dat))).expect("resume");
        world.pass(60);
        world.give(&dat.authority, 50_000_000);
        assert_eq!(world.cycle(&ecosystem, &dat).carried_in, 0);
        world.assert_books(&dat);
    }
}

#[test]
fn a_paused_ecosystems_treasury_and_shared_authority_are_emptied_to_their_rent() {
    let (mut world, ecosystem, [root, _]) = earning();
    let safe = accepted(&mut world, &ecosystem);
    pause(&mut world, &ecosystem, None);
    world.pass(3_600);
    let stats = world.account(&root.stats);
    let mut all = 0;
    for (from, held) in [(ecosystem.treasury, 22_400_000), (ecosystem.shared_authority, 9_000_000)] {
        let withdraw = ecosystem.withdraw_to(None, from, safe.pubkey());
        let event = world.by(&ecosystem.admin, withdraw).expect("withdraw_to").event::<Withdrawn>();
        assert_eq!((event.state, event.mint), (ecosystem.state, None));
        assert_eq!((event.to, event.lamports), (safe.pubkey(), held));
        all += held;
        assert_eq!(world.lamports(&safe.pubkey()), all);
        assert_eq!(world.lamports(&from), world.rent(0));
    }
    assert_eq!(world.account(&root.stats), stats);
    // Neither is a token's, and a token's is neither.
    for (of, from) in [(None, root.authority), (Some(&root), ecosystem.treasury)] {
        let withdraw = ecosystem.withdraw_to(of, from, safe.pubkey());
        world.by(&ecosystem.admin, withdraw).refused(DatError::MintMismatch);
    }
}

#[test]
fn nothing_leaves_what_is_not_paused() {
    let (mut world, ecosystem, [root, secondary]) = earning();
    let safe = accepted(&mut world, &ecosystem).pubkey();
    world.pass(3_600);
    let treasury = ecosystem.withdraw_to(None, ecosystem.treasury, safe);
    let shared = ecosystem.withdraw_to(None, ecosystem.shared_authority, safe);
    let of = [ecosystem.withdraw(&root, safe), ecosystem.withdraw(&secondary, safe), treasury, shared];
    let may = |world: &World| of.clone().map(|withdraw| world.attempt(&withdraw).is_ok());
    assert_eq!(may(&world), [false; 4]);
    // Switched off is not paused.
    for of in [None, Some(&root)] {
        world.by(&ecosystem.admin, ecosystem.set_active(of, false)).expect("set_active");
    }
    assert_eq!(may(&world), [false; 4]);
    for withdraw in of.clone() {
        world.by(&ecosystem.admin, withdraw).refused(DatError::NotPaused);
    }
    // A paused token opens its own authority, a paused ecosystem all; an hour later.
    pause(&mut world, &ecosystem, Some(&root));
    world.pass(3_599);
    assert_eq!(may(&world), [false; 4]);
    world.pass(1);
    assert_eq!(may(&world), [true, false, false, false]);
    pause(&mut world, &ecosystem, None);
    world.pass(3_599);
    assert_eq!(may(&world), [true, false, false, false]);
    world.pass(1);
    assert_eq!(may(&world), [true; 4]);
}
