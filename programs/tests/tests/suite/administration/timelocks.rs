//! Timelocks: changes that concern holders apply an hour later, in any order of transactions.

use dat::events::RootTokenProposed;
use dat::state::TimelockedRole;
use dat_tests::*;

use super::composed_transactions::FundedEcosystem;

#[test]
fn a_pause_and_a_withdrawal_in_one_transaction_are_refused() {
    let mut funded = FundedEcosystem::new();
    let (eco, safe, dat) = (funded.ecosystem.clone(), funded.safe.pubkey(), funded.secondaries[0]);
    for (scope, withdraw) in [
        (None, eco.withdraw_to(None, eco.treasury, safe)),
        (None, eco.withdraw_to(None, eco.shared_authority, safe)),
        (None, eco.withdraw(&dat, safe)),
        (Some(&dat), eco.withdraw(&dat, safe)),
    ] {
        let both = [eco.emergency_pause(scope), withdraw.clone()];
        funded.send(&both).refused(DatError::TimelockActive);
        funded.send(&both[..1]).expect("a pause");
        funded.chain.advance_seconds(3_599);
        funded.send(&both[1..]).refused(DatError::TimelockActive);
        // A second pause does not move the hour. A pause after a resume starts a new hour.
        funded.send(&both[..1]).expect("a pause");
        funded.chain.advance_seconds(1);
        assert!(funded.chain.simulate(&withdraw).is_ok());
        funded.send(&[eco.resume(scope), eco.emergency_pause(scope)]).expect("paused anew");
        funded.send(&both[1..]).refused(DatError::TimelockActive);
        funded.send(&[eco.resume(scope)]).expect("resume");
    }
}

#[test]
fn the_older_pause_counts_for_a_token() {
    let mut funded = FundedEcosystem::new();
    let (eco, safe, [one, other]) = (funded.ecosystem.clone(), funded.safe.pubkey(), funded.secondaries);
    funded.send(&[eco.emergency_pause(Some(&one))]).expect("a pause");
    funded.chain.advance_seconds(3_600);
    funded.send(&[eco.emergency_pause(None)]).expect("a pause");
    funded.send(&[eco.withdraw(&other, safe)]).refused(DatError::TimelockActive);
    funded.send(&[eco.withdraw_to(None, eco.treasury, safe)]).refused(DatError::TimelockActive);
    funded.send(&[eco.withdraw(&one, safe)]).expect("withdraw_to");
}

#[test]
fn a_pause_by_failures_also_starts_the_timelock() {
    let mut funded = FundedEcosystem::new();
    let (eco, safe, dat) = (funded.ecosystem.clone(), funded.safe.pubkey(), funded.secondaries[0]);
    let five: Vec<_> = (1..=5).map(|run| eco.record_failure(&dat, [run; 16], 1)).collect();
    let withdraw = eco.withdraw(&dat, safe);
    funded.send(&[&five[..], std::slice::from_ref(&withdraw)].concat()).refused(DatError::TimelockActive);
    funded.send(&five).expect("five failures");
    funded.chain.advance_seconds(3_599);
    // A sixth failure does not move the hour.
    funded.send(&[eco.record_failure(&dat, [6; 16], 1)]).expect("a failure");
    funded.send(std::slice::from_ref(&withdraw)).refused(DatError::TimelockActive);
    funded.chain.advance_seconds(1);
    funded.send(&[withdraw]).expect("withdraw_to");
}

#[test]
fn the_emergency_admin_refuses_a_withdrawal() {
    let mut funded = FundedEcosystem::new();
    let (eco, safe) = (funded.ecosystem.clone(), funded.safe.pubkey());
    let withdraw = eco.withdraw_to(None, eco.treasury, safe);
    funded.send(&[eco.propose_withdraw_address(safe), eco.emergency_pause(None)]).expect("a pause");
    funded.chain.advance_seconds(3_599);
    for other in [&eco.operator, &funded.safe.insecure_clone()] {
        funded.chain.by(other, eco.clear_withdraw_address()).refused(DatError::UnauthorizedAccess);
    }
    funded.send(&[eco.clear_withdraw_address()]).expect("a veto");
    funded.chain.advance_seconds(1);
    funded.send(std::slice::from_ref(&withdraw)).refused(DatError::NoWithdrawAddress);
    // The earlier acceptance is void. The address must be nominated again, and then waits.
    funded.send(&[eco.accept_withdraw_address(safe)]).refused(DatError::NoWithdrawAddress);
    funded
        .send(&[eco.propose_withdraw_address(safe), eco.accept_withdraw_address(safe)])
        .expect("named again");
    funded.send(std::slice::from_ref(&withdraw)).refused(DatError::TimelockActive);
    funded.chain.advance_seconds(3_600);
    funded.send(&[withdraw]).expect("withdraw_to");
}

