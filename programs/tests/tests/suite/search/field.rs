//! The world of a program: our tokens, and attackers with coins and ecosystems of their own.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use dat_tests::client::SLOTS_BEFORE_A_BUY;
use dat_tests::*;
use solana_rent::Rent;

use super::setting::{Fees, Ground, Origin, Place, Setting};

#[derive(Clone)]
pub struct Field {
    pub world: World,
    /// A secondary, its root, and the same coin as the root of two further ecosystems.
    pub tokens: Vec<Token>,
    pub attackers: Vec<Rc<Keypair>>,
    /// Honest holders of our two coins.
    pub holders: Vec<Rc<Keypair>>,
    /// Our two coins, then those of the attackers: one, one that shares its fees, and one paid in each of ours if
    /// pump.fun made it.
    pub coins: Vec<Coin>,
    /// Ecosystems of the attackers, with one of our coins as their root.
    pub theirs: Vec<Token>,
    /// Accounts for wrapped SOL that were made for our PDAs, besides the associated ones.
    pub extra: Vec<Pubkey>,
    /// Whether attackers are in luck: they held a coin of ours when its price was looked at, which is a bet on a cycle
    /// that may come later or not at all; or somebody else moved the price between the look and the buy. Then a buy
    /// keeps to its bound, and no more is promised.
    pub luck: bool,
    /// Whether a token's price has been looked at since its last cycle.
    pub looked: [bool; 4],
    /// The lowest price of each that was looked at since, lamports and base units: not by what the program remembers.
    pub lowest: [[u64; 2]; 4],
    /// What our cycles have spent, lamports.
    pub bought: u64,
    /// What should have been refused.
    pub accepted: Option<&'static str>,
    /// Instructions that went through, by name.
    pub sent: BTreeMap<String, usize>,
}

#[derive(Clone)]
pub struct Token {
    pub ecosystem: Ecosystem,
    pub dat: Dat,
    pub origin: Origin,
}

impl Field {
    pub fn new(setting: &Setting) -> Self {
        thread_local!(static GROUNDS: RefCell<BTreeMap<Ground, Field>> = RefCell::default());
        let build = || {
            GROUNDS.with_borrow_mut(|all| {
                all.entry(setting.ground).or_insert_with(|| Self::on(&setting.ground)).clone()
            })
        };
        let mut field = build();
        field.set(setting);
        field
    }

    fn set(&mut self, setting: &Setting) {
        let world = &mut self.world;
        world.set_max_curve_depth(setting.max_curve_depth);
        if setting.configurable {
            world.let_coins_have_rates();
        }
        let mut rent = world.svm.get_sysvar::<Rent>();
        rent.lamports_per_byte = setting.rent;
        world.svm.set_sysvar(&rent);
        for token in &self.tokens {
            world.rewrite(&token.ecosystem.state, |state: &mut DatState| {
                state.parameters.max_price_impact_bps = setting.impact_bps;
                state.parameters.max_fees_per_cycle_lamports = setting.cap_lamports;
                state.parameters.max_price_rise_bps = setting.rise_bps;
                state.parameters.min_interval_seconds = setting.interval_seconds;
            });
        }
        self.set_fees(setting.fees);
    }

    fn set_fees(&mut self, fees: Fees) {
        let (world, coin) = (&mut self.world, &self.coins[1]);
        let supply = world.supply(&coin.mint);
        let cap = if world.graduated(coin) {
            world.pool(coin).market_cap(supply)
        } else {
            world.curve(coin).market_cap(supply)
        };
        let Some(tiers) = fees.tiers(cap as u64) else { return };
        world.set_pool_fee_tiers(&tiers);
        if fees != Fees::CheapPool {
            let of_curve = tiers.iter().map(|(from, rates)| (*from, Rates { lp: 0, ..*rates }));
            world.set_fee_tiers(&of_curve.collect::<Vec<_>>());
        }
    }

