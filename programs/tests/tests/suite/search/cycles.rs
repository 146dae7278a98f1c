//! Our cycles between the attacks, as the operator sends them, and their checks.

use std::rc::Rc;

use dat_tests::*;

use super::config::CreatorKind;
use super::simulation::{Simulation, TrackedToken};

/// A result that attacks must never have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// A cycle did not split all lamports.
    Evaded { token: usize, pending: u64, split: u64 },
    /// A cycle that should run failed.
    Stopped { token: usize, reason: String },
    /// The root received a wrong share.
    Share { token: usize, inflow: u64, to_root: u64 },
    /// A buy left the price too far above the observed price.
    Dear { token: usize, rise_bps: u64 },
    /// An instruction that must fail succeeded.
    Accepted(&'static str),
    /// Strangers changed a protected value.
    Touched { token: usize, what: &'static str },
    /// Attackers gained too much from our buys. Their gain and the spend of the buys, lamports.
    Profit { gain: i64, bought: u64 },
}

impl Fault {
    /// Whether both faults have the same kind and token.
    pub fn is_like(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Profit { .. }, Self::Profit { .. }) => true,
            (Self::Accepted(a), Self::Accepted(b)) => a == b,
            (Self::Stopped { token: a, .. }, Self::Stopped { token: b, .. })
            | (Self::Evaded { token: a, .. }, Self::Evaded { token: b, .. })
            | (Self::Share { token: a, .. }, Self::Share { token: b, .. })
            | (Self::Dear { token: a, .. }, Self::Dear { token: b, .. })
            | (Self::Touched { token: a, .. }, Self::Touched { token: b, .. }) => a == b,
            _ => false,
        }
    }
}

/// PumpSwap leaves an account alone if its lamports do not cover the rents of the accounts that it would
/// create again; lamports.
const LEFT_FOR_RENT: u64 = 4_200_000;

/// Errors that attackers may cause for a while. Afterwards the cycle runs.
const PASSING: [&str; 3] = ["CycleTooSoon", "PriceTooHigh", "PriceNotObserved"];

impl Simulation {
    /// The operator observes a token's price some slots before its cycle.
    pub fn observe(&mut self, number: usize) {
        let TrackedToken { ecosystem, dat, .. } = self.tokens[number].clone();
        self.complete_migration(&dat);
        let first = !self.chain.stats(&dat).observation.is_fresh(self.chain.slot());
        let holds = |user: &Rc<Keypair>| self.chain.tokens(&dat.coin.ata(&user.pubkey())) > 0;
        let quoted = |coin: &&Coin| coin.quote == dat.coin.mint && self.chain.curve(coin).real_quote > 0;
        self.unbounded_gain |=
            first && (self.attackers.iter().any(holds) || self.coins.iter().any(|coin| quoted(&coin)));
        self.chain.observe(&ecosystem, &dat);
        self.observed[number] = true;
        let [quote, base] = self.chain.reserves(&self.chain.stats(&dat)).expect("a market");
        let [lowest_quote, lowest_base] = self.lowest[number].map(u128::from);
        if first || u128::from(quote) * lowest_base < lowest_quote * u128::from(base) {
            self.lowest[number] = [quote, base];
        }
    }

    /// Advances time and slots.
    pub fn wait(&mut self, seconds: i64) {
        self.chain.advance_seconds(seconds);
        self.chain.advance_slots(seconds as u64 * 3);
    }

    /// Runs the token's cycle. If `calm`, no attacker is active, so nothing may stop it.
    pub fn cycle(&mut self, number: usize, calm: bool) -> Result<Option<CycleCompleted>, Fault> {
        let token = self.tokens[number].clone();
        self.complete_migration(&token.dat);
        let pending = self.pending(&token);
        let lowest = self.lowest[number];
        self.bring(&token);
        self.chain.unwrap_all(&token.ecosystem, &token.dat);
        match self.send_cycle(&token) {
            Ok(done) => {
                self.observed[number] = false;
                self.check_price(number, lowest)?;
                let event = done.event::<CycleCompleted>();
                self.bought += event.spent;
                self.check(number, pending, event).map(Some)
            }
            Err(failure) => self.check_refusal(number, pending, &failure, calm).map(|()| None),
        }
    }

