//! Random lives of an ecosystem: `World::cycle_by` compares every cycle with the model, and every lamport and
//! every token of the chain.

use dat_tests::compare::assert_sums;
use proptest::prelude::*;
use proptest::test_runner::RngSeed;

use crate::lives::{life, Life};
use crate::living::{Living, Token, FORMS};

/// Lives it; how many cycles ran by each form.
fn live(life: &Life) -> [usize; FORMS] {
    let mut living = Living::begin(life);
    for (root, act) in &life.acts {
        living.act(*root, act);
    }
    for Token { dat, cycles, lost_to_rent, .. } in &living.tokens {
        assert_sums(&living.world, dat, cycles, *lost_to_rent);
    }
    living.ran
}

#[test]
fn no_lamport_and_no_token_is_lost_in_any_life() {
    let config = ProptestConfig {
        cases: 420,
        rng_seed: RngSeed::Fixed(20_261_121),
        failure_persistence: None,
        max_shrink_iters: 300,
        ..ProptestConfig::default()
    };
    let ran = std::cell::RefCell::new([0; FORMS]);
    proptest!(config, |(life in life(90))| {
        let more = live(&life);
        ran.borrow_mut().iter_mut().zip(more).for_each(|(all, more)| *all += more);
    });
    let ran = ran.take();
    let all: usize = ran.iter().sum();
    println!("{all} cycles, by forms {ran:?}");
    assert!(all >= 10_000 && ran.iter().all(|ran| *ran >= 1_000), "only {ran:?} cycles ran");
}
