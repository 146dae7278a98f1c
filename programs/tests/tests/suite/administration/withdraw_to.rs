//! `propose_withdraw_address`, `accept_withdraw_address` and `withdraw_to`: pause and acceptance must both be
//! an hour old.

use dat::events::{RolesChanged, Withdrawn};
use dat_tests::*;

/// A root and a secondary with carried lamports and new inflow, a treasury, and a shared authority with
/// lamports.
fn earning() -> (Chain, Ecosystem, [Dat; 2]) {
    let mut chain = Chain::new();
    let ecosystem = chain.ecosystem("eco", |p| p.max_fees_per_cycle_lamports = 10_000_000);
    let dats = [Role::Root, Role::Secondary].map(|role| chain.dat(&ecosystem, Kind::Token2022, role));
    for dat in &dats {
        chain.airdrop(&dat.authority, 50_000_000);
        chain.cycle(&ecosystem, dat);
        chain.airdrop(&dat.authority, 7_000_000);
    }
    let rent = chain.rent(0);
    chain.airdrop(&ecosystem.shared_authority, rent + 9_000_000);
    (chain, ecosystem, dats)
}

/// An address that was nominated and has accepted.
fn accepted(chain: &mut Chain, ecosystem: &Ecosystem) -> Keypair {
    let safe = chain.keypair();
    let propose = ecosystem.propose_withdraw_address(safe.pubkey());
    chain.by(&ecosystem.admin, propose).expect("a proposal");
    chain.by(&safe, ecosystem.accept_withdraw_address(safe.pubkey())).expect("an acceptance");
    safe
}

fn pause(chain: &mut Chain, ecosystem: &Ecosystem, scope: Option<&Dat>) {
    chain.by(&ecosystem.emergency, ecosystem.emergency_pause(scope)).expect("emergency_pause");
}

#[test]
fn an_address_must_be_named_and_must_accept() {
    let (mut chain, ecosystem, [root, _]) = earning();
    pause(&mut chain, &ecosystem, None);
    let safe = chain.keypair();
    let withdraw = ecosystem.withdraw(&root, safe.pubkey());
    chain.by(&ecosystem.admin, withdraw.clone()).refused(DatError::NoWithdrawAddress);

    let propose = ecosystem.propose_withdraw_address(safe.pubkey());
    let event = chain.by(&ecosystem.admin, propose).expect("a proposal").event::<RolesChanged>();
    assert_eq!((event.withdraw_address, event.pending_withdraw_address), (None, Some(safe.pubkey())));
    chain.by(&ecosystem.admin, withdraw.clone()).refused(DatError::NoWithdrawAddress);
    let accept = ecosystem.accept_withdraw_address(safe.pubkey());
    for other in [&ecosystem.admin, &ecosystem.operator, &ecosystem.emergency, &chain.payer()] {
        chain.by(other, accept.clone()).refused(DatError::UnauthorizedAccess);
    }

    let event = chain.by(&safe, accept.clone()).expect("an acceptance").event::<RolesChanged>();
    assert_eq!((event.withdraw_address, event.pending_withdraw_address), (Some(safe.pubkey()), None));
    assert_eq!(event.withdraw_from, chain.now() + 3_600);
    chain.by(&safe, accept).refused(DatError::NoWithdrawAddress);
    chain.advance_seconds(3_599);
    chain.by(&ecosystem.admin, withdraw.clone()).refused(DatError::TimelockActive);
    chain.advance_seconds(1);
    chain.by(&ecosystem.admin, withdraw).expect("withdraw_to");
}

#[test]
fn a_new_address_waits_its_own_hour() {
    let (mut chain, ecosystem, [root, secondary]) = earning();
    pause(&mut chain, &ecosystem, None);
    let old = accepted(&mut chain, &ecosystem);
    chain.advance_seconds(3_600);
    // A nomination does not affect the old address.
    let new = chain.keypair();
    let propose = ecosystem.propose_withdraw_address(new.pubkey());
    chain.by(&ecosystem.admin, propose).expect("a proposal");
    chain.by(&ecosystem.admin, ecosystem.withdraw(&root, old.pubkey())).expect("withdraw_to");
    chain.by(&new, ecosystem.accept_withdraw_address(new.pubkey())).expect("an acceptance");
    let to = |key: &Keypair| ecosystem.withdraw(&secondary, key.pubkey());
    chain.by(&ecosystem.admin, to(&old)).refused(DatError::NoWithdrawAddress);
    chain.by(&ecosystem.admin, to(&new)).refused(DatError::TimelockActive);
    chain.advance_seconds(3_600);
    chain.by(&ecosystem.admin, to(&new)).expect("withdraw_to");
}

