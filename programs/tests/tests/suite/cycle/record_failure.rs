//! `record_failure`: the fifth failure in a row pauses a token.

use dat::events::CycleFailed;
use dat_tests::*;

fn earning() -> (Chain, Ecosystem, Dat) {
    let mut chain = Chain::new();
    let ecosystem = chain.ecosystem("eco", |p| p.max_fees_per_cycle_lamports = 10_000_000);
    let dat = chain.dat(&ecosystem, Kind::Token2022, Role::Secondary);
    chain.airdrop(&dat.authority, 100_000_000);
    (chain, ecosystem, dat)
}

fn fail(chain: &mut Chain, ecosystem: &Ecosystem, dat: &Dat, run: u8) -> Result<Success, Failure> {
    chain.by(&ecosystem.operator, ecosystem.record_failure(dat, [run; 16], 6_042))
}

/// Records the failures of `count` runs, beginning with `run`.
fn fail_from(chain: &mut Chain, ecosystem: &Ecosystem, dat: &Dat, run: u8, count: u8) {
    for run in run..run + count {
        fail(chain, ecosystem, dat, run).expect("record_failure");
    }
}

#[test]
fn the_fifth_failure_in_a_row_pauses_the_token() {
    let (mut chain, ecosystem, dat) = earning();
    let other = chain.dat(&ecosystem, Kind::Spl, Role::Secondary);
    for run in 1..=6 {
        let event = fail(&mut chain, &ecosystem, &dat, run).expect("record_failure").event::<CycleFailed>();
        assert_eq!((event.state, event.mint), (dat.state, dat.coin.mint));
        assert_eq!((event.cycle_id, event.error_code), ([run; 16], 6_042));
        assert_eq!((event.consecutive_failures, event.paused), (run, run >= 5));
        let stats = chain.stats(&dat);
        assert_eq!((stats.consecutive_failures, stats.failed_cycles), (run, u64::from(run)));
        assert_eq!((stats.last_failed_id, stats.paused), ([run; 16], run >= 5));
        let outcome = chain.simulate(&ecosystem.cycle(&dat, 0));
        if run < 5 {
            outcome.expect("a cycle");
        } else {
            outcome.refused(DatError::DATNotActive);
        }
    }
    // Only the token is paused.
    assert!(!chain.state(&dat).paused);
    assert_eq!(chain.stats(&other).consecutive_failures, 0);
}

#[test]
fn a_successful_cycle_resets_the_failures() {
    let (mut chain, ecosystem, dat) = earning();
    fail_from(&mut chain, &ecosystem, &dat, 1, 4);
    chain.cycle(&ecosystem, &dat);
    assert_eq!(chain.stats(&dat).consecutive_failures, 0);
    fail_from(&mut chain, &ecosystem, &dat, 5, 4);
    let stats = chain.stats(&dat);
    assert_eq!((stats.consecutive_failures, stats.failed_cycles, stats.paused), (4, 8, false));
    // The second step alone also resets the failures.
    chain.advance_seconds(60);
    let steps = [ecosystem.collect_fees(&dat), ecosystem.execute_buy(&dat, 1)];
    for (step, left) in steps.into_iter().zip([4, 0]) {
        chain.by(&ecosystem.operator, step).expect("a step");
        assert_eq!(chain.stats(&dat).consecutive_failures, left);
    }
}

#[test]
fn a_run_records_one_failure() {
    let (mut chain, ecosystem, dat) = earning();
    fail(&mut chain, &ecosystem, &dat, 1).expect("record_failure");
    fail(&mut chain, &ecosystem, &dat, 1).refused(DatError::FailureAlreadyRecorded);
    // A run that succeeded cannot record a failure, whatever its pod reports.
    chain.cycle(&ecosystem, &dat);
    let id = chain.stats(&dat).last_cycle_id;
    let failed = ecosystem.record_failure(&dat, id, 0);
    chain.by(&ecosystem.operator, failed).refused(DatError::FailureAlreadyRecorded);
    let stats = chain.stats(&dat);
    assert_eq!((stats.consecutive_failures, stats.failed_cycles), (0, 1));
}

#[test]
fn resume_resets_consecutive_failures_and_keeps_the_total() {
    let (mut chain, ecosystem, dat) = earning();
    fail_from(&mut chain, &ecosystem, &dat, 1, 5);
    chain.by(&ecosystem.operator, ecosystem.resume(Some(&dat))).refused(DatError::UnauthorizedAccess);
    chain.by(&ecosystem.admin, ecosystem.resume(Some(&dat))).expect("resume");
    let stats = chain.stats(&dat);
    assert_eq!((stats.consecutive_failures, stats.failed_cycles, stats.paused), (0, 5, false));
    fail_from(&mut chain, &ecosystem, &dat, 6, 4);
    chain.cycle(&ecosystem, &dat);
    assert_eq!(chain.stats(&dat).failed_cycles, 9);
}

#[test]
fn resuming_the_ecosystem_leaves_a_failed_token_paused() {
    let (mut chain, ecosystem, dat) = earning();
    fail_from(&mut chain, &ecosystem, &dat, 1, 5);
    chain.by(&ecosystem.admin, ecosystem.resume(None)).expect("resume");
    chain.by(&ecosystem.admin, ecosystem.set_active(Some(&dat), true)).expect("set_active");
    chain.by(&ecosystem.operator, ecosystem.cycle(&dat, 0)).refused(DatError::DATNotActive);
}