    fn on(ground: &Ground) -> Self {
        let mut world = World::new();
        world.looks_in_time = false;
        let attackers = (0..2).map(|_| Rc::new(world.wallet(2_000 * SOL))).collect();
        let mut field = Self {
            world,
            tokens: vec![],
            attackers,
            holders: vec![],
            coins: vec![],
            theirs: vec![],
            extra: vec![],
            luck: false,
            looked: [false; 4],
            lowest: [[0; 2]; 4],
            bought: 0,
            accepted: None,
            sent: BTreeMap::new(),
        };
        field.found(ground);
        for at in 0..2 {
            field.bring_on(at, ground.place);
        }
        field.fund();
        field.equip(ground);
        for token in 0..field.tokens.len() {
            field.observe(token);
        }
        for Token { ecosystem, dat, .. } in field.theirs.clone() {
            field.world.observe(&ecosystem, &dat);
        }
        field.world.pass_slots(SLOTS_BEFORE_A_BUY);
        field
    }

    /// Our ecosystems and their tokens.
    fn found(&mut self, ground: &Ground) {
        let Self { world, attackers, .. } = self;
        let first = world.ecosystem("first", |_| ());
        let secondary = match ground.origin {
            Origin::Own => world.candidate(&first, ground.kind),
            Origin::Shared => first.dat(world.coin(ground.kind, |_| first.shared_authority)),
            Origin::Adopted => {
                let (coin, creator) = world.foreign_coin(ground.kind);
                let authority = first.authority(&coin.mint);
                first.dat(world.adopt(&coin, &creator, &authority))
            }
        };
        let root = match ground.foreign_root {
            true => first.dat(world.coin(Kind::Token2022, |_| attackers[0].pubkey())),
            false => world.candidate(&first, Kind::Token2022),
        };
        world.admit(&first, &secondary, Role::Secondary, None);
        world.admit(&first, &root, Role::Root, None);
        self.coins = vec![secondary.coin, root.coin];
        self.tokens = vec![
            Token { ecosystem: first.clone(), dat: secondary, origin: ground.origin },
            Token { ecosystem: first, dat: root, origin: Origin::Own },
        ];
        for name in ["second", "third"] {
            let ecosystem = self.world.ecosystem(name, |_| ());
            let dat = ecosystem.dat(root.coin);
            self.world.admit(&ecosystem, &dat, Role::Root, None);
            self.tokens.push(Token { ecosystem, dat, origin: Origin::Own });
        }
    }

    /// Honest people trade a coin until it is where the setting wants it.
    fn bring_on(&mut self, at: usize, place: Place) {
        let (world, coin) = (&mut self.world, self.coins[at]);
        let first = match place {
            Place::Young => 3,
            Place::Grown | Place::Pool | Place::DeepPool => 55,
            Place::Edge => 84,
        };
        let (holder, _) = world.somebody_buys(&coin, first * SOL);
        let (rich, user) = (world.rich(), holder.pubkey());
        let from = rich.pubkey();
        let accounts = [swap::create_wsol(&from, &user), swap::init_amm_volume_accumulator(&from, &user)];
        world.send(&accounts, &[&rich]).expect("a holder's accounts");
        world.give(&user, 500 * SOL);
        world.give_wsol(&wsol(&user), 500 * SOL);
        self.holders.push(Rc::new(holder));
        for token in self.tokens.iter().filter(|token| token.dat.coin.mint == coin.mint) {
            world.prepare_for_pool(&token.dat);
        }
        if matches!(place, Place::Pool | Place::DeepPool) {
            world.graduate(&coin);
            world.somebody_swaps(&coin, 20 * SOL);
        }
        if place == Place::DeepPool {
            world.somebody_swaps(&coin, 200 * SOL);
        }
    }

    fn fund(&mut self) {
        for (at, token) in self.tokens.iter().enumerate() {
            let lamports = if at == 0 { 2 } else { 20 };
            self.world.give(&token.dat.authority, lamports * SOL);
        }
        self.world.give(&self.tokens[1].dat.treasury, 5 * SOL);
    }

    /// A coin as it is now: its creator may have changed.
    pub fn coin(&self, at: usize) -> Coin {
        let coin = self.coins[at % self.coins.len()];
        coin.with_creator(self.world.curve(&coin).creator)
    }
}
