//! One coin may be the root of several ecosystems. Whoever orders transactions puts their cycles together, between his
//! buy and his sale.

use dat_tests::*;

use crate::attacks::{assert_trifle, geometric, Take};

struct Several {
    world: World,
    roots: Vec<(Ecosystem, Dat)>,
    attacker: Keypair,
    coin: Coin,
}

impl Several {
    fn new(number: usize, graduated: bool) -> Self {
        let mut world = World::new();
        world.looks_in_time = false;
        let coin = world.foreign_coin(Kind::Token2022).0;
        // The whole fee is one that nobody gets back.
        let rates = Rates::new(0, 93, 0);
        world.set_fee_tiers(&[(0, rates)]);
        world.set_pool_fee_tiers(&[(0, rates)]);
        let attacker = world.swapper(&coin, 1_000 * SOL);
        world.give(&attacker.pubkey(), 1_000 * SOL);
        if graduated {
            world.graduate(&coin);
        } else {
            world.somebody_buys(&coin, 20 * SOL);
        }
        let mut several = Self { world, roots: vec![], attacker, coin };
        for name in ["first", "second", "third"].into_iter().take(number) {
            several.add(name);
        }
        several.world.pass_slots(client::SLOTS_BEFORE_A_BUY);
        several
    }

    fn add(&mut self, name: &str) {
        let world = &mut self.world;
        let ecosystem = world.ecosystem(name, |p| {
            p.max_price_impact_bps = 1_000;
            p.max_fees_per_cycle_lamports = 1_000 * SOL;
        });
        let dat = ecosystem.dat(self.coin);
        world.admit(&ecosystem, &dat, Role::Root, None);
        world.give(&dat.authority, 1_000 * SOL);
        if world.graduated(&self.coin) {
            world.prepare_for_pool(&dat);
        }
        world.observe(&ecosystem, &dat);
        self.roots.push((ecosystem, dat));
    }

    fn take(&self, size: u64) -> Take {
        let (mut world, user, coin) = (self.world.clone(), self.attacker.pubkey(), self.coin);
        let wealth = |world: &World| (world.lamports(&user) + world.tokens(&wsol(&user))) as i64;
        let (before, form) = (wealth(&world), world.form(&coin));
        let send = |world: &mut World, instruction: Instruction| {
            let done = world.send(&[instruction], &[&world.rich(), &self.attacker]);
            done.unwrap_or_else(|failure| panic!("{failure:#?}"));
        };
        send(&mut world, coin.buy_by(form, &user, size));
        let mut spent = 0;
        for (ecosystem, dat) in &self.roots {
            drop(world.try_cycle_by(form, ecosystem, dat));
            spent += world.stats(dat).total_spent_lamports;
        }
        let held = world.tokens(&coin.ata(&user));
        let sale = if world.graduated(&coin) { coin.swap_sell(&user, held) } else { coin.sell(&user, held) };
        send(&mut world, sale);
        Take { gain: wealth(&world) - before, spent, size }
    }
}

#[test]
fn cycles_of_one_coin_in_several_ecosystems_are_no_prey_together() {
    for (number, graduated) in [(1, false), (2, false), (3, false), (2, true), (3, true)] {
        let several = Several::new(number, graduated);
        let takes = geometric(30 * SOL).map(|size| several.take(size));
        assert_trifle(&format!("{number} ecosystems, graduated {graduated}"), takes);
    }
}
