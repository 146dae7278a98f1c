//! Who holds which role, and how roles change hands.

use dat::events::RolesChanged;
use dat::state::Guard;
use dat_tests::*;

/// Who is admin, and who has been named.
fn admins(world: &World, ecosystem: &Ecosystem) -> (Pubkey, Option<Pubkey>) {
    let state: DatState = world.read(&ecosystem.state);
    (state.admin, state.pending_admin)
}

fn stricter() -> Parameters {
    Parameters { max_price_impact_bps: 1, ..parameters() }
}

#[test]
fn an_admin_transfer_takes_two_steps() {
    let mut world = World::new();
    let ecosystem = world.ecosystem("eco", |_| ());
    let (old, new) = (ecosystem.admin.insecure_clone(), world.wallet(SOL));
    let done = world.by(&old, ecosystem.propose_admin_transfer(new.pubkey())).expect("a proposal");
    let event = done.event::<RolesChanged>();
    assert_eq!((event.state, event.admin), (ecosystem.state, old.pubkey()));
    assert_eq!(event.pending_admin, Some(new.pubkey()));
    assert_eq!(event.operator, ecosystem.operator.pubkey());
    assert_eq!(event.emergency_admin, Guard::fixed(Some(ecosystem.emergency.pubkey())));
    assert_eq!(
        (event.withdraw_address, event.pending_withdraw_address, event.withdraw_from),
        (None, None, 0)
    );

    // Being named is no power yet, and nobody else can accept.
    world.by(&new, ecosystem.update_parameters(stricter())).refused(DatError::UnauthorizedAccess);
    let accept = ecosystem.accept_admin_transfer(new.pubkey());
    for other in [&world.rich(), &old, &ecosystem.operator, &ecosystem.emergency] {
        world.by(other, accept.clone()).refused(DatError::UnauthorizedAccess);
    }
    assert_eq!(admins(&world, &ecosystem), (old.pubkey(), Some(new.pubkey())));

    let event = world.by(&new, accept.clone()).expect("an acceptance").event::<RolesChanged>();
    assert_eq!((event.admin, event.pending_admin), (new.pubkey(), None));
    assert_eq!(admins(&world, &ecosystem), (new.pubkey(), None));
    world.by(&old, ecosystem.update_parameters(stricter())).refused(DatError::UnauthorizedAccess);
    world.by(&old, ecosystem.propose_admin_transfer(old.pubkey())).refused(DatError::UnauthorizedAccess);
    world.by(&new, ecosystem.update_parameters(stricter())).expect("the new admin's");
    for anybody in [&new, &old] {
        world.by(anybody, accept.clone()).refused(DatError::NoPendingAdminTransfer);
    }
}

#[test]
fn an_ecosystem_keeps_its_address_and_tokens_when_its_admin_changes() {
    let mut world = World::new();
    let mut ecosystem = world.ecosystem("eco", |_| ());
    let dat = world.dat(&ecosystem, Kind::Token2022, Role::Secondary);
    let new = world.wallet(SOL);
    world.by(&ecosystem.admin, ecosystem.propose_admin_transfer(new.pubkey())).expect("a proposal");
    world.by(&new, ecosystem.accept_admin_transfer(new.pubkey())).expect("an acceptance");
    ecosystem.admin = new;
    world.by(&ecosystem.admin, ecosystem.update_root_share(Some(&dat), 4_500)).expect("of a token");
    let another = world.dat(&ecosystem, Kind::Spl, Role::Root);
    for dat in [dat, another] {
        world.give(&dat.authority, 50_000_000);
        world.cycle(&ecosystem, &dat);
    }
}

#[test]
fn a_withdrawal_address_that_the_old_admin_has_named_is_forgotten() {
    let mut world = World::new();
    let ecosystem = world.ecosystem("eco", |_| ());
    let [known, late, new] = [(); 3].map(|()| world.wallet(SOL));
    let name = |key: &Keypair| ecosystem.propose_withdraw_address(key.pubkey());
    let accept = ecosystem.accept_withdraw_address(late.pubkey());
    world.by(&ecosystem.admin, name(&known)).expect("a proposal");
    world.by(&known, accept.clone()).expect("an acceptance");
    world.by(&ecosystem.admin, name(&late)).expect("a proposal");
    world.by(&ecosystem.admin, ecosystem.propose_admin_transfer(new.pubkey())).expect("a proposal");
    let done = world.by(&new, ecosystem.accept_admin_transfer(new.pubkey())).expect("an acceptance");
    let event = done.event::<RolesChanged>();
    assert_eq!((event.withdraw_address, event.pending_withdraw_address), (None, None));
    world.by(&late, accept).refused(DatError::NoWithdrawAddress);
}

