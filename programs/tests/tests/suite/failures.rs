//! Counting failed runs: five in a row pause a token.

use dat::events::CycleFailed;
use dat_tests::*;

fn earning() -> (World, Ecosystem, Dat) {
    let mut world = World::new();
    let ecosystem = world.ecosystem("eco", |p| p.max_fees_per_cycle_lamports = 10_000_000);
    let dat = world.dat(&ecosystem, Kind::Token2022, Role::Secondary);
    world.give(&dat.authority, 100_000_000);
    (world, ecosystem, dat)
}

fn fail(world: &mut World, ecosystem: &Ecosystem, dat: &Dat, run: u8) -> Result<Done, Failure> {
    world.by(&ecosystem.operator, ecosystem.record_failure(dat, [run; 16], 6_042))
}

/// Failures of so many runs, from this one on.
fn fail_from(world: &mut World, ecosystem: &Ecosystem, dat: &Dat, run: u8, count: u8) {
    for run in run..run + count {
        fail(world, ecosystem, dat, run).expect("record_failure");
    }
}

#[test]
fn the_fifth_failure_in_a_row_pauses() {
    let (mut world, ecosystem, dat) = earning();
    let other = world.dat(&ecosystem, Kind::Spl, Role::Secondary);
    for run in 1..=6 {
        let event = fail(&mut world, &ecosystem, &dat, run).expect("record_failure").event::<CycleFailed>();
        assert_eq!((event.state, event.mint), (dat.state, dat.coin.mint));
        assert_eq!((event.cycle_id, event.error_code), ([run; 16], 6_042));
        assert_eq!((event.consecutive_failures, event.paused), (run, run >= 5));
        let stats = world.stats(&dat);
        assert_eq!((stats.consecutive_failures, stats.failed_cycles), (run, u64::from(run)));
        assert_eq!((stats.last_failed_id, stats.paused), ([run; 16], run >= 5));
        let outcome = world.attempt(&ecosystem.cycle(&dat, 0));
        if run < 5 {
            outcome.expect("a cycle");
        } else {
            outcome.refused(DatError::DATNotActive);
        }
    }
    // Of the token alone.
    assert!(!world.state(&dat).paused);
    assert_eq!(world.stats(&other).consecutive_failures, 0);
}

#[test]
fn a_cycle_that_goes_through_ends_the_row() {
    let (mut world, ecosystem, dat) = earning();
    fail_from(&mut world, &ecosystem, &dat, 1, 4);
    world.cycle(&ecosystem, &dat);
    assert_eq!(world.stats(&dat).consecutive_failures, 0);
    fail_from(&mut world, &ecosystem, &dat, 5, 4);
    let stats = world.stats(&dat);
    assert_eq!((stats.consecutive_failures, stats.failed_cycles, stats.paused), (4, 8, false));
    // So does its second step, which is what counts.
    world.pass(60);
    let steps = [ecosystem.collect_fees(&dat), ecosystem.execute_buy(&dat, 1)];
    for (step, left) in steps.into_iter().zip([4, 0]) {
        world.by(&ecosystem.operator, step).expect("a step");
        assert_eq!(world.stats(&dat).consecutive_failures, left);
    }
}

#[test]
fn a_run_counts_once() {
    let (mut world, ecosystem, dat) = earning();
    fail(&mut world, &ecosystem, &dat, 1).expect("record_failure");
    fail(&mut world, &ecosystem, &dat, 1).refused(DatError::FailureAlreadyRecorded);
    // Nor has a run failed that went through, whatever its pod says when it dies.
    world.cycle(&ecosystem, &dat);
    let id = world.stats(&dat).last_cycle_id;
    let failed = ecosystem.record_failure(&dat, id, 0);
    world.by(&ecosystem.operator, failed).refused(DatError::FailureAlreadyRecorded);
    let stats = world.stats(&dat);
    assert_eq!((stats.consecutive_failures, stats.failed_cycles), (0, 1));
}

#[test]
fn resume_forgets_the_row_and_not_the_count() {
    let (mut world, ecosystem, dat) = earning();
    fail_from(&mut world, &ecosystem, &dat, 1, 5);
    world.by(&ecosystem.operator, ecosystem.resume(Some(&dat))).refused(DatError::UnauthorizedAccess);
    world.by(&ecosystem.admin, ecosystem.resume(Some(&dat))).expect("resume");
    let stats = world.stats(&dat);
    assert_eq!((stats.consecutive_failures, stats.failed_cycles, stats.paused), (0, 5, false));
    fail_from(&mut world, &ecosystem, &dat, 6, 4);
    world.cycle(&ecosystem, &dat);
    assert_eq!(world.stats(&dat).failed_cycles, 9);
}

#[test]
fn resuming_the_ecosystem_leaves_a_failed_token_paused() {
    let (mut world, ecosystem, dat) = earning();
    fail_from(&mut world, &ecosystem, &dat, 1, 5);
    world.by(&ecosystem.admin, ecosystem.resume(None)).expect("resume");
    world.by(&ecosystem.admin, ecosystem.set_active(Some(&dat), true)).expect("set_active");
    world.by(&ecosystem.operator, ecosystem.cycle(&dat, 0)).refused(DatError::DATNotActive);
}
