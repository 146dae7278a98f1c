//! A random program: attackers' steps with our cycles among them. It is run, and shrunk if it finds a fault.

use crate::attacks::TRIFLE_BPS;

use super::client::Fault;
use super::dice::Dice;
use super::field::Field;
use super::setting::{Fees, Place, Setting};
use super::step::{lamports, Step};
use super::verbs;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Move {
    Attack(Step),
    /// An honest holder of our coin sells part of what he has, thousandths, or buys for so much.
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
pub struct Program {
    pub setting: Setting,
    pub moves: Vec<Move>,
}

/// Programs that are alike: where, by which route, at what fees.
pub type Niche = (Place, bool, Fees);

/// What came of a program.
pub struct Outcome {
    pub fault: Option<Fault>,
    /// Of all attackers together, against not attacking; lamports.
    pub gain: i64,
    /// Whether they were in luck, before they had gone.
    pub luck: bool,
    pub field: Field,
    pub cycles: usize,
    /// What attackers have spent on coins, lamports.
    pub spent: u64,
    /// What our cycles have, lamports.
    pub bought: u64,
}

impl Move {
    fn any(dice: &mut Dice) -> Self {
        match dice.below(100) {
            0..62 => Self::Attack(Step::any(dice)),
            62..66 => {
                Self::Somebody { on: dice.below(2), sells: dice.percent(60), size: dice.below(701) as u64 }
            }
            66..72 => Self::Wait(dice.one(&[1, 1, 4, 70])),
            72..78 => Self::Observe(dice.below(4)),
            _ => Self::Cycle(dice.below(4)),
        }
    }
}

impl Program {
    pub fn any(dice: &mut Dice) -> Self {
        let setting = Setting::any(dice);
        if dice.percent(30) {
            return Self { setting, moves: Self::around_cycles(dice) };
        }
        let length = 3 + dice.below(14);
        Self { setting, moves: (0..length).map(|_| Move::any(dice)).collect() }
    }

    /// An attacker buys, cycles run, and whatever else; in the end he sells.
    fn around_cycles(dice: &mut Dice) -> Vec<Move> {
        let on = dice.below(2);
        let mut moves: Vec<_> = (0..dice.below(3)).map(|_| Move::any(dice)).collect();
        let mut buy = Step::any(dice);
        while !verbs::buys(buy.verb) {
            buy = Step::any(dice);
        }
        moves.push(Move::Attack(Step { on, ..buy }));
        let cycles = 1 + dice.below(4);
        let token = |dice: &mut Dice| if on == 0 { 0 } else { 1 + dice.below(3) };
        moves.extend((0..cycles).map(|_| Move::Cycle(token(dice))));
        if dice.percent(25) {
            // A curve near its end is completed and leaves.
            moves.push(Move::Attack(Step { on, verb: verbs::named("migrate_v2"), ..buy }));
        }
        moves.extend((0..dice.below(3)).map(|_| Move::any(dice)));
        moves
    }

    pub fn niche(&self) -> Niche {
        let hops = |step: &Move| matches!(step, Move::Attack(step) if verbs::hops(step.verb));
        (self.setting.ground.place, self.moves.iter().any(hops), self.setting.fees)
    }

    /// A program like this one.
    pub fn changed(&self, dice: &mut Dice) -> Self {
        let mut program = self.clone();
        let moves = &mut program.moves;
        for _ in 0..1 + dice.below(3) {
            let at = dice.below(moves.len() + 1);
            match dice.below(5) {
                0 => moves.insert(at, Move::any(dice)),
                1 if at < moves.len() && moves.len() > 2 => drop(moves.remove(at)),
                2 if at < moves.len() => moves.insert(at, moves[at]),
                _ => {
                    if let Some(Move::Attack(step)) = moves.get_mut(at) {
                        step.size = (step.size + dice.below(121) as u64).saturating_sub(60).min(1_000);
                    }
                }
            }
        }
        moves.truncate(24);
        program
    }

    pub fn run(&self) -> Outcome {
        let mut field = Field::new(&self.setting);
        let start = field.clone();
        let (mut fault, mut cycles, mut spent) = (None, 0, 0);
        for step in &self.moves {
            match field.go(step) {
                Ok(false) => (),
                Ok(true) => match step {
                    Move::Attack(step) if verbs::buys(step.verb) => spent += lamports(step.size),
                    Move::Attack(_) => (),
                    _ => cycles += 1,
                },
                Err(found) => fault = fault.or(Some(found)),
            }
            if fault.is_some() {
                break;
            }
        }
        let mut sold = field.clone();
        sold.liquidate();
        let mut gain = sold.wealth() - self.without_attacks(start);
        if gain > 0 && field.luck {
            // What attackers take from honest traders is not our cycles' doing.
            gain -= self.without_cycles().max(0);
        }
        let (bought, luck) = (field.bought, field.luck);
        if fault.is_none() && !luck && gain * 10_000 > bought as i64 * TRIFLE_BPS {
            fault = Some(Fault::Profit { gain, bought });
        }
        let fault = fault.or_else(|| field.finish().err());
        field.sent = sold.sent;
        Outcome { fault, gain, luck, field, cycles, spent, bought }
    }

    /// What attackers have in the end if they let it be.
    fn without_attacks(&self, mut field: Field) -> i64 {
        let creators = self.setting.ground.foreign_root;
        if creators {
            for step in self.moves.iter().filter(|step| !matches!(step, Move::Attack(_))) {
                drop(field.go(step));
            }
        }
        field.wealth()
    }

    /// What attackers gain by the same steps if no cycle runs, lamports.
    fn without_cycles(&self) -> i64 {
        let mut field = Field::new(&self.setting);
        let before = field.wealth();
        for step in self.moves.iter().filter(|step| !matches!(step, Move::Cycle(_))) {
            drop(field.go(step));
        }
        field.liquidate();
        field.wealth() - before
    }

    /// The shortest program that finds the like, by leaving out what it can.
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
