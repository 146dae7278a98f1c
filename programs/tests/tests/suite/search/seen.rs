//! A search: programs at random, and programs like those that brought attackers most.

use std::collections::BTreeMap;
use std::time::Instant;

use super::client::Fault;
use super::dice::Dice;
use super::program::{Niche, Program};

/// What a search has seen.
#[derive(Default)]
pub struct Seen {
    pub programs: usize,
    pub cycles: usize,
    /// Instructions that went through, by name.
    pub sent: BTreeMap<String, usize>,
    pub faults: Vec<(Fault, Program)>,
    /// The best attacker's gain among programs in which one bought, lamports.
    gain: Option<i64>,
    /// The most that one gained of what our cycles bought for, basis points.
    part: f64,
    /// The same where attackers were in luck.
    lucky: i64,
    /// The programs that brought attackers most for what they spent, millionths, best first; the next are made from
    /// them.
    best: BTreeMap<Niche, Vec<(i64, Program)>>,
}

pub fn search(seed: u64, programs: u64, most_faults: usize) -> Seen {
    let (mut dice, mut seen, start) = (Dice::new(seed), Seen::default(), Instant::now());
    while seen.programs < programs as usize && seen.faults.len() < most_faults {
        let program = seen.next(&mut dice);
        seen.note(program);
    }
    println!(
        "seed {seed}: {} programs, {} cycles, {} instructions went through in {:.0} s; best attacker's gain {} lamports, at most {:.1} basis points of our buys; with luck {}",
        seen.programs,
        seen.cycles,
        seen.sent.values().sum::<usize>(),
        start.elapsed().as_secs_f64(),
        seen.gain.unwrap_or_default(),
        seen.part,
        seen.lucky
    );
    seen
}

impl Seen {
    pub fn add(&mut self, other: Self) {
        self.faults.extend(other.faults);
        for (name, count) in other.sent {
            *self.sent.entry(name).or_default() += count;
        }
    }

    fn next(&self, dice: &mut Dice) -> Program {
        if self.best.is_empty() || dice.percent(60) {
            return Program::any(dice);
        }
        // First among which, so that one kind of attack does not crowd out all others.
        let niche = dice.below(self.best.len());
        let programs = self.best.values().nth(niche).expect("a niche");
        programs[dice.below(programs.len())].1.changed(dice)
    }

    fn note(&mut self, program: Program) {
        let outcome = program.run();
        self.programs += 1;
        self.cycles += outcome.cycles;
        for (name, count) in outcome.field.sent {
            *self.sent.entry(name).or_default() += count;
        }
        if let Some(fault) = outcome.fault {
            let shrunk = program.shrunk(&fault);
            let fault = shrunk.run().fault.unwrap_or(fault);
            return self.faults.push((fault, shrunk));
        }
        if outcome.spent == 0 {
            return;
        }
        if outcome.luck {
            self.lucky = self.lucky.max(outcome.gain);
            return;
        }
        self.gain = self.gain.max(Some(outcome.gain));
        if outcome.bought > 0 {
            self.part = self.part.max(outcome.gain as f64 * 10_000.0 / outcome.bought as f64);
        }
        if outcome.cycles > 0 && outcome.spent > 50_000_000 {
            let rate = (i128::from(outcome.gain) * 1_000_000 / i128::from(outcome.spent)) as i64;
            let niche = self.best.entry(program.niche()).or_default();
            niche.push((rate, program));
            niche.sort_by_key(|(rate, _)| -rate);
            niche.truncate(4);
        }
    }
}
