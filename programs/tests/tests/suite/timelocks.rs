//! What concerns holders holds an hour later, in whatever order an admin composes his transactions.

use dat::events::RootTokenProposed;
use dat::state::Guard;
use dat_tests::*;

use crate::compositions::Setting;

#[test]
fn a_pause_and_a_withdrawal_do_not_fit_into_one_transaction() {
    let mut setting = Setting::new();
    let (eco, safe, dat) = (setting.ecosystem.clone(), setting.safe.pubkey(), setting.secondaries[0]);
    for (of, way) in [
        (None, eco.withdraw_to(None, eco.treasury, safe)),
        (None, eco.withdraw_to(None, eco.shared_authority, safe)),
        (None, eco.withdraw(&dat, safe)),
        (Some(&dat), eco.withdraw(&dat, safe)),
    ] {
        let both = [eco.emergency_pause(of), way.clone()];
        setting.send(&both).refused(DatError::TimelockActive);
        setting.send(&both[..1]).expect("a pause");
        setting.world.pass(3_599);
        setting.send(&both[1..]).refused(DatError::TimelockActive);
        // Pausing again neither restarts the hour nor shortens it; pausing anew does begin another.
        setting.send(&both[..1]).expect("a pause");
        setting.world.pass(1);
        assert!(setting.world.attempt(&way).is_ok());
        setting.send(&[eco.resume(of), eco.emergency_pause(of)]).expect("paused anew");
        setting.send(&both[1..]).refused(DatError::TimelockActive);
        setting.send(&[eco.resume(of)]).expect("resume");
    }
}

#[test]
fn the_older_pause_counts_for_a_token() {
    let mut setting = Setting::new();
    let (eco, safe, [one, other]) = (setting.ecosystem.clone(), setting.safe.pubkey(), setting.secondaries);
    setting.send(&[eco.emergency_pause(Some(&one))]).expect("a pause");
    setting.world.pass(3_600);
    setting.send(&[eco.emergency_pause(None)]).expect("a pause");
    setting.send(&[eco.withdraw(&other, safe)]).refused(DatError::TimelockActive);
    setting.send(&[eco.withdraw_to(None, eco.treasury, safe)]).refused(DatError::TimelockActive);
    setting.send(&[eco.withdraw(&one, safe)]).expect("withdraw_to");
}

#[test]
fn a_pause_by_failures_begins_the_hour_too() {
    let mut setting = Setting::new();
    let (eco, safe, dat) = (setting.ecosystem.clone(), setting.safe.pubkey(), setting.secondaries[0]);
    let five: Vec<_> = (1..=5).map(|run| eco.record_failure(&dat, [run; 16], 1)).collect();
    let withdraw = eco.withdraw(&dat, safe);
    setting.send(&[&five[..], std::slice::from_ref(&withdraw)].concat()).refused(DatError::TimelockActive);
    setting.send(&five).expect("five failures");
    setting.world.pass(3_599);
    // A sixth does not move it.
    setting.send(&[eco.record_failure(&dat, [6; 16], 1)]).expect("a failure");
    setting.send(std::slice::from_ref(&withdraw)).refused(DatError::TimelockActive);
    setting.world.pass(1);
    setting.send(&[withdraw]).expect("withdraw_to");
}

#[test]
fn the_emergency_admin_refuses_a_withdrawal() {
    let mut setting = Setting::new();
    let (eco, safe) = (setting.ecosystem.clone(), setting.safe.pubkey());
    let way = eco.withdraw_to(None, eco.treasury, safe);
    setting.send(&[eco.propose_withdraw_address(safe), eco.emergency_pause(None)]).expect("a pause");
    setting.world.pass(3_599);
    for other in [&eco.operator, &setting.safe.insecure_clone()] {
        setting.world.by(other, eco.clear_withdraw_address()).refused(DatError::UnauthorizedAccess);
    }
    setting.send(&[eco.clear_withdraw_address()]).expect("a veto");
    setting.world.pass(1);
    setting.send(std::slice::from_ref(&way)).refused(DatError::NoWithdrawAddress);
    // Nor is an acceptance of before of any use: he has to be named again, and waits.
    setting.send(&[eco.accept_withdraw_address(safe)]).refused(DatError::NoWithdrawAddress);
    setting
        .send(&[eco.propose_withdraw_address(safe), eco.accept_withdraw_address(safe)])
        .expect("named again");
    setting.send(std::slice::from_ref(&way)).refused(DatError::TimelockActive);
    setting.world.pass(3_600);
    setting.send(&[way]).expect("withdraw_to");
}

