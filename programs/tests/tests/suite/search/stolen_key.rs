//! Instructions with a stolen operator key that must fail. Each is sent where nothing else prevents it.

use dat_tests::program::preparation::SLOTS_BEFORE_A_BUY;
use dat_tests::*;

use super::attack_step::AttackStep;
use super::simulation::{Simulation, TrackedToken};

/// The number of kinds.
const KINDS: usize = 10;
/// An observation is stale after this number of slots.
const STALE: u64 = 151;

impl Simulation {
    /// Sends an instruction that must fail, on a copy of the chain, and records it if it succeeds.
    pub fn use_stolen_key(&mut self, step: &AttackStep) {
        let token = self.tokens[step.on % self.tokens.len()].clone();
        let mut chain = self.chain.clone();
        let (what, instruction) = match step.extra % KINDS {
            kind if kind < 5 => self.forbidden_cycle(&mut chain, &token, kind),
            9 => self.second_buy(&mut chain, step.on % self.tokens.len()),
            kind => self.forbidden(&token, kind),
        };
        let Some(instruction) = instruction else { return };
        if chain.send(&[instruction], &[&token.ecosystem.operator]).is_ok() {
            self.accepted = Some(what);
        }
    }

    fn forbidden_cycle(
        &self,
        chain: &mut Chain,
        token: &TrackedToken,
        kind: usize,
    ) -> (&'static str, Option<Instruction>) {
        let TrackedToken { ecosystem, dat, .. } = token;
        let (stats, form) = (chain.stats(dat), chain.form(&dat.coin));
        let count = stats.cycle_count;
        if chain.curve(&dat.coin).complete && !chain.graduated(&dat.coin) {
            return ("", None);
        }
        // A new observation of the required age.
        chain.advance_slots(STALE);
        chain.observe(ecosystem, dat);
        chain.advance_slots(match kind {
            3 => SLOTS_BEFORE_A_BUY - 1,
            4 => STALE,
            _ => SLOTS_BEFORE_A_BUY,
        });
        let interval = i64::from(chain.state(dat).parameters.min_interval_seconds);
        let soon = count > 0 && chain.now() < stats.last_cycle_at + interval;
        let (what, number, least) = match kind {
            0 => ("a future cycle", count + 1, 1),
            1 if count > 0 => ("a cycle that has already run", count - 1, 1),
            2 => ("a cycle too soon", count, 1),
            3 => ("a buy too soon after its observation", count, 1),
            _ => ("a buy without a fresh observation", count, 1),
        };
        let lawful = (kind == 2 && !soon) || (kind == 1 && count == 0);
        (what, (!lawful).then(|| ecosystem.cycle_by(form, dat, number, least)))
    }

    /// A buy with an observation that an earlier buy has consumed.
    fn second_buy(&self, chain: &mut Chain, number: usize) -> (&'static str, Option<Instruction>) {
        let TrackedToken { ecosystem, dat, .. } = &self.tokens[number];
        let (count, form) = (chain.stats(dat).cycle_count, chain.form(&dat.coin));
        chain.advance_seconds(chain.state(dat).parameters.min_interval_seconds.into());
        let used_up = count > 0 && !self.observed[number];
        ("a second buy with one observation", used_up.then(|| ecosystem.cycle_by(form, dat, count, 1)))
    }

    fn forbidden(&self, token: &TrackedToken, kind: usize) -> (&'static str, Option<Instruction>) {
        let TrackedToken { ecosystem, dat, .. } = token;
        let credited = self.chain.stats(dat).total_credited_lamports;
        let pot = self.chain.lamports(&ecosystem.shared_authority);
        match kind {
            5 => {
                let shares = ecosystem.shared_authority == dat.coin.creator;
                (
                    "a credit of fees of other coins",
                    (!shares).then(|| ecosystem.credit_fees(dat, credited, 0)),
                )
            }
            6 => ("a credit twice", Some(ecosystem.credit_fees(dat, credited + 1, 0))),
            7 => ("a credit above the balance", Some(ecosystem.credit_fees(dat, credited, pot + 1))),
            _ => ("an observation of a false price", self.false_observation(token)),
        }
    }

    /// An observation with an attacker's wrapped SOL in place of the pool's.
    fn false_observation(&self, token: &TrackedToken) -> Option<Instruction> {
        if !self.chain.graduated(&token.dat.coin) {
            return None;
        }
        let mut observation = token.ecosystem.observe(&token.dat, true);
        observation.accounts.last_mut().expect("the pool's wrapped SOL").pubkey =
            wsol(&self.attackers[0].pubkey());
        Some(observation)
    }

    /// No cycle runs during a pause.
    pub fn check_pause(&mut self, step: &AttackStep) {
        let TrackedToken { ecosystem, dat, .. } = self.tokens[step.on % self.tokens.len()].clone();
        let mut chain = self.chain.clone();
        let pause = ecosystem.emergency_pause(step.extra.is_multiple_of(2).then_some(&dat));
        chain.send(&[pause], &[&chain.payer(), &ecosystem.emergency]).expect("a pause");
        let cycle = ecosystem.cycle_by(chain.form(&dat.coin), &dat, chain.stats(&dat).cycle_count, 1);
        if chain.send(&[cycle], &[&ecosystem.operator]).is_ok() {
            self.accepted = Some("a cycle while paused");
        }
    }
}
