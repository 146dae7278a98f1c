//! Random programs of attackers' steps over all that anybody can send, with our cycles among them: whoever collects, in
//! whatever form, the root gets its share; nobody gains more than 20 basis points of our buys, nothing stops, nothing is
//! lost.
//!
//! `SEARCH_SEED` and `SEARCH_PROGRAMS` choose another run, `SEARCH_CORES` on how many cores, each with a seed of its own;
//! a program that finds a fault prints itself, shrunk.

mod accounts;
mod aim;
mod books;
mod client;
mod dice;
mod equip;
mod field;
mod moves;
mod program;
mod rogue;
mod seen;
mod setting;
mod step;
mod verbs;

use std::thread;

use dat_tests::vocabulary::searched;

use seen::{search, Seen};

/// So many programs send every instruction of the vocabulary.
const ENOUGH: u64 = 1_000;

fn variable(name: &str, otherwise: u64) -> u64 {
    std::env::var(name).map_or(otherwise, |text| text.parse().unwrap_or_else(|_| panic!("{name}: {text}")))
}

#[test]
fn nobody_takes_locks_or_stops() {
    let (seed, programs) = (variable("SEARCH_SEED", 20_261_128), variable("SEARCH_PROGRAMS", ENOUGH));
    let (cores, most_faults) = (variable("SEARCH_CORES", 1), variable("SEARCH_FAULTS", 1) as usize);
    let run = |core| thread::spawn(move || search(seed + core, programs / cores, most_faults));
    let runs: Vec<_> = (0..cores).map(run).collect();
    let mut all = Seen::default();
    for run in runs {
        all.add(run.join().expect("a search"));
    }
    for (fault, program) in &all.faults {
        println!("{fault:?}\nby {program:#?}");
    }
    let never: Vec<_> = searched().into_iter().filter(|name| !all.sent.contains_key(name)).collect();
    println!("never went through: {never:?}");
    assert!(all.faults.is_empty(), "{} programs find faults, see above", all.faults.len());
    assert!(never.is_empty() || programs < ENOUGH, "the search never sent {never:?}");
}