#[test]
fn the_emergency_admin_cannot_be_removed_before_a_withdrawal() {
    let mut funded = FundedEcosystem::new();
    let (eco, safe) = (funded.ecosystem.clone(), funded.safe.pubkey());
    let emergency = eco.emergency.pubkey();
    let guard = |funded: &FundedEcosystem| funded.chain.read::<DatState>(&eco.state).emergency_admin;
    funded
        .send(&[eco.set_emergency_admin(None), eco.emergency_pause(None)])
        .expect("remove the emergency admin and pause");
    // A second nomination does not shorten the hour.
    funded.chain.advance_seconds(1_800);
    funded.send(&[eco.set_emergency_admin(Some(safe)), eco.set_emergency_admin(None)]).expect("named");
    let expected = TimelockedRole { now: Some(emergency), next: None, next_at: funded.chain.now() + 3_600 };
    assert_eq!(guard(&funded), expected);
    funded.chain.advance_seconds(1_799);
    let veto = eco.clear_withdraw_address();
    assert!(funded.chain.simulate(&veto).is_ok());
    funded.chain.advance_seconds(1_800);
    assert!(funded.chain.simulate(&veto).is_ok());
    funded.chain.advance_seconds(1);
    funded.chain.by(&eco.emergency, veto).refused(DatError::UnauthorizedAccess);
    funded.chain.by(&eco.emergency, eco.emergency_pause(None)).refused(DatError::UnauthorizedAccess);
}

#[test]
fn the_next_root_is_visible_for_an_hour() {
    let mut funded = FundedEcosystem::new();
    let (eco, root, [one, other]) = (funded.ecosystem.clone(), funded.root, funded.secondaries);
    let set = eco.set_root_token(&one, Some(&root));
    funded.send(std::slice::from_ref(&set)).refused(DatError::RootTokenNotProposed);
    funded.send(&[eco.propose_root_token(&one), set.clone()]).refused(DatError::TimelockActive);
    let event =
        funded.send(&[eco.propose_root_token(&one)]).expect("a proposal").event::<RootTokenProposed>();
    assert_eq!((event.state, event.mint, event.from), (eco.state, one.coin.mint, funded.chain.now() + 3_600));
    funded.chain.advance_seconds(3_599);
    funded.send(std::slice::from_ref(&set)).refused(DatError::TimelockActive);
    // A second proposal replaces the first and waits its own hour.
    let instead = eco.set_root_token(&other, Some(&root));
    funded.send(&[eco.propose_root_token(&other)]).expect("a proposal");
    funded.chain.advance_seconds(1);
    funded.send(std::slice::from_ref(&set)).refused(DatError::RootTokenNotProposed);
    funded.send(std::slice::from_ref(&instead)).refused(DatError::TimelockActive);
    funded.chain.advance_seconds(3_599);
    funded.send(&[instead]).expect("set_root_token");
    // The way back needs another hour.
    funded.send(&[eco.set_root_token(&root, Some(&other))]).refused(DatError::RootTokenNotProposed);
}

#[test]
fn a_root_change_back_and_forth_cannot_avoid_the_split() {
    // As in the audit: make A the root, collect its fees without a split, and go back, which also drops its
    // own share.
    let mut funded = FundedEcosystem::new();
    let (eco, root, [one, _]) = (funded.ecosystem.clone(), funded.root, funded.secondaries);
    let there = [eco.propose_root_token(&one), eco.set_root_token(&one, Some(&root)), eco.collect_fees(&one)];
    let and_back = [eco.propose_root_token(&root), eco.set_root_token(&root, Some(&one))];
    funded.send(&[&there[..], &and_back[..]].concat()).refused(DatError::TimelockActive);
    funded.send(&[eco.update_root_share(Some(&one), 4_980)]).expect("update_root_share");
    funded.send(&[eco.propose_root_token(&one)]).expect("a proposal");
    funded.chain.advance_seconds(3_600);
    let back = eco.set_root_token(&root, Some(&one));
    let all = [eco.set_root_token(&one, Some(&root)), eco.collect_fees(&one), back];
    funded.send(&all).refused(DatError::RootTokenNotProposed);
    funded.send(&[all[0].clone(), eco.propose_root_token(&root)]).expect("one way");
    funded.chain.advance_seconds(3_600);
    funded.send(&all[2..]).expect("and back");
    let share = funded.chain.stats(&one).root_share.expect("a share of its own");
    assert_eq!(share.at(funded.chain.now()), 4_980, "the token keeps its share");
}

