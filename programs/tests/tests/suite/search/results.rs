//! The search: random sequences, and variations of those with the highest gain.

use std::collections::BTreeMap;
use std::time::Instant;

use super::cycles::Fault;
use super::random::Random;
use super::sequence::{Category, Sequence};

/// The results of a search.
#[derive(Default)]
pub struct SearchResults {
    pub sequences: usize,
    pub cycles: usize,
    /// Succeeded instructions by name.
    pub sent: BTreeMap<String, usize>,
    pub faults: Vec<(Fault, Sequence)>,
    /// The highest gain in sequences where an attacker bought, lamports.
    gain: Option<i64>,
    /// The highest gain relative to the spend of our cycles, basis points.
    part: f64,
    /// The highest gain in sequences without a bound, lamports.
    best_unbounded_gain: i64,
    /// The sequences with the highest gain per spent lamport, millionths, best first. The next sequences vary
    /// them.
    best: BTreeMap<Category, Vec<(i64, Sequence)>>,
}

pub fn search(seed: u64, sequences: u64, most_faults: usize) -> SearchResults {
    let (mut random, mut results, start) = (Random::new(seed), SearchResults::default(), Instant::now());
    while results.sequences < sequences as usize && results.faults.len() < most_faults {
        let sequence = results.next(&mut random);
        results.note(sequence);
    }
    println!(
        "seed {seed}: {} sequences, {} cycles, {} successful instructions in {:.0} s; best attacker's gain {} lamports, at most {:.1} basis points of our buys; the best gain without a bound {} lamports",
        results.sequences,
        results.cycles,
        results.sent.values().sum::<usize>(),
        start.elapsed().as_secs_f64(),
        results.gain.unwrap_or_default(),
        results.part,
        results.best_unbounded_gain
    );
    results
}

impl SearchResults {
    pub fn add(&mut self, other: Self) {
        self.faults.extend(other.faults);
        for (name, count) in other.sent {
            *self.sent.entry(name).or_default() += count;
        }
    }

    fn next(&self, random: &mut Random) -> Sequence {
        if self.best.is_empty() || random.percent(60) {
            return Sequence::any(random);
        }
        // Choose the category first, so that one kind of attack does not displace all others.
        let category = random.below(self.best.len());
        let sequences = self.best.values().nth(category).expect("a category");
        sequences[random.below(sequences.len())].1.changed(random)
    }

    fn note(&mut self, sequence: Sequence) {
        let outcome = sequence.run();
        self.sequences += 1;
        self.cycles += outcome.cycles;
        for (name, count) in outcome.simulation.sent {
            *self.sent.entry(name).or_default() += count;
        }
        if let Some(fault) = outcome.fault {
            let shrunk = sequence.shrunk(&fault);
            let fault = shrunk.run().fault.unwrap_or(fault);
            return self.faults.push((fault, shrunk));
        }
        if outcome.spent == 0 {
            return;
        }
        if outcome.unbounded_gain {
            self.best_unbounded_gain = self.best_unbounded_gain.max(outcome.gain);
            return;
        }
        self.gain = self.gain.max(Some(outcome.gain));
        if outcome.bought > 0 {
            self.part = self.part.max(outcome.gain as f64 * 10_000.0 / outcome.bought as f64);
        }
        if outcome.cycles > 0 && outcome.spent > 50_000_000 {
            let rate = (i128::from(outcome.gain) * 1_000_000 / i128::from(outcome.spent)) as i64;
            let category = self.best.entry(sequence.category()).or_default();
            category.push((rate, sequence));
            category.sort_by_key(|(rate, _)| -rate);
            category.truncate(4);
        }
    }
}
