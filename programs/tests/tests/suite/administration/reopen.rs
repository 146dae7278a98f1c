//! Closed tokens and ecosystems that come back. Nobody else can take their addresses, and share, timelock,
//! counts and interval stay.

use dat::events::TokenStatsInitialized;
use dat_tests::*;

fn close(chain: &mut Chain, ecosystem: &Ecosystem, dat: &Dat) {
    chain.by(&ecosystem.admin, ecosystem.close_token_stats(dat)).expect("close_token_stats");
}

fn admit(
    chain: &mut Chain,
    ecosystem: &Ecosystem,
    dat: &Dat,
    role: Role,
    share: Option<u16>,
) -> Result<Success, Failure> {
    chain.by(&ecosystem.admin, ecosystem.admit(dat, role, share))
}

/// A closed ecosystem with a changed admin, and its first and last admin.
fn handed_over(chain: &mut Chain) -> (Ecosystem, [Keypair; 2]) {
    let ecosystem = chain.ecosystem("eco", |_| ());
    let (old, new) = (ecosystem.admin.insecure_clone(), chain.wallet(100 * SOL));
    chain.by(&old, ecosystem.propose_admin_transfer(new.pubkey())).expect("a proposal");
    chain.by(&new, ecosystem.accept_admin_transfer(new.pubkey())).expect("an acceptance");
    chain.by(&new, ecosystem.close_dat_state()).expect("close_dat_state");
    (ecosystem, [old, new])
}

#[test]
fn the_old_admin_cannot_reopen_a_closed_ecosystem() {
    let mut chain = Chain::new();
    let (ecosystem, [old, new]) = handed_over(&mut chain);
    let again = ecosystem.initialize(parameters());
    for stranger in [&old, &ecosystem.operator, &ecosystem.emergency, &chain.payer()] {
        chain.airdrop(&stranger.pubkey(), SOL);
        chain.by(stranger, again.clone()).refused(DatError::UnauthorizedAccess);
    }
    let state = chain.account(&ecosystem.state);
    assert_eq!(chain.read::<DatState>(&ecosystem.state).admin, new.pubkey());
    chain.by(&new, again.clone()).expect("initialize_dat_state");
    let open: DatState = chain.read(&ecosystem.state);
    assert_eq!((open.admin, open.closed, open.treasury), (new.pubkey(), false, ecosystem.treasury));
    assert_eq!(chain.account(&ecosystem.state).lamports, state.lamports);
    // An open ecosystem cannot be initialized.
    for admin in [&old, &new] {
        chain.by(admin, again.clone()).refused(DatError::AlreadyInitialized);
    }
}

#[test]
fn a_closed_ecosystem_reopens_at_its_old_share() {
    let mut chain = Chain::new();
    let (mut ecosystem, [_, new]) = handed_over(&mut chain);
    for other in [4_479, 4_481, 1_000, 9_000] {
        let again = ecosystem.initialize_with(other, parameters());
        chain.by(&new, again).refused(DatError::InvalidRootShare);
    }
    chain.by(&new, ecosystem.initialize(parameters())).expect("initialize_dat_state");
    ecosystem.admin = new;
    // A pending change of the share continues.
    chain.by(&ecosystem.admin, ecosystem.update_root_share(None, 4_000)).expect("update_root_share");
    let promised = chain.read::<DatState>(&ecosystem.state).root_share;
    chain.by(&ecosystem.admin, ecosystem.close_dat_state()).expect("close_dat_state");
    chain
        .by(&ecosystem.admin, ecosystem.initialize_with(4_000, parameters()))
        .refused(DatError::InvalidRootShare);
    chain.by(&ecosystem.admin, ecosystem.initialize(parameters())).expect("initialize_dat_state");
    assert_eq!(chain.read::<DatState>(&ecosystem.state).root_share, promised);
}

#[test]
fn a_closed_ecosystem_admits_no_token() {
    let mut chain = Chain::new();
    let ecosystem = chain.ecosystem("eco", |_| ());
    let dat = chain.candidate(&ecosystem, Kind::Spl);
    chain.by(&ecosystem.admin, ecosystem.close_dat_state()).expect("close_dat_state");
    admit(&mut chain, &ecosystem, &dat, Role::Secondary, None).refused(DatError::DATNotActive);
    chain.by(&ecosystem.admin, ecosystem.initialize(parameters())).expect("initialize_dat_state");
    chain.admit(&ecosystem, &dat, Role::Secondary, None);
    chain.airdrop(&dat.authority, 20_000_000);
    chain.cycle(&ecosystem, &dat);
}

