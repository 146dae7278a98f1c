//! A search for attacks: random sequences of everything that anybody can send, with our cycles in between. In
//! every sequence the root gets its share, attackers gain at most 20 basis points of our buys, no cycle is
//! stopped, and no lamport is lost.
//!
//! Environment variables choose another search: `SEARCH_SEED`, `SEARCH_PROGRAMS` (the number of sequences)
//! and `SEARCH_CORES`, each core with its own seed. A sequence with a fault is shrunk and printed.

mod attack_accounts;
mod attack_kinds;
mod attack_step;
mod attack_targets;
mod attackers;
mod balances;
mod config;
mod cycles;
mod moves;
mod random;
mod results;
mod sequence;
mod simulation;
mod stolen_key;

use std::thread;

use dat_tests::idl::catalog::searched;

use results::{search, SearchResults};

/// This number of sequences sends every instruction of the coverage tables.
const ENOUGH: u64 = 1_000;

fn variable(name: &str, otherwise: u64) -> u64 {
    std::env::var(name).map_or(otherwise, |text| text.parse().unwrap_or_else(|_| panic!("{name}: {text}")))
}

#[test]
fn no_attack_takes_locks_or_stops() {
    let (seed, sequences) = (variable("SEARCH_SEED", 20_261_128), variable("SEARCH_PROGRAMS", ENOUGH));
    let (cores, most_faults) = (variable("SEARCH_CORES", 1), variable("SEARCH_FAULTS", 1) as usize);
    let run = |core| thread::spawn(move || search(seed + core, sequences / cores, most_faults));
    let runs: Vec<_> = (0..cores).map(run).collect();
    let mut all = SearchResults::default();
    for run in runs {
        all.add(run.join().expect("a search"));
    }
    for (fault, sequence) in &all.faults {
        println!("{fault:?}\nby {sequence:#?}");
    }
    let never: Vec<_> = searched().into_iter().filter(|name| !all.sent.contains_key(name)).collect();
    println!("never succeeded: {never:?}");
    assert!(all.faults.is_empty(), "{} sequences have faults, see above", all.faults.len());
    assert!(never.is_empty() || sequences < ENOUGH, "the search never sent {never:?}");
}
