//! Whatever is sent twice counts once, and no sooner than it may.

use dat_tests::*;
use solana_transaction_error::TransactionError;

/// A token with money for several cycles.
fn earning(world: &mut World) -> (Ecosystem, Dat) {
    let ecosystem = world.ecosystem("eco", |p| p.max_fees_per_cycle_lamports = 10_000_000);
    let dat = world.dat(&ecosystem, Kind::Spl, Role::Secondary);
    world.give(&dat.authority, 50_000_000);
    (ecosystem, dat)
}

#[test]
fn a_cycle_that_has_run_is_refused() {
    let mut world = World::new();
    let (ecosystem, dat) = earning(&mut world);
    world.cycle(&ecosystem, &dat);
    world.pass(3_600);
    world.give(&dat.authority, 50_000_000);
    for wrong in [0, 2, u64::MAX] {
        let refused = world.send(&[ecosystem.cycle(&dat, wrong)], &[&ecosystem.operator]);
        refused.refused(DatError::CycleMismatch);
    }
    world.cycle(&ecosystem, &dat);
}

#[test]
fn the_same_bytes_land_once() {
    let mut world = World::new();
    let (ecosystem, dat) = earning(&mut world);
    let transaction = world.transaction(&[ecosystem.cycle(&dat, 0)], &[&ecosystem.operator]);
    world.look(&[ecosystem.cycle(&dat, 0)]);
    world.submit(transaction.clone()).expect("a cycle");
    let again = world.submit(transaction.clone()).refusal();
    assert_eq!(again.error, TransactionError::AlreadyProcessed);
    // Nor would they count on a chain that has forgotten them.
    world.svm = world.svm.with_transaction_history(0);
    world.submit(transaction).refused(DatError::CycleMismatch);
    assert_eq!(world.stats(&dat).cycle_count, 1);
}

#[test]
fn a_transaction_cannot_run_a_cycle_twice() {
    let mut world = World::new();
    let (ecosystem, dat) = earning(&mut world);
    let cycle = ecosystem.cycle(&dat, 0);
    let refused = world.send(&[cycle.clone(), cycle], &[&ecosystem.operator]);
    refused.refused(DatError::CycleMismatch);
    assert_eq!(world.stats(&dat).cycle_count, 0, "all of it is undone");
}

#[test]
fn the_interval_is_kept_to_the_second() {
    let mut world = World::new();
    let (ecosystem, dat) = earning(&mut world);
    world.cycle(&ecosystem, &dat);
    world.give(&dat.authority, 50_000_000);
    world.pass(59);
    world.try_cycle(&ecosystem, &dat).refused(DatError::CycleTooSoon);
    world.pass(1);
    world.cycle(&ecosystem, &dat);
}

#[test]
fn the_first_cycle_need_not_wait() {
    let mut world = World::new();
    let ecosystem = world.ecosystem("eco", |p| p.min_interval_seconds = 604_800);
    let dat = world.dat(&ecosystem, Kind::Token2022, Role::Root);
    world.give(&dat.authority, 50_000_000);
    world.cycle(&ecosystem, &dat);
}

#[test]
fn one_token_does_not_wait_for_another() {
    let mut world = World::new();
    let (ecosystem, first) = earning(&mut world);
    let second = world.dat(&ecosystem, Kind::Token2022, Role::Secondary);
    world.give(&second.authority, 50_000_000);
    let both = [ecosystem.cycle(&first, 0), ecosystem.cycle(&second, 0)];
    let done = world.send(&both, &[&ecosystem.operator]).expect("both in one transaction");
    let mints: Vec<_> = done.events::<CycleCompleted>().iter().map(|event| event.mint).collect();
    assert_eq!(mints, [first.coin.mint, second.coin.mint]);
}