#[test]
fn closing_and_readmitting_cannot_change_the_share() {
    let mut chain = Chain::new();
    let ecosystem = chain.ecosystem("eco", |_| ());
    for share in [None, Some(6_000)] {
        let dat = chain.dat_with(&ecosystem, Kind::Spl, Role::Secondary, share);
        close(&mut chain, &ecosystem, &dat);
        for other in [1_000, 4_480, 6_000, 9_000] {
            let outcome = admit(&mut chain, &ecosystem, &dat, Role::Secondary, Some(other));
            outcome.refused(DatError::InvalidRootShare);
        }
        admit(&mut chain, &ecosystem, &dat, Role::Secondary, None).expect("back again");
        chain.airdrop(&dat.authority, 10_000_000);
        let promised = u64::from(share.unwrap_or(4_480));
        assert_eq!(chain.cycle(&ecosystem, &dat).to_root, promised * 1_000);
    }
}

#[test]
fn a_pending_share_change_survives_closing() {
    let mut chain = Chain::new();
    let ecosystem = chain.ecosystem("eco", |_| ());
    let dat = chain.dat(&ecosystem, Kind::Token2022, Role::Secondary);
    chain.by(&ecosystem.admin, ecosystem.update_root_share(Some(&dat), 4_000)).expect("update_root_share");
    let promised = chain.stats(&dat).root_share;
    close(&mut chain, &ecosystem, &dat);
    admit(&mut chain, &ecosystem, &dat, Role::Secondary, None).expect("back again");
    assert_eq!(chain.stats(&dat).root_share, promised);
    chain.airdrop(&dat.authority, 10_000_000);
    assert_eq!(chain.cycle(&ecosystem, &dat).to_root, 4_480_000);
    chain.advance_seconds(3_600);
    chain.airdrop(&dat.authority, 10_000_000);
    let event = chain.cycle(&ecosystem, &dat);
    assert_eq!(event.to_root, event.inflow * 4_000 / 10_000);
    close(&mut chain, &ecosystem, &dat);
    let back = admit(&mut chain, &ecosystem, &dat, Role::Secondary, None).expect("back again");
    assert_eq!(back.event::<TokenStatsInitialized>().root_share_bps, Some(4_000), "the current share");
}

#[test]
fn a_closed_secondary_cannot_return_as_the_root() {
    let mut chain = Chain::new();
    let ecosystem = chain.ecosystem("eco", |_| ());
    let dat = chain.dat_with(&ecosystem, Kind::Spl, Role::Secondary, Some(3_000));
    close(&mut chain, &ecosystem, &dat);
    admit(&mut chain, &ecosystem, &dat, Role::Root, None).refused(DatError::InvalidRootToken);
    assert_eq!(chain.state(&dat).root_mint, None);
    // A closed root may return as the root, or as a secondary with its earlier share.
    admit(&mut chain, &ecosystem, &dat, Role::Secondary, None).expect("back again");
    chain.by(&ecosystem.admin, ecosystem.propose_root_token(&dat)).expect("propose_root_token");
    chain.advance_seconds(3_600);
    chain.by(&ecosystem.admin, ecosystem.set_root_token(&dat, None)).expect("set_root_token");
    close(&mut chain, &ecosystem, &dat);
    admit(&mut chain, &ecosystem, &dat, Role::Root, None).refused(DatError::TimelockActive);
    chain.advance_seconds(3_600);
    admit(&mut chain, &ecosystem, &dat, Role::Root, None).expect("back again");
    assert_eq!((chain.state(&dat).root_mint, chain.stats(&dat).role), (Some(dat.coin.mint), Role::Root));
    close(&mut chain, &ecosystem, &dat);
    admit(&mut chain, &ecosystem, &dat, Role::Secondary, None).expect("back again");
    chain.airdrop(&dat.authority, 10_000_000);
    assert_eq!(chain.cycle(&ecosystem, &dat).to_root, 3_000_000);
}

