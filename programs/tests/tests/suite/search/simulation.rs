//! The simulation that runs a sequence: our tokens, and attackers with their own coins and ecosystems.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use dat_tests::program::preparation::SLOTS_BEFORE_A_BUY;
use dat_tests::*;
use solana_rent::Rent;

use super::config::{BaseConfig, Config, CreatorKind, Fees, Progress};

#[derive(Clone)]
pub struct Simulation {
    pub chain: Chain,
    /// A secondary, its root, and the root's coin as the root of two more ecosystems.
    pub tokens: Vec<TrackedToken>,
    pub attackers: Vec<Rc<Keypair>>,
    /// Honest holders of our two coins.
    pub holders: Vec<Rc<Keypair>>,
    /// Our two coins, then those of the attackers: one, one with shared fees, and one quoted in each of ours
    /// if pump.fun allows it.
    pub coins: Vec<Coin>,
    /// Ecosystems of the attackers with one of our coins as root.
    pub theirs: Vec<TrackedToken>,
    /// Wrapped-SOL accounts of our PDAs, except the associated ones.
    pub extra: Vec<Pubkey>,
    /// Whether the attackers' gain has no bound. They held one of our coins at the time of an observation,
    /// which is a bet on a later cycle, or somebody else moved the price between observation and buy. The buy
    /// then obeys its price bound, and nothing more is promised.
    pub unbounded_gain: bool,
    /// Whether each token's price was observed since its last cycle.
    pub observed: [bool; 4],
    /// The lowest price of each token since its first observation, lamports and base units, recorded
    /// independently of the program.
    pub lowest: [[u64; 2]; 4],
    /// Lamports that our cycles spent.
    pub bought: u64,
    /// An instruction that should have failed.
    pub accepted: Option<&'static str>,
    /// Succeeded instructions by name.
    pub sent: BTreeMap<String, usize>,
}

#[derive(Clone)]
pub struct TrackedToken {
    pub ecosystem: Ecosystem,
    pub dat: Dat,
    pub creator_kind: CreatorKind,
}

impl Simulation {
    pub fn new(config: &Config) -> Self {
        thread_local!(static BASES: RefCell<BTreeMap<BaseConfig, Simulation>> = RefCell::default());
        let build = || {
            BASES.with_borrow_mut(|all| {
                all.entry(config.base).or_insert_with(|| Self::on(&config.base)).clone()
            })
        };
        let mut simulation = build();
        simulation.set(config);
        simulation
    }

    fn set(&mut self, config: &Config) {
        let chain = &mut self.chain;
        chain.set_max_curve_depth(config.max_curve_depth);
        if config.configurable {
            chain.let_coins_have_rates();
        }
        let mut rent = chain.svm.get_sysvar::<Rent>();
        rent.lamports_per_byte = config.rent;
        chain.svm.set_sysvar(&rent);
        for token in &self.tokens {
            chain.rewrite(&token.ecosystem.state, |state: &mut DatState| {
                state.parameters.max_price_impact_bps = config.impact_bps;
                state.parameters.max_fees_per_cycle_lamports = config.cap_lamports;
                state.parameters.max_price_rise_bps = config.rise_bps;
                state.parameters.min_interval_seconds = config.interval_seconds;
            });
        }
        self.set_fees(config.fees);
    }

    fn set_fees(&mut self, fees: Fees) {
        let (chain, coin) = (&mut self.chain, &self.coins[1]);
        let supply = chain.supply(&coin.mint);
        let cap = if chain.graduated(coin) {
            chain.pool(coin).market_cap(supply)
        } else {
            chain.curve(coin).market_cap(supply)
        };
        let Some(tiers) = fees.tiers(cap as u64) else { return };
        chain.set_pool_fee_tiers(&tiers);
        if fees != Fees::CheapPool {
            let of_curve = tiers.iter().map(|(from, rates)| (*from, Rates { lp: 0, ..*rates }));
            chain.set_fee_tiers(&of_curve.collect::<Vec<_>>());
        }
    }

