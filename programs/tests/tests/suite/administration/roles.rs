//! Roles: `set_operator`, `set_emergency_admin`, and the transfer of the admin's role by `propose_admin_transfer`,
//! `accept_admin_transfer` and `cancel_admin_transfer`.

use dat::events::RolesChanged;
use dat::state::TimelockedRole;
use dat_tests::*;

/// The admin and the nominated admin.
fn admins(chain: &Chain, ecosystem: &Ecosystem) -> (Pubkey, Option<Pubkey>) {
    let state: DatState = chain.read(&ecosystem.state);
    (state.admin, state.pending_admin)
}

fn stricter() -> Parameters {
    Parameters { max_price_impact_bps: 1, ..parameters() }
}

#[test]
fn an_admin_transfer_takes_two_steps() {
    let mut chain = Chain::new();
    let ecosystem = chain.ecosystem("eco", |_| ());
    let (old, new) = (ecosystem.admin.insecure_clone(), chain.wallet(SOL));
    let done = chain.by(&old, ecosystem.propose_admin_transfer(new.pubkey())).expect("a proposal");
    let event = done.event::<RolesChanged>();
    assert_eq!((event.state, event.admin), (ecosystem.state, old.pubkey()));
    assert_eq!(event.pending_admin, Some(new.pubkey()));
    assert_eq!(event.operator, ecosystem.operator.pubkey());
    assert_eq!(event.emergency_admin, TimelockedRole::fixed(Some(ecosystem.emergency.pubkey())));
    assert_eq!(
        (event.withdraw_address, event.pending_withdraw_address, event.withdraw_from),
        (None, None, 0)
    );

    // A nomination gives no power, and nobody else can accept.
    chain.by(&new, ecosystem.update_parameters(stricter())).refused(DatError::UnauthorizedAccess);
    let accept = ecosystem.accept_admin_transfer(new.pubkey());
    for other in [&chain.payer(), &old, &ecosystem.operator, &ecosystem.emergency] {
        chain.by(other, accept.clone()).refused(DatError::UnauthorizedAccess);
    }
    assert_eq!(admins(&chain, &ecosystem), (old.pubkey(), Some(new.pubkey())));

    let event = chain.by(&new, accept.clone()).expect("an acceptance").event::<RolesChanged>();
    assert_eq!((event.admin, event.pending_admin), (new.pubkey(), None));
    assert_eq!(admins(&chain, &ecosystem), (new.pubkey(), None));
    chain.by(&old, ecosystem.update_parameters(stricter())).refused(DatError::UnauthorizedAccess);
    chain.by(&old, ecosystem.propose_admin_transfer(old.pubkey())).refused(DatError::UnauthorizedAccess);
    chain.by(&new, ecosystem.update_parameters(stricter())).expect("the new admin may update");
    for anybody in [&new, &old] {
        chain.by(anybody, accept.clone()).refused(DatError::NoPendingAdminTransfer);
    }
}

#[test]
fn an_ecosystem_keeps_its_address_and_tokens_when_its_admin_changes() {
    let mut chain = Chain::new();
    let mut ecosystem = chain.ecosystem("eco", |_| ());
    let dat = chain.dat(&ecosystem, Kind::Token2022, Role::Secondary);
    let new = chain.wallet(SOL);
    chain.by(&ecosystem.admin, ecosystem.propose_admin_transfer(new.pubkey())).expect("a proposal");
    chain.by(&new, ecosystem.accept_admin_transfer(new.pubkey())).expect("an acceptance");
    ecosystem.admin = new;
    chain.by(&ecosystem.admin, ecosystem.update_root_share(Some(&dat), 4_500)).expect("of a token");
    let another = chain.dat(&ecosystem, Kind::Spl, Role::Root);
    for dat in [dat, another] {
        chain.airdrop(&dat.authority, 50_000_000);
        chain.cycle(&ecosystem, &dat);
    }
}

#[test]
fn a_new_admin_clears_the_withdrawal_address() {
    let mut chain = Chain::new();
    let ecosystem = chain.ecosystem("eco", |_| ());
    let [known, late, new] = [(); 3].map(|()| chain.wallet(SOL));
    let name = |key: &Keypair| ecosystem.propose_withdraw_address(key.pubkey());
    let accept = ecosystem.accept_withdraw_address(late.pubkey());
    chain.by(&ecosystem.admin, name(&known)).expect("a proposal");
    chain.by(&known, accept.clone()).expect("an acceptance");
    chain.by(&ecosystem.admin, name(&late)).expect("a proposal");
    chain.by(&ecosystem.admin, ecosystem.propose_admin_transfer(new.pubkey())).expect("a proposal");
    let done = chain.by(&new, ecosystem.accept_admin_transfer(new.pubkey())).expect("an acceptance");
    let event = done.event::<RolesChanged>();
    assert_eq!((event.withdraw_address, event.pending_withdraw_address), (None, None));
    chain.by(&late, accept).refused(DatError::NoWithdrawAddress);
}

