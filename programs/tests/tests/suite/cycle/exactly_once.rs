//! A cycle that is sent twice runs once, and no earlier than its interval allows.

use dat_tests::*;
use solana_transaction_error::TransactionError;

/// A token with lamports for several cycles.
fn earning(chain: &mut Chain) -> (Ecosystem, Dat) {
    let ecosystem = chain.ecosystem("eco", |p| p.max_fees_per_cycle_lamports = 10_000_000);
    let dat = chain.dat(&ecosystem, Kind::Spl, Role::Secondary);
    chain.airdrop(&dat.authority, 50_000_000);
    (ecosystem, dat)
}

#[test]
fn a_cycle_that_has_run_is_refused() {
    let mut chain = Chain::new();
    let (ecosystem, dat) = earning(&mut chain);
    chain.cycle(&ecosystem, &dat);
    chain.advance_seconds(3_600);
    chain.airdrop(&dat.authority, 50_000_000);
    for wrong in [0, 2, u64::MAX] {
        let refused = chain.send(&[ecosystem.cycle(&dat, wrong)], &[&ecosystem.operator]);
        refused.refused(DatError::CycleMismatch);
    }
    chain.cycle(&ecosystem, &dat);
}

#[test]
fn the_same_bytes_land_once() {
    let mut chain = Chain::new();
    let (ecosystem, dat) = earning(&mut chain);
    let transaction = chain.transaction(&[ecosystem.cycle(&dat, 0)], &[&ecosystem.operator]);
    chain.write_observations(&[ecosystem.cycle(&dat, 0)]);
    chain.submit(transaction.clone()).expect("a cycle");
    let again = chain.submit(transaction.clone()).refusal();
    assert_eq!(again.error, TransactionError::AlreadyProcessed);
    // The program refuses the bytes even if the chain has forgotten them.
    chain.svm = chain.svm.with_transaction_history(0);
    chain.submit(transaction).refused(DatError::CycleMismatch);
    assert_eq!(chain.stats(&dat).cycle_count, 1);
}

#[test]
fn a_transaction_cannot_run_a_cycle_twice() {
    let mut chain = Chain::new();
    let (ecosystem, dat) = earning(&mut chain);
    let cycle = ecosystem.cycle(&dat, 0);
    let refused = chain.send(&[cycle.clone(), cycle], &[&ecosystem.operator]);
    refused.refused(DatError::CycleMismatch);
    assert_eq!(chain.stats(&dat).cycle_count, 0, "the whole transaction is undone");
}

#[test]
fn the_interval_holds_to_the_second() {
    let mut chain = Chain::new();
    let (ecosystem, dat) = earning(&mut chain);
    chain.cycle(&ecosystem, &dat);
    chain.airdrop(&dat.authority, 50_000_000);
    chain.advance_seconds(59);
    chain.try_cycle(&ecosystem, &dat).refused(DatError::CycleTooSoon);
    chain.advance_seconds(1);
    chain.cycle(&ecosystem, &dat);
}

#[test]
fn the_first_cycle_does_not_wait() {
    let mut chain = Chain::new();
    let ecosystem = chain.ecosystem("eco", |p| p.min_interval_seconds = 604_800);
    let dat = chain.dat(&ecosystem, Kind::Token2022, Role::Root);
    chain.airdrop(&dat.authority, 50_000_000);
    chain.cycle(&ecosystem, &dat);
}

#[test]
fn one_token_does_not_wait_for_another() {
    let mut chain = Chain::new();
    let (ecosystem, first) = earning(&mut chain);
    let second = chain.dat(&ecosystem, Kind::Token2022, Role::Secondary);
    chain.airdrop(&second.authority, 50_000_000);
    let both = [ecosystem.cycle(&first, 0), ecosystem.cycle(&second, 0)];
    let done = chain.send(&both, &[&ecosystem.operator]).expect("both in one transaction");
    let mints: Vec<_> = done.events::<CycleCompleted>().iter().map(|event| event.mint).collect();
    assert_eq!(mints, [first.coin.mint, second.coin.mint]);
}