#[test]
fn closing_cannot_produce_two_roots() {
    let mut chain = Chain::new();
    let ecosystem = chain.ecosystem("eco", |_| ());
    let first = chain.dat(&ecosystem, Kind::Spl, Role::Root);
    close(&mut chain, &ecosystem, &first);
    chain.advance_seconds(3_600);
    let second = chain.dat(&ecosystem, Kind::Token2022, Role::Root);
    admit(&mut chain, &ecosystem, &first, Role::Root, None).refused(DatError::RootTokenAlreadySet);
    admit(&mut chain, &ecosystem, &first, Role::Secondary, None).expect("back again");
    assert_eq!((chain.state(&first).root_mint, chain.state(&first).token_count), (Some(second.coin.mint), 2));
}

#[test]
fn counts_interval_failures_and_pause_survive_closing() {
    let mut chain = Chain::new();
    let ecosystem = chain.ecosystem("eco", |_| ());
    let dat = chain.dat(&ecosystem, Kind::Token2022, Role::Secondary);
    chain.airdrop(&dat.authority, 20_000_000);
    chain.cycle(&ecosystem, &dat);
    chain.by(&ecosystem.operator, ecosystem.record_failure(&dat, [1; 16], 7)).expect("record_failure");
    chain.by(&ecosystem.emergency, ecosystem.emergency_pause(Some(&dat))).expect("emergency_pause");
    let before = chain.stats(&dat);
    close(&mut chain, &ecosystem, &dat);
    admit(&mut chain, &ecosystem, &dat, Role::Secondary, None).expect("back again");
    let after = chain.stats(&dat);
    assert_eq!((after.cycle_count, after.last_cycle_at), (1, before.last_cycle_at));
    assert_eq!((after.cycles_in_hour, after.cycles_in_day), (1, 1));
    assert_eq!((after.failed_cycles, after.consecutive_failures), (1, 1));
    assert_eq!(
        (after.paused, after.paused_at, after.total_burned),
        (true, before.paused_at, before.total_burned)
    );
    chain.by(&ecosystem.admin, ecosystem.resume(Some(&dat))).expect("resume");
    chain.airdrop(&dat.authority, 20_000_000);
    // An earlier cycle cannot run again, and the interval still applies.
    chain.by(&ecosystem.operator, ecosystem.cycle(&dat, 0)).refused(DatError::CycleMismatch);
    chain.by(&ecosystem.operator, ecosystem.cycle(&dat, 1)).refused(DatError::CycleTooSoon);
    chain.advance_seconds(60);
    assert_eq!(chain.cycle(&ecosystem, &dat).cycle, 2);
    chain.assert_accounted(&dat);
}

#[test]
fn an_observation_does_not_survive_closing() {
    let mut chain = Chain::new();
    chain.auto_observe = false;
    let ecosystem = chain.ecosystem("eco", |_| ());
    let dat = chain.dat(&ecosystem, Kind::Spl, Role::Secondary);
    chain.by(&ecosystem.operator, ecosystem.observe(&dat, false)).expect("observe");
    chain.advance_slots(8);
    close(&mut chain, &ecosystem, &dat);
    admit(&mut chain, &ecosystem, &dat, Role::Secondary, None).expect("back again");
    chain.airdrop(&dat.authority, 20_000_000);
    chain.by(&ecosystem.operator, ecosystem.cycle(&dat, 0)).refused(DatError::PriceNotObserved);
}

#[test]
fn a_reopened_ecosystem_keeps_its_emergency_admin_for_an_hour() {
    let mut chain = Chain::new();
    let (ecosystem, dat) = chain.earning(Kind::Token2022, Role::Secondary);
    let mut after = ecosystem.clone();
    after.emergency = chain.wallet(SOL);
    let all = [
        ecosystem.close_token_stats(&dat),
        ecosystem.close_dat_state(),
        after.initialize(parameters()),
        after.admit(&dat, Role::Secondary, None),
    ];
    chain.send(&all, &[&ecosystem.admin]).expect("closed and opened");
    chain.by(&after.emergency, after.emergency_pause(None)).refused(DatError::UnauthorizedAccess);
    chain
        .by(&ecosystem.emergency, ecosystem.clear_withdraw_address())
        .expect("the old emergency admin keeps the role");
    chain.advance_seconds(3_600);
    chain.by(&ecosystem.emergency, ecosystem.clear_withdraw_address()).refused(DatError::UnauthorizedAccess);
    chain.by(&after.emergency, after.emergency_pause(None)).expect("the next one");
}