#[test]
fn nominations_of_the_old_admin_end_with_the_role() {
    let mut funded = FundedEcosystem::new();
    let (eco, [one, _], safe) = (funded.ecosystem.clone(), funded.secondaries, funded.safe.pubkey());
    let new = funded.chain.wallet(SOL);
    funded
        .send(&[
            eco.propose_root_token(&one),
            eco.set_emergency_admin(Some(safe)),
            eco.propose_withdraw_address(safe),
            eco.propose_admin_transfer(new.pubkey()),
        ])
        .expect("all nominations");
    funded.chain.by(&new, eco.accept_admin_transfer(new.pubkey())).expect("an acceptance");
    let state: DatState = funded.chain.read(&eco.state);
    assert_eq!((state.withdraw_address, state.pending_withdraw_address), (None, None));
    assert_eq!((state.pending_root_mint, state.pending_admin), (None, None));
    assert_eq!(state.emergency_admin, TimelockedRole::fixed(Some(eco.emergency.pubkey())));
    funded.chain.advance_seconds(3_600);
    let set = eco.set_root_token(&one, Some(&funded.root));
    funded.chain.by(&new, set).refused(DatError::RootTokenNotProposed);
    funded.send(&[eco.accept_withdraw_address(safe)]).refused(DatError::NoWithdrawAddress);
}

/// A coin with a foreign creator, ready for admission as a root.
fn foreign_root_candidate(chain: &mut Chain, ecosystem: &Ecosystem) -> Dat {
    let (coin, _) = chain.foreign_coin(Kind::Token2022);
    let dat = ecosystem.dat(coin);
    let (payer, rent) = (chain.payer(), chain.rent(0));
    let vault = transfer(&payer.pubkey(), &dat.coin.vault, rent);
    chain.send(&[vault], &[&payer]).expect("a vault");
    dat
}

#[test]
fn closing_the_root_and_admitting_another_does_not_avoid_the_timelock() {
    let mut chain = Chain::new();
    let ecosystem = chain.ecosystem("eco", |_| ());
    let root = chain.dat(&ecosystem, Kind::Spl, Role::Root);
    chain.airdrop(&ecosystem.treasury, SOL);
    let mine = foreign_root_candidate(&mut chain, &ecosystem);
    let all = [
        ecosystem.close_token_stats(&root),
        ecosystem.admit(&mine, Role::Root, None),
        ecosystem.collect_fees(&mine),
    ];
    chain.send(&all, &[&ecosystem.admin, &ecosystem.operator]).refused(DatError::TimelockActive);
    // Closing the ecosystem in between does not help either.
    let secondary = chain.dat(&ecosystem, Kind::Token2022, Role::Secondary);
    chain.edit(&ecosystem.treasury, |account| account.lamports -= SOL);
    let all = [
        ecosystem.close_token_stats(&root),
        ecosystem.close_token_stats(&secondary),
        ecosystem.close_dat_state(),
        ecosystem.initialize(parameters()),
        ecosystem.admit(&mine, Role::Root, None),
    ];
    chain.send(&all, &[&ecosystem.admin]).refused(DatError::TimelockActive);
    chain.send(&all[..1], &[&ecosystem.admin]).expect("close_token_stats");
    chain.advance_seconds(3_599);
    let admit = [ecosystem.admit(&mine, Role::Root, None)];
    chain.send(&admit, &[&ecosystem.admin]).refused(DatError::TimelockActive);
    chain.advance_seconds(1);
    chain.send(&admit, &[&ecosystem.admin]).expect("another root, an hour later");
}