#[test]
fn the_emergency_admin_cannot_be_put_aside_before_a_withdrawal() {
    let mut setting = Setting::new();
    let (eco, safe) = (setting.ecosystem.clone(), setting.safe.pubkey());
    let emergency = eco.emergency.pubkey();
    let guard = |setting: &Setting| setting.world.read::<DatState>(&eco.state).emergency_admin;
    setting.send(&[eco.set_emergency_admin(None), eco.emergency_pause(None)]).expect("put aside, and paused");
    // Naming another one meanwhile does not make it sooner, nor does naming the same one twice.
    setting.world.pass(1_800);
    setting.send(&[eco.set_emergency_admin(Some(safe)), eco.set_emergency_admin(None)]).expect("named");
    let expected = Guard { now: Some(emergency), next: None, next_at: setting.world.now() + 3_600 };
    assert_eq!(guard(&setting), expected);
    setting.world.pass(1_799);
    let veto = eco.clear_withdraw_address();
    assert!(setting.world.attempt(&veto).is_ok());
    setting.world.pass(1_800);
    assert!(setting.world.attempt(&veto).is_ok());
    setting.world.pass(1);
    setting.world.by(&eco.emergency, veto).refused(DatError::UnauthorizedAccess);
    setting.world.by(&eco.emergency, eco.emergency_pause(None)).refused(DatError::UnauthorizedAccess);
}

#[test]
fn the_next_root_is_known_for_an_hour() {
    let mut setting = Setting::new();
    let (eco, root, [one, other]) = (setting.ecosystem.clone(), setting.root, setting.secondaries);
    let set = eco.set_root_token(&one, Some(&root));
    setting.send(std::slice::from_ref(&set)).refused(DatError::RootTokenNotProposed);
    setting.send(&[eco.propose_root_token(&one), set.clone()]).refused(DatError::TimelockActive);
    let event =
        setting.send(&[eco.propose_root_token(&one)]).expect("a proposal").event::<RootTokenProposed>();
    assert_eq!(
        (event.state, event.mint, event.from),
        (eco.state, one.coin.mint, setting.world.now() + 3_600)
    );
    setting.world.pass(3_599);
    setting.send(std::slice::from_ref(&set)).refused(DatError::TimelockActive);
    // Another one takes its place, and waits an hour of its own.
    let instead = eco.set_root_token(&other, Some(&root));
    setting.send(&[eco.propose_root_token(&other)]).expect("a proposal");
    setting.world.pass(1);
    setting.send(std::slice::from_ref(&set)).refused(DatError::RootTokenNotProposed);
    setting.send(std::slice::from_ref(&instead)).refused(DatError::TimelockActive);
    setting.world.pass(3_599);
    setting.send(&[instead]).expect("set_root_token");
    // And back it goes by another hour.
    setting.send(&[eco.set_root_token(&root, Some(&other))]).refused(DatError::RootTokenNotProposed);
}

#[test]
fn a_roots_share_cannot_be_sent_to_itself_for_a_moment() {
    // As audited: root A, its fees split by nobody, and back, with its own share dropped.
    let mut setting = Setting::new();
    let (eco, root, [one, _]) = (setting.ecosystem.clone(), setting.root, setting.secondaries);
    let there = [eco.propose_root_token(&one), eco.set_root_token(&one, Some(&root)), eco.collect_fees(&one)];
    let and_back = [eco.propose_root_token(&root), eco.set_root_token(&root, Some(&one))];
    setting.send(&[&there[..], &and_back[..]].concat()).refused(DatError::TimelockActive);
    setting.send(&[eco.update_root_share(Some(&one), 4_980)]).expect("update_root_share");
    setting.send(&[eco.propose_root_token(&one)]).expect("a proposal");
    setting.world.pass(3_600);
    let back = eco.set_root_token(&root, Some(&one));
    let all = [eco.set_root_token(&one, Some(&root)), eco.collect_fees(&one), back];
    setting.send(&all).refused(DatError::RootTokenNotProposed);
    setting.send(&[all[0].clone(), eco.propose_root_token(&root)]).expect("one way");
    setting.world.pass(3_600);
    setting.send(&all[2..]).expect("and back");
    let share = setting.world.stats(&one).root_share.expect("a share of its own");
    assert_eq!(share.at(setting.world.now()), 4_980, "it is still there");
}

#[test]
fn what_the_old_admin_has_named_does_not_outlive_him() {
    let mut setting = Setting::new();
    let (eco, [one, _], safe) = (setting.ecosystem.clone(), setting.secondaries, setting.safe.pubkey());
    let new = setting.world.wallet(SOL);
    setting
        .send(&[
            eco.propose_root_token(&one),
            eco.set_emergency_admin(Some(safe)),
            eco.propose_withdraw_address(safe),
            eco.propose_admin_transfer(new.pubkey()),
        ])
        .expect("all that can be named");
    setting.world.by(&new, eco.accept_admin_transfer(new.pubkey())).expect("an acceptance");
    let state: DatState = setting.world.read(&eco.state);
    assert_eq!((state.withdraw_address, state.pending_withdraw_address), (None, None));
    assert_eq!((state.pending_root_mint, state.pending_admin), (None, None));
    assert_eq!(state.emergency_admin, Guard::fixed(Some(eco.emergency.pubkey())));
    setting.world.pass(3_600);
    let set = eco.set_root_token(&one, Some(&setting.root));
    setting.world.by(&new, set).refused(DatError::RootTokenNotProposed);
    setting.send(&[eco.accept_withdraw_address(safe)]).refused(DatError::NoWithdrawAddress);
}
