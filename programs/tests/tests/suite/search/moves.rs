//! Performs the moves of a sequence and checks protected values after each attack.

use dat_tests::*;

use super::cycles::Fault;
use super::sequence::Move;
use super::simulation::Simulation;

impl Simulation {
    /// Performs a move. Returns whether an attack succeeded or a cycle ran.
    pub fn perform(&mut self, step: &Move) -> Result<bool, Fault> {
        match step {
            Move::Attack(step) => {
                let before = self.protected_values();
                let taken = self.perform_attack(step);
                self.check_protected_values(&before)?;
                Ok(taken)
            }
            Move::Somebody { on, sells, size } => {
                self.somebody(*on, *sells, *size);
                Ok(false)
            }
            Move::Observe(token) => {
                self.observe(*token);
                Ok(false)
            }
            Move::Wait(seconds) => {
                self.wait((*seconds).into());
                Ok(false)
            }
            Move::Cycle(token) => Ok(self.cycle(*token, false)?.is_some()),
        }
    }

    /// After the attacks every token's cycle runs.
    pub fn finish(&mut self) -> Result<(), Fault> {
        for token in 0..self.tokens.len() {
            self.wait(61);
            self.observe(token);
            self.wait(5);
            self.cycle(token, true)?;
        }
        Ok(())
    }

    /// Values that strangers must not reduce or change.
    fn protected_values(&self) -> Vec<(u64, TokenStats)> {
        self.tokens.iter().map(|token| (self.pending(token), self.chain.stats(&token.dat))).collect()
    }

    fn check_protected_values(&self, before: &[(u64, TokenStats)]) -> Result<(), Fault> {
        if let Some(what) = self.accepted {
            return Err(Fault::Accepted(what));
        }
        for (number, (token, (pending, was))) in self.tokens.iter().zip(before).enumerate() {
            let now = self.chain.stats(&token.dat);
            let same = |a: &TokenStats, b: &TokenStats| {
                (a.paused, a.active, a.consecutive_failures, a.cycle_count, a.carried_lamports)
                    == (b.paused, b.active, b.consecutive_failures, b.cycle_count, b.carried_lamports)
            };
            if !same(was, &now) {
                return Err(Fault::Touched { token: number, what: "the stats" });
            }
            if self.chain.lamports(&token.dat.authority) < self.chain.rent(0) + now.carried_lamports {
                return Err(Fault::Touched { token: number, what: "carried lamports" });
            }
            // An account that receives its first lamports keeps the rent.
            if self.pending(token) + self.chain.rent(0) < *pending {
                return Err(Fault::Touched { token: number, what: "pending fees" });
            }
        }
        Ok(())
    }
}