    fn on(base: &BaseConfig) -> Self {
        let mut chain = Chain::new();
        chain.auto_observe = false;
        let attackers = (0..2).map(|_| Rc::new(chain.wallet(2_000 * SOL))).collect();
        let mut simulation = Self {
            chain,
            tokens: vec![],
            attackers,
            holders: vec![],
            coins: vec![],
            theirs: vec![],
            extra: vec![],
            unbounded_gain: false,
            observed: [false; 4],
            lowest: [[0; 2]; 4],
            bought: 0,
            accepted: None,
            sent: BTreeMap::new(),
        };
        simulation.create_ecosystems(base);
        for at in 0..2 {
            simulation.trade_until(at, base.progress);
        }
        simulation.fund();
        simulation.set_up_attackers(base);
        for token in 0..simulation.tokens.len() {
            simulation.observe(token);
        }
        for TrackedToken { ecosystem, dat, .. } in simulation.theirs.clone() {
            simulation.chain.observe(&ecosystem, &dat);
        }
        simulation.chain.advance_slots(SLOTS_BEFORE_A_BUY);
        simulation
    }

    /// Creates our ecosystems and their tokens.
    fn create_ecosystems(&mut self, base: &BaseConfig) {
        let Self { chain, attackers, .. } = self;
        let first = chain.ecosystem("first", |_| ());
        let secondary = match base.creator_kind {
            CreatorKind::Own => chain.candidate(&first, base.kind),
            CreatorKind::Shared => first.dat(chain.coin(base.kind, |_| first.shared_authority)),
            CreatorKind::Adopted => {
                let (coin, creator) = chain.foreign_coin(base.kind);
                let authority = first.authority(&coin.mint);
                first.dat(chain.adopt(&coin, &creator, &authority))
            }
        };
        let root = match base.foreign_root {
            true => first.dat(chain.coin(Kind::Token2022, |_| attackers[0].pubkey())),
            false => chain.candidate(&first, Kind::Token2022),
        };
        chain.admit(&first, &secondary, Role::Secondary, None);
        chain.admit(&first, &root, Role::Root, None);
        self.coins = vec![secondary.coin, root.coin];
        self.tokens = vec![
            TrackedToken { ecosystem: first.clone(), dat: secondary, creator_kind: base.creator_kind },
            TrackedToken { ecosystem: first, dat: root, creator_kind: CreatorKind::Own },
        ];
        for name in ["second", "third"] {
            let ecosystem = self.chain.ecosystem(name, |_| ());
            let dat = ecosystem.dat(root.coin);
            self.chain.admit(&ecosystem, &dat, Role::Root, None);
            self.tokens.push(TrackedToken { ecosystem, dat, creator_kind: CreatorKind::Own });
        }
    }

    /// Honest people trade a coin until it has the configured progress.
    fn trade_until(&mut self, at: usize, progress: Progress) {
        let (chain, coin) = (&mut self.chain, self.coins[at]);
        let first = match progress {
            Progress::Young => 3,
            Progress::Grown | Progress::Pool | Progress::DeepPool => 55,
            Progress::Edge => 84,
        };
        let (holder, _) = chain.somebody_buys(&coin, first * SOL);
        let (payer, user) = (chain.payer(), holder.pubkey());
        let from = payer.pubkey();
        let accounts = [create_wsol(&from, &user), init_amm_volume_accumulator(&from, &user)];
        chain.send(&accounts, &[&payer]).expect("a holder's accounts");
        chain.airdrop(&user, 500 * SOL);
        chain.airdrop_wsol(&wsol(&user), 500 * SOL);
        self.holders.push(Rc::new(holder));
        for token in self.tokens.iter().filter(|token| token.dat.coin.mint == coin.mint) {
            chain.prepare_for_pool(&token.dat);
        }
        if matches!(progress, Progress::Pool | Progress::DeepPool) {
            chain.graduate(&coin);
            chain.somebody_swaps(&coin, 20 * SOL);
        }
        if progress == Progress::DeepPool {
            chain.somebody_swaps(&coin, 200 * SOL);
        }
    }

    fn fund(&mut self) {
        for (at, token) in self.tokens.iter().enumerate() {
            let lamports = if at == 0 { 2 } else { 20 };
            self.chain.airdrop(&token.dat.authority, lamports * SOL);
        }
        self.chain.airdrop(&self.tokens[1].dat.treasury, 5 * SOL);
    }

    /// The coin with its current creator.
    pub fn coin(&self, at: usize) -> Coin {
        let coin = self.coins[at % self.coins.len()];
        coin.with_creator(self.chain.curve(&coin).creator)
    }
}