#[test]
fn a_cancelled_transfer_cannot_be_accepted() {
    let mut world = World::new();
    let ecosystem = world.ecosystem("eco", |_| ());
    let new = world.wallet(SOL);
    world.by(&ecosystem.admin, ecosystem.propose_admin_transfer(new.pubkey())).expect("a proposal");
    world.by(&new, ecosystem.cancel_admin_transfer()).refused(DatError::UnauthorizedAccess);
    let cancel = ecosystem.cancel_admin_transfer();
    let event = world.by(&ecosystem.admin, cancel.clone()).expect("a cancellation").event::<RolesChanged>();
    assert_eq!((event.admin, event.pending_admin), (ecosystem.admin.pubkey(), None));
    let accept = ecosystem.accept_admin_transfer(new.pubkey());
    world.by(&new, accept).refused(DatError::NoPendingAdminTransfer);
    world.by(&ecosystem.admin, cancel).refused(DatError::NoPendingAdminTransfer);
    assert_eq!(admins(&world, &ecosystem), (ecosystem.admin.pubkey(), None));
}

#[test]
fn another_proposal_takes_the_place_of_the_first() {
    let mut world = World::new();
    let ecosystem = world.ecosystem("eco", |_| ());
    let [first, second] = [(); 2].map(|()| world.wallet(SOL));
    for new in [&first, &second] {
        world.by(&ecosystem.admin, ecosystem.propose_admin_transfer(new.pubkey())).expect("a proposal");
    }
    let accept = ecosystem.accept_admin_transfer(first.pubkey());
    world.by(&first, accept.clone()).refused(DatError::UnauthorizedAccess);
    world.by(&second, accept).expect("an acceptance");
    assert_eq!(admins(&world, &ecosystem), (second.pubkey(), None));
}

#[test]
fn an_operator_is_exchanged_at_once() {
    let mut world = World::new();
    let mut ecosystem = world.ecosystem("eco", |_| ());
    let dat = world.dat(&ecosystem, Kind::Spl, Role::Secondary);
    world.give(&dat.authority, 50_000_000);
    let new = world.wallet(SOL);
    let set = ecosystem.set_operator(new.pubkey());
    let event = world.by(&ecosystem.admin, set).expect("set_operator").event::<RolesChanged>();
    assert_eq!((event.admin, event.operator), (ecosystem.admin.pubkey(), new.pubkey()));
    world.try_cycle(&ecosystem, &dat).refused(DatError::UnauthorizedAccess);
    ecosystem.operator = new;
    world.cycle(&ecosystem, &dat);
}

#[test]
fn an_emergency_admin_may_be_anybody_or_nobody_an_hour_later() {
    let mut world = World::new();
    let ecosystem = world.ecosystem("eco", |_| ());
    let new = world.wallet(SOL);
    let pause = ecosystem.emergency_pause(None);
    let mut before = Some(ecosystem.emergency.pubkey());
    for (wanted, may, may_not) in [
        (Some(new.pubkey()), &new, vec![&ecosystem.emergency, &ecosystem.operator]),
        (None, &ecosystem.admin, vec![&ecosystem.emergency, &new]),
    ] {
        let set = ecosystem.set_emergency_admin(wanted);
        let event = world.by(&ecosystem.admin, set).expect("an emergency admin").event::<RolesChanged>();
        let expected = Guard { now: before, next: wanted, next_at: world.now() + 3_600 };
        assert_eq!(event.emergency_admin, expected);
        before = wanted;
        world.pass(3_600);
        for other in may_not {
            world.by(other, pause.clone()).refused(DatError::UnauthorizedAccess);
        }
        world.by(may, pause.clone()).expect("a pause");
        assert!(world.read::<DatState>(&ecosystem.state).paused);
        world.by(&ecosystem.admin, ecosystem.resume(None)).expect("resume");
    }
}

#[test]
fn nobody_is_no_role() {
    let mut world = World::new();
    let ecosystem = world.ecosystem("eco", |_| ());
    let nobody = Pubkey::default();
    for instruction in [
        ecosystem.set_operator(nobody),
        ecosystem.propose_admin_transfer(nobody),
        ecosystem.propose_withdraw_address(nobody),
    ] {
        world.by(&ecosystem.admin, instruction).refused(DatError::InvalidParameter);
    }
}
