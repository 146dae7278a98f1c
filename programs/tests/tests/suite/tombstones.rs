//! What is closed leaves its promises behind: nobody takes an address over, and coming back escapes no share, step, count
//! or interval.

use dat::events::TokenStatsInitialized;
use dat_tests::*;

fn close(world: &mut World, ecosystem: &Ecosystem, dat: &Dat) {
    world.by(&ecosystem.admin, ecosystem.close_token_stats(dat)).expect("close_token_stats");
}

fn admit(
    world: &mut World,
    ecosystem: &Ecosystem,
    dat: &Dat,
    role: Role,
    share: Option<u16>,
) -> Result<Done, Failure> {
    world.by(&ecosystem.admin, ecosystem.admit(dat, role, share))
}

/// An ecosystem that has been handed over and closed, and its admins: the one it was named by, and the last one.
fn handed_over(world: &mut World) -> (Ecosystem, [Keypair; 2]) {
    let ecosystem = world.ecosystem("eco", |_| ());
    let (old, new) = (ecosystem.admin.insecure_clone(), world.wallet(100 * SOL));
    world.by(&old, ecosystem.propose_admin_transfer(new.pubkey())).expect("a proposal");
    world.by(&new, ecosystem.accept_admin_transfer(new.pubkey())).expect("an acceptance");
    world.by(&new, ecosystem.close_dat_state()).expect("close_dat_state");
    (ecosystem, [old, new])
}

#[test]
fn the_old_admin_cannot_take_a_closed_ecosystems_addresses_over() {
    let mut world = World::new();
    let (ecosystem, [old, new]) = handed_over(&mut world);
    let again = ecosystem.initialize(parameters());
    for stranger in [&old, &ecosystem.operator, &ecosystem.emergency, &world.rich()] {
        world.give(&stranger.pubkey(), SOL);
        world.by(stranger, again.clone()).refused(DatError::UnauthorizedAccess);
    }
    let state = world.account(&ecosystem.state);
    assert_eq!(world.read::<DatState>(&ecosystem.state).admin, new.pubkey());
    world.by(&new, again.clone()).expect("initialize_dat_state");
    let open: DatState = world.read(&ecosystem.state);
    assert_eq!((open.admin, open.closed, open.treasury), (new.pubkey(), false, ecosystem.treasury));
    assert_eq!(world.account(&ecosystem.state).lamports, state.lamports);
    // Opened, it is there like any other.
    for admin in [&old, &new] {
        world.by(admin, again.clone()).refused(DatError::AlreadyInitialized);
    }
}

#[test]
fn a_closed_ecosystem_opens_at_the_share_that_was_promised() {
    let mut world = World::new();
    let (mut ecosystem, [_, new]) = handed_over(&mut world);
    for other in [4_479, 4_481, 1_000, 9_000] {
        let again = ecosystem.initialize_with(other, parameters());
        world.by(&new, again).refused(DatError::InvalidRootShare);
    }
    world.by(&new, ecosystem.initialize(parameters())).expect("initialize_dat_state");
    ecosystem.admin = new;
    // A change that is on its way goes its way.
    world.by(&ecosystem.admin, ecosystem.update_root_share(None, 4_000)).expect("update_root_share");
    let promised = world.read::<DatState>(&ecosystem.state).root_share;
    world.by(&ecosystem.admin, ecosystem.close_dat_state()).expect("close_dat_state");
    world
        .by(&ecosystem.admin, ecosystem.initialize_with(4_000, parameters()))
        .refused(DatError::InvalidRootShare);
    world.by(&ecosystem.admin, ecosystem.initialize(parameters())).expect("initialize_dat_state");
    assert_eq!(world.read::<DatState>(&ecosystem.state).root_share, promised);
}

#[test]
fn a_closed_ecosystem_takes_no_token_in() {
    let mut world = World::new();
    let ecosystem = world.ecosystem("eco", |_| ());
    let dat = world.candidate(&ecosystem, Kind::Spl);
    world.by(&ecosystem.admin, ecosystem.close_dat_state()).expect("close_dat_state");
    admit(&mut world, &ecosystem, &dat, Role::Secondary, None).refused(DatError::DATNotActive);
    world.by(&ecosystem.admin, ecosystem.initialize(parameters())).expect("initialize_dat_state");
    world.admit(&ecosystem, &dat, Role::Secondary, None);
    world.give(&dat.authority, 20_000_000);
    world.cycle(&ecosystem, &dat);
}

#[test]
fn closing_and_coming_back_is_no_way_to_another_share() {
    let mut world = World::new();
    let ecosystem = world.ecosystem("eco", |_| ());
    for share in [None, Some(6_000)] {
        let dat = world.dat_with(&ecosystem, Kind::Spl, Role::Secondary, share);
        close(&mut world, &ecosystem, &dat);
        for other in [1_000, 4_480, 6_000, 9_000] {
            let outcome = admit(&mut world, &ecosystem, &dat, Role::Secondary, Some(other));
            outcome.refused(DatError::InvalidRootShare);
        }
        admit(&mut world, &ecosystem, &dat, Role::Secondary, None).expect("back again");
        world.give(&dat.authority, 10_000_000);
        let promised = u64::from(share.unwrap_or(4_480));
        assert_eq!(world.cycle(&ecosystem, &dat).to_root, promised * 1_000);
    }
}

