//! What the operator sends before a cycle.

use crate::*;

/// Slots between an observation and the buy that uses it.
pub const SLOTS_BEFORE_A_BUY: u64 = 8;

impl Chain {
    /// Unwraps all wrapped SOL of the token's authority, the shared authority and the treasury, in every
    /// account.
    pub fn unwrap_all(&mut self, ecosystem: &Ecosystem, dat: &Dat) {
        let owners =
            [(Some(dat), dat.authority), (None, ecosystem.shared_authority), (None, ecosystem.treasury)];
        for (dat, owner) in owners {
            for account in self.wrapped_of(&owner) {
                self.send_as_operator(ecosystem, ecosystem.unwrap_of(dat, owner, account));
            }
        }
    }

    /// Observes a token's price for its next buy.
    pub fn observe(&mut self, ecosystem: &Ecosystem, dat: &Dat) {
        self.send_as_operator(ecosystem, ecosystem.observe(dat, self.graduated(&dat.coin)));
    }

    fn send_as_operator(&mut self, ecosystem: &Ecosystem, instruction: Instruction) {
        let result = self.send(&[instruction], &[&ecosystem.operator]);
        result.unwrap_or_else(|failure| panic!("{failure:#?}"));
    }
}