    fn complete_migration(&mut self, dat: &Dat) {
        let (coin, payer) = (dat.coin, self.chain.payer());
        if self.chain.curve(&coin).complete && !self.chain.graduated(&coin) {
            drop(self.chain.send(&[coin.migrate(&payer.pubkey())], &[&payer]));
            self.chain.prepare_for_pool(dat);
        }
    }

    /// Creates missing accounts and credits fees of the shared authority.
    fn bring(&mut self, token: &TrackedToken) {
        let (chain, dat) = (&mut self.chain, &token.dat);
        if token.creator_kind != CreatorKind::Shared {
            return;
        }
        let (operator, coin) = (&token.ecosystem.operator, dat.coin);
        let mut all = vec![];
        if chain.graduated(&coin) {
            all.extend([coin.sweep_pool(&operator.pubkey()), coin.transfer_to_vault()]);
        }
        all.extend(coin.sweep_and_collect(&operator.pubkey()));
        drop(chain.send(&all, &[operator]));
        chain.unwrap_all(&token.ecosystem, dat);
        let shared = token.ecosystem.shared_authority;
        let lamports = chain.lamports(&shared).saturating_sub(chain.rent(0));
        let before = chain.stats(dat).total_credited_lamports;
        drop(chain.send(&[token.ecosystem.credit_fees(dat, before, lamports)], &[operator]));
    }

    fn send_cycle(&mut self, token: &TrackedToken) -> Result<Success, Failure> {
        let form = self.chain.form(&token.dat.coin);
        self.chain.try_cycle_by(form, &token.ecosystem, &token.dat)
    }

    /// After a buy the price must be within the allowed rise above the lowest observed price.
    fn check_price(&self, token: usize, lowest: [u64; 2]) -> Result<(), Fault> {
        let dat = &self.tokens[token].dat;
        let stats = self.chain.stats(dat);
        if self.chain.curve(&dat.coin).complete && !self.chain.graduated(&dat.coin) {
            return Ok(()); // There is no price until it has migrated.
        }
        let [quote, base] = self.chain.reserves(&stats).expect("a market").map(u128::from);
        let [lowest_quote, lowest_base] = lowest.map(u128::from);
        let rise_bps = (quote * lowest_base * 10_000 / (base * lowest_quote)).saturating_sub(10_000) as u64;
        if rise_bps > self.chain.state(dat).parameters.max_price_rise_bps.into() {
            return Err(Fault::Dear { token, rise_bps });
        }
        Ok(())
    }

    fn check(&self, token: usize, pending: u64, event: CycleCompleted) -> Result<CycleCompleted, Fault> {
        assert_identity(&event);
        let dat = &self.tokens[token].dat;
        self.chain.assert_accounted(dat);
        let split = event.inflow + event.treasury_in;
        if split + LEFT_FOR_RENT < pending {
            return Err(Fault::Evaded { token, pending, split });
        }
        let state = self.chain.state(dat);
        let share = match self.chain.stats(dat).role {
            Role::Root => 0,
            Role::Secondary => state.root_share.bps,
        };
        let to_root = (u128::from(event.inflow) * u128::from(share) / 10_000) as u64;
        if event.to_root != to_root {
            return Err(Fault::Share { token, inflow: event.inflow, to_root: event.to_root });
        }
        Ok(event)
    }

    fn check_refusal(&self, token: usize, pending: u64, failure: &Failure, calm: bool) -> Result<(), Fault> {
        let dat = &self.tokens[token].dat;
        let (state, stats) = (self.chain.state(dat), self.chain.stats(dat));
        let minimum = match stats.role {
            Role::Root => state.parameters.min_fees_root_lamports,
            Role::Secondary => state.parameters.min_fees_secondary_lamports,
        };
        let poor = pending + stats.carried_lamports < minimum + LEFT_FOR_RENT;
        let reason = failure.reason();
        let lawful = match reason.as_str() {
            "InsufficientFees" => poor,
            reason => !calm && PASSING.contains(&reason),
        };
        if lawful {
            return Ok(());
        }
        Err(Fault::Stopped { token, reason })
    }
}
