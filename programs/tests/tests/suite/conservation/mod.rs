//! Conservation of lamports and tokens in random histories. `Chain::cycle_by` compares every cycle, every
//! account and every token with the model.

mod history;
mod replay;

use dat_tests::assert_totals_after_rent_loss;
use proptest::prelude::*;
use proptest::test_runner::RngSeed;

use history::{history, History};
use replay::{Replay, TokenRecord, FORMS};

/// Replays a history. Returns the number of cycles by form.
fn replay_all(history: &History) -> [usize; FORMS] {
    let mut replay = Replay::begin(history);
    for (root, operation) in &history.operations {
        replay.apply(*root, operation);
    }
    for TokenRecord { dat, cycles, lost_to_rent, .. } in &replay.tokens {
        assert_totals_after_rent_loss(&replay.chain, dat, cycles, *lost_to_rent);
    }
    replay.ran
}

#[test]
fn no_lamport_and_no_token_is_lost_in_any_history() {
    let config = ProptestConfig {
        cases: 420,
        rng_seed: RngSeed::Fixed(20_261_121),
        failure_persistence: None,
        max_shrink_iters: 300,
        ..ProptestConfig::default()
    };
    let ran = std::cell::RefCell::new([0; FORMS]);
    proptest!(config, |(history in history(90))| {
        let more = replay_all(&history);
        ran.borrow_mut().iter_mut().zip(more).for_each(|(all, more)| *all += more);
    });
    let ran = ran.take();
    let all: usize = ran.iter().sum();
    println!("{all} cycles, by forms {ran:?}");
    assert!(all >= 10_000 && ran.iter().all(|ran| *ran >= 1_000), "only {ran:?} cycles ran");
}