#[test]
fn a_change_of_share_that_is_on_its_way_survives_closing() {
    let mut world = World::new();
    let ecosystem = world.ecosystem("eco", |_| ());
    let dat = world.dat(&ecosystem, Kind::Token2022, Role::Secondary);
    world.by(&ecosystem.admin, ecosystem.update_root_share(Some(&dat), 4_000)).expect("update_root_share");
    let promised = world.stats(&dat).root_share;
    close(&mut world, &ecosystem, &dat);
    admit(&mut world, &ecosystem, &dat, Role::Secondary, None).expect("back again");
    assert_eq!(world.stats(&dat).root_share, promised);
    world.give(&dat.authority, 10_000_000);
    assert_eq!(world.cycle(&ecosystem, &dat).to_root, 4_480_000);
    world.pass(3_600);
    world.give(&dat.authority, 10_000_000);
    let event = world.cycle(&ecosystem, &dat);
    assert_eq!(event.to_root, event.inflow * 4_000 / 10_000);
    close(&mut world, &ecosystem, &dat);
    let back = admit(&mut world, &ecosystem, &dat, Role::Secondary, None).expect("back again");
    assert_eq!(back.event::<TokenStatsInitialized>().root_share_bps, Some(4_000), "the share that holds");
}

#[test]
fn a_secondary_does_not_come_back_as_the_root() {
    let mut world = World::new();
    let ecosystem = world.ecosystem("eco", |_| ());
    let dat = world.dat_with(&ecosystem, Kind::Spl, Role::Secondary, Some(3_000));
    close(&mut world, &ecosystem, &dat);
    admit(&mut world, &ecosystem, &dat, Role::Root, None).refused(DatError::InvalidRootToken);
    assert_eq!(world.state(&dat).root_mint, None);
    // A root may: as what it was, or as a secondary at the share that it had before.
    admit(&mut world, &ecosystem, &dat, Role::Secondary, None).expect("back again");
    world.by(&ecosystem.admin, ecosystem.propose_root_token(&dat)).expect("propose_root_token");
    world.pass(3_600);
    world.by(&ecosystem.admin, ecosystem.set_root_token(&dat, None)).expect("set_root_token");
    close(&mut world, &ecosystem, &dat);
    admit(&mut world, &ecosystem, &dat, Role::Root, None).refused(DatError::TimelockActive);
    world.pass(3_600);
    admit(&mut world, &ecosystem, &dat, Role::Root, None).expect("back again");
    assert_eq!((world.state(&dat).root_mint, world.stats(&dat).role), (Some(dat.coin.mint), Role::Root));
    close(&mut world, &ecosystem, &dat);
    admit(&mut world, &ecosystem, &dat, Role::Secondary, None).expect("back again");
    world.give(&dat.authority, 10_000_000);
    assert_eq!(world.cycle(&ecosystem, &dat).to_root, 3_000_000);
}

#[test]
fn two_roots_do_not_come_of_closing() {
    let mut world = World::new();
    let ecosystem = world.ecosystem("eco", |_| ());
    let first = world.dat(&ecosystem, Kind::Spl, Role::Root);
    close(&mut world, &ecosystem, &first);
    world.pass(3_600);
    let second = world.dat(&ecosystem, Kind::Token2022, Role::Root);
    admit(&mut world, &ecosystem, &first, Role::Root, None).refused(DatError::RootTokenAlreadySet);
    admit(&mut world, &ecosystem, &first, Role::Secondary, None).expect("back again");
    assert_eq!((world.state(&first).root_mint, world.state(&first).token_count), (Some(second.coin.mint), 2));
}

#[test]
fn counts_interval_failures_and_pause_survive_closing() {
    let mut world = World::new();
    let ecosystem = world.ecosystem("eco", |_| ());
    let dat = world.dat(&ecosystem, Kind::Token2022, Role::Secondary);
    world.give(&dat.authority, 20_000_000);
    world.cycle(&ecosystem, &dat);
    world.by(&ecosystem.operator, ecosystem.record_failure(&dat, [1; 16], 7)).expect("record_failure");
    world.by(&ecosystem.emergency, ecosystem.emergency_pause(Some(&dat))).expect("emergency_pause");
    let before = world.stats(&dat);
    close(&mut world, &ecosystem, &dat);
    admit(&mut world, &ecosystem, &dat, Role::Secondary, None).expect("back again");
    let after = world.stats(&dat);
    assert_eq!((after.cycle_count, after.last_cycle_at), (1, before.last_cycle_at));
    assert_eq!((after.cycles_in_hour, after.cycles_in_day), (1, 1));
    assert_eq!((after.failed_cycles, after.consecutive_failures), (1, 1));
    assert_eq!(
        (after.paused, after.paused_at, after.total_burned),
        (true, before.paused_at, before.total_burned)
    );
    world.by(&ecosystem.admin, ecosystem.resume(Some(&dat))).expect("resume");
    world.give(&dat.authority, 20_000_000);
    // Neither is a cycle of before sent again, nor one sooner than it may.
    world.by(&ecosystem.operator, ecosystem.cycle(&dat, 0)).refused(DatError::CycleMismatch);
    world.by(&ecosystem.operator, ecosystem.cycle(&dat, 1)).refused(DatError::CycleTooSoon);
    world.pass(60);
    assert_eq!(world.cycle(&ecosystem, &dat).cycle, 2);
    world.assert_books(&dat);
}

#[test]
fn a_look_does_not_survive_closing() {
    let mut world = World::new();
    world.looks_in_time = false;
    let ecosystem = world.ecosystem("eco", |_| ());
    let dat = world.dat(&ecosystem, Kind::Spl, Role::Secondary);
    world.by(&ecosystem.operator, ecosystem.observe(&dat, false)).expect("observe");
    world.pass_slots(8);
    close(&mut world, &ecosystem, &dat);
    admit(&mut world, &ecosystem, &dat, Role::Secondary, None).expect("back again");
    world.give(&dat.authority, 20_000_000);
    world.by(&ecosystem.operator, ecosystem.cycle(&dat, 0)).refused(DatError::PriceNotObserved);
}