#[test]
fn a_cancelled_transfer_cannot_be_accepted() {
    let mut chain = Chain::new();
    let ecosystem = chain.ecosystem("eco", |_| ());
    let new = chain.wallet(SOL);
    chain.by(&ecosystem.admin, ecosystem.propose_admin_transfer(new.pubkey())).expect("a proposal");
    chain.by(&new, ecosystem.cancel_admin_transfer()).refused(DatError::UnauthorizedAccess);
    let cancel = ecosystem.cancel_admin_transfer();
    let event = chain.by(&ecosystem.admin, cancel.clone()).expect("a cancellation").event::<RolesChanged>();
    assert_eq!((event.admin, event.pending_admin), (ecosystem.admin.pubkey(), None));
    let accept = ecosystem.accept_admin_transfer(new.pubkey());
    chain.by(&new, accept).refused(DatError::NoPendingAdminTransfer);
    chain.by(&ecosystem.admin, cancel).refused(DatError::NoPendingAdminTransfer);
    assert_eq!(admins(&chain, &ecosystem), (ecosystem.admin.pubkey(), None));
}

#[test]
fn a_second_proposal_replaces_the_first() {
    let mut chain = Chain::new();
    let ecosystem = chain.ecosystem("eco", |_| ());
    let [first, second] = [(); 2].map(|()| chain.wallet(SOL));
    for new in [&first, &second] {
        chain.by(&ecosystem.admin, ecosystem.propose_admin_transfer(new.pubkey())).expect("a proposal");
    }
    let accept = ecosystem.accept_admin_transfer(first.pubkey());
    chain.by(&first, accept.clone()).refused(DatError::UnauthorizedAccess);
    chain.by(&second, accept).expect("an acceptance");
    assert_eq!(admins(&chain, &ecosystem), (second.pubkey(), None));
}

#[test]
fn an_operator_is_replaced_at_once() {
    let mut chain = Chain::new();
    let mut ecosystem = chain.ecosystem("eco", |_| ());
    let dat = chain.dat(&ecosystem, Kind::Spl, Role::Secondary);
    chain.airdrop(&dat.authority, 50_000_000);
    let new = chain.wallet(SOL);
    let set = ecosystem.set_operator(new.pubkey());
    let event = chain.by(&ecosystem.admin, set).expect("set_operator").event::<RolesChanged>();
    assert_eq!((event.admin, event.operator), (ecosystem.admin.pubkey(), new.pubkey()));
    chain.try_cycle(&ecosystem, &dat).refused(DatError::UnauthorizedAccess);
    ecosystem.operator = new;
    chain.cycle(&ecosystem, &dat);
}

#[test]
fn an_emergency_admin_is_replaced_or_removed_after_an_hour() {
    let mut chain = Chain::new();
    let ecosystem = chain.ecosystem("eco", |_| ());
    let new = chain.wallet(SOL);
    let pause = ecosystem.emergency_pause(None);
    let mut before = Some(ecosystem.emergency.pubkey());
    for (wanted, may, may_not) in [
        (Some(new.pubkey()), &new, vec![&ecosystem.emergency, &ecosystem.operator]),
        (None, &ecosystem.admin, vec![&ecosystem.emergency, &new]),
    ] {
        let set = ecosystem.set_emergency_admin(wanted);
        let event = chain.by(&ecosystem.admin, set).expect("an emergency admin").event::<RolesChanged>();
        let expected = TimelockedRole { now: before, next: wanted, next_at: chain.now() + 3_600 };
        assert_eq!(event.emergency_admin, expected);
        before = wanted;
        chain.advance_seconds(3_600);
        for other in may_not {
            chain.by(other, pause.clone()).refused(DatError::UnauthorizedAccess);
        }
        chain.by(may, pause.clone()).expect("a pause");
        assert!(chain.read::<DatState>(&ecosystem.state).paused);
        chain.by(&ecosystem.admin, ecosystem.resume(None)).expect("resume");
    }
}

#[test]
fn no_role_can_be_the_default_key() {
    let mut chain = Chain::new();
    let ecosystem = chain.ecosystem("eco", |_| ());
    let nobody = Pubkey::default();
    for instruction in [
        ecosystem.set_operator(nobody),
        ecosystem.propose_admin_transfer(nobody),
        ecosystem.propose_withdraw_address(nobody),
    ] {
        chain.by(&ecosystem.admin, instruction).refused(DatError::InvalidParameter);
    }
}