#[test]
fn a_withdrawal_empties_a_paused_token_to_its_rent() {
    let (mut chain, ecosystem, dats) = earning();
    let safe = accepted(&mut chain, &ecosystem);
    dats.iter().for_each(|dat| pause(&mut chain, &ecosystem, Some(dat)));
    chain.advance_seconds(3_600);
    let mut all = 0;
    for dat in dats {
        let before = chain.stats(&dat);
        let held = chain.lamports(&dat.authority) - chain.rent(0);
        let treasury = chain.lamports(&ecosystem.treasury);
        assert_eq!(held, before.carried_lamports + 7_000_000);
        let withdraw = ecosystem.withdraw(&dat, safe.pubkey());
        let event = chain.by(&ecosystem.admin, withdraw.clone()).expect("withdraw_to").event::<Withdrawn>();
        assert_eq!((event.state, event.mint), (ecosystem.state, Some(dat.coin.mint)));
        assert_eq!((event.to, event.lamports), (safe.pubkey(), held));
        all += held;
        assert_eq!(chain.lamports(&safe.pubkey()), all);
        assert_eq!(chain.lamports(&dat.authority), chain.rent(0));
        // Inflow that was not yet split is withdrawn without a split.
        assert_eq!(chain.lamports(&ecosystem.treasury), treasury);
        let stats = chain.stats(&dat);
        assert_eq!(stats.total_inflow_lamports, before.total_inflow_lamports + 7_000_000);
        assert_eq!((stats.total_withdrawn_lamports, stats.carried_lamports), (held, 0));
        assert_eq!(stats.total_to_root_lamports, before.total_to_root_lamports);
        chain.assert_accounted(&dat);

        // A second withdrawal brings nothing, and the token continues after a resume.
        let event = chain.by(&ecosystem.admin, withdraw).expect("withdraw_to").event::<Withdrawn>();
        assert_eq!(event.lamports, 0);
        chain.by(&ecosystem.admin, ecosystem.resume(Some(&dat))).expect("resume");
        chain.advance_seconds(60);
        chain.airdrop(&dat.authority, 50_000_000);
        assert_eq!(chain.cycle(&ecosystem, &dat).carried_in, 0);
        chain.assert_accounted(&dat);
    }
}

#[test]
fn a_withdrawal_empties_treasury_and_shared_authority_to_their_rent() {
    let (mut chain, ecosystem, [root, _]) = earning();
    let safe = accepted(&mut chain, &ecosystem);
    pause(&mut chain, &ecosystem, None);
    chain.advance_seconds(3_600);
    let stats = chain.account(&root.stats);
    let mut all = 0;
    for (from, held) in [(ecosystem.treasury, 22_400_000), (ecosystem.shared_authority, 9_000_000)] {
        let withdraw = ecosystem.withdraw_to(None, from, safe.pubkey());
        let event = chain.by(&ecosystem.admin, withdraw).expect("withdraw_to").event::<Withdrawn>();
        assert_eq!((event.state, event.mint), (ecosystem.state, None));
        assert_eq!((event.to, event.lamports), (safe.pubkey(), held));
        all += held;
        assert_eq!(chain.lamports(&safe.pubkey()), all);
        assert_eq!(chain.lamports(&from), chain.rent(0));
    }
    assert_eq!(chain.account(&root.stats), stats);
    // The treasury does not belong to a token, and an authority does not belong to the ecosystem.
    for (scope, from) in [(None, root.authority), (Some(&root), ecosystem.treasury)] {
        let withdraw = ecosystem.withdraw_to(scope, from, safe.pubkey());
        chain.by(&ecosystem.admin, withdraw).refused(DatError::MintMismatch);
    }
}

#[test]
fn nothing_can_be_withdrawn_without_a_pause() {
    let (mut chain, ecosystem, [root, secondary]) = earning();
    let safe = accepted(&mut chain, &ecosystem).pubkey();
    chain.advance_seconds(3_600);
    let treasury = ecosystem.withdraw_to(None, ecosystem.treasury, safe);
    let shared = ecosystem.withdraw_to(None, ecosystem.shared_authority, safe);
    let withdrawals =
        [ecosystem.withdraw(&root, safe), ecosystem.withdraw(&secondary, safe), treasury, shared];
    let may = |chain: &Chain| withdrawals.clone().map(|withdraw| chain.simulate(&withdraw).is_ok());
    assert_eq!(may(&chain), [false; 4]);
    // An inactive token is not a paused one.
    for scope in [None, Some(&root)] {
        chain.by(&ecosystem.admin, ecosystem.set_active(scope, false)).expect("set_active");
    }
    assert_eq!(may(&chain), [false; 4]);
    for withdraw in withdrawals.clone() {
        chain.by(&ecosystem.admin, withdraw).refused(DatError::NotPaused);
    }
    // A paused token allows a withdrawal from its own authority, a paused ecosystem from every account.
    pause(&mut chain, &ecosystem, Some(&root));
    chain.advance_seconds(3_599);
    assert_eq!(may(&chain), [false; 4]);
    chain.advance_seconds(1);
    assert_eq!(may(&chain), [true, false, false, false]);
    pause(&mut chain, &ecosystem, None);
    chain.advance_seconds(3_599);
    assert_eq!(may(&chain), [true, false, false, false]);
    chain.advance_seconds(1);
    assert_eq!(may(&chain), [true; 4]);
}
