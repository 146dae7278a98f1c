//! A random sequence of attack steps and our cycles. It is run, and shrunk if it has a fault.

use crate::sandwich::attack::MAX_GAIN_BPS;

use super::attack_kinds;
use super::attack_step::{lamports, AttackStep};
use super::config::{Config, Fees, Progress};
use super::cycles::Fault;
use super::random::Random;
use super::simulation::Simulation;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Move {
    Attack(AttackStep),
    /// An honest holder sells a part of a balance (thousandths) or buys one of our coins.
    Somebody {
        on: usize,
        sells: bool,
        size: u64,
    },
    Observe(usize),
    Cycle(usize),
    /// Seconds.
    Wait(u32),
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sequence {
    pub config: Config,
    pub moves: Vec<Move>,
}

/// Similar sequences: place, route and fees.
pub type Category = (Progress, bool, Fees);

/// The result of a sequence.
pub struct Outcome {
    pub fault: Option<Fault>,
    /// The gain of all attackers against not attacking, lamports.
    pub gain: i64,
    /// Whether the gain has no bound.
    pub unbounded_gain: bool,
    pub simulation: Simulation,
    pub cycles: usize,
    /// Lamports that attackers spent on coins.
    pub spent: u64,
    /// Lamports that our cycles spent.
    pub bought: u64,
}

impl Move {
    fn any(random: &mut Random) -> Self {
        match random.below(100) {
            0..62 => Self::Attack(AttackStep::any(random)),
            62..66 => Self::Somebody {
                on: random.below(2),
                sells: random.percent(60),
                size: random.below(701) as u64,
            },
            66..72 => Self::Wait(random.one(&[1, 1, 4, 70])),
            72..78 => Self::Observe(random.below(4)),
            _ => Self::Cycle(random.below(4)),
        }
    }
}

impl Sequence {
    pub fn any(random: &mut Random) -> Self {
        let config = Config::any(random);
        if random.percent(30) {
            return Self { config, moves: Self::around_cycles(random) };
        }
        let length = 3 + random.below(14);
        Self { config, moves: (0..length).map(|_| Move::any(random)).collect() }
    }

    /// An attacker buys, cycles run among other moves, and the attacker sells in the end.
    fn around_cycles(random: &mut Random) -> Vec<Move> {
        let on = random.below(2);
        let mut moves: Vec<_> = (0..random.below(3)).map(|_| Move::any(random)).collect();
        let mut buy = AttackStep::any(random);
        while !attack_kinds::buys(buy.kind) {
            buy = AttackStep::any(random);
        }
        moves.push(Move::Attack(AttackStep { on, ..buy }));
        let cycles = 1 + random.below(4);
        let token = |random: &mut Random| if on == 0 { 0 } else { 1 + random.below(3) };
        moves.extend((0..cycles).map(|_| Move::Cycle(token(random))));
        if random.percent(25) {
            // Completes and migrates a curve that is near its end.
            moves.push(Move::Attack(AttackStep { on, kind: attack_kinds::named("migrate_v2"), ..buy }));
        }
        moves.extend((0..random.below(3)).map(|_| Move::any(random)));
        moves
    }

    pub fn category(&self) -> Category {
        let hops = |step: &Move| matches!(step, Move::Attack(step) if attack_kinds::hops(step.kind));
        (self.config.base.progress, self.moves.iter().any(hops), self.config.fees)
    }

    /// A variation of this sequence.
    pub fn changed(&self, random: &mut Random) -> Self {
        let mut sequence = self.clone();
        let moves = &mut sequence.moves;
        for _ in 0..1 + random.below(3) {
            let at = random.below(moves.len() + 1);
            match random.below(5) {
                0 => moves.insert(at, Move::any(random)),
                1 if at < moves.len() && moves.len() > 2 => drop(moves.remove(at)),
                2 if at < moves.len() => moves.insert(at, moves[at]),
                _ => {
                    if let Some(Move::Attack(step)) = moves.get_mut(at) {
                        step.size = (step.size + random.below(121) as u64).saturating_sub(60).min(1_000);
                    }
                }
            }
        }
        moves.truncate(24);
        sequence
    }

    pub fn run(&self) -> Outcome {
        let mut simulation = Simulation::new(&self.config);
        let start = simulation.clone();
        let (mut fault, mut cycles, mut spent) = (None, 0, 0);
        for step in &self.moves {
            match simulation.perform(step) {
                Ok(false) => (),
                Ok(true) => match step {
                    Move::Attack(step) if attack_kinds::buys(step.kind) => spent += lamports(step.size),
                    Move::Attack(_) => (),
                    _ => cycles += 1,
                },
                Err(found) => fault = fault.or(Some(found)),
            }
            if fault.is_some() {
                break;
            }
        }
        let mut sold = simulation.clone();
        sold.liquidate();
        let mut gain = sold.wealth() - self.without_attacks(start);
        if gain > 0 && simulation.unbounded_gain {
            // Gains from honest traders are not losses of our cycles.
            gain -= self.without_cycles().max(0);
        }
        let (bought, unbounded_gain) = (simulation.bought, simulation.unbounded_gain);
        if fault.is_none() && !unbounded_gain && gain * 10_000 > bought as i64 * MAX_GAIN_BPS {
            fault = Some(Fault::Profit { gain, bought });
        }
        let fault = fault.or_else(|| simulation.finish().err());
        simulation.sent = sold.sent;
        Outcome { fault, gain, unbounded_gain, simulation, cycles, spent, bought }
    }

    /// The attackers' wealth without attacks.
    fn without_attacks(&self, mut simulation: Simulation) -> i64 {
        let creators = self.config.base.foreign_root;
        if creators {
            for step in self.moves.iter().filter(|step| !matches!(step, Move::Attack(_))) {
                drop(simulation.perform(step));
            }
        }
        simulation.wealth()
    }

    /// The attackers' gain from the same steps without our cycles, lamports.
    fn without_cycles(&self) -> i64 {
        let mut simulation = Simulation::new(&self.config);
        let before = simulation.wealth();
        for step in self.moves.iter().filter(|step| !matches!(step, Move::Cycle(_))) {
            drop(simulation.perform(step));
        }
        simulation.liquidate();
        simulation.wealth() - before
    }

    /// The shortest sequence with a similar fault, found by removing moves.
    pub fn shrunk(&self, fault: &Fault) -> Self {
        let mut best = self.clone();
        let mut length = best.moves.len();
        while length > 0 {
            let mut at = 0;
            while at < best.moves.len() {
                let mut shorter = best.clone();
                shorter.moves.drain(at..(at + length).min(shorter.moves.len()));
                if shorter.run().fault.is_some_and(|found| found.is_like(fault)) {
                    best = shorter;
                } else {
                    at += length;
                }
            }
            length /= 2;
        }
        best
    }
}
