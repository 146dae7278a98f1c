//! A route over another coin (`multi_hop_swap`) pays pump.fun's own fee where SOL changes hands, and the creator's and
//! that for liquidity on the far coin alone, which may be the attacker's own. So only pump.fun's own fee bounds a buy.

use dat_tests::multi_hop::{multi_hop, Hop};
use dat_tests::*;

use crate::attacks::{assert_loss, geometric};

struct Route {
    world: World,
    ecosystem: Ecosystem,
    dat: Dat,
    attacker: Keypair,
    way: [Hop; 2],
}

impl Route {
    /// A root with more money than any cycle may spend, and a coin of the attacker's that is paid in it.
    fn new(graduated: bool, rates: Rates) -> Self {
        let mut world = World::new();
        world.looks_in_time = false;
        let ecosystem = world.ecosystem("eco", |p| {
            p.max_price_impact_bps = 1_000;
            p.max_fees_per_cycle_lamports = 1_000 * SOL;
        });
        let dat = world.dat(&ecosystem, Kind::Token2022, Role::Root);
        world.give(&dat.authority, 1_000 * SOL);
        let attacker = world.swapper(&dat.coin, 1_000 * SOL);
        let user = attacker.pubkey();
        world.give(&user, 1_000 * SOL);
        if graduated {
            world.graduate(&dat.coin);
            world.prepare_for_pool(&dat);
        } else {
            world.somebody_buys(&dat.coin, 20 * SOL);
        }
        world.set_pool_fee_tiers(&[(0, rates)]);
        world.set_fee_tiers(&[(0, Rates { lp: 0, ..rates })]);
        world.set_max_curve_depth(2);
        let far = world.quoted_coin(&dat.coin, &user).unwrap_or_else(|failure| panic!("{failure:#?}"));
        let rich = world.rich();
        world.send(&[far.create_ata(&rich.pubkey(), &user)], &[&rich]).expect("an account");
        world.observe(&ecosystem, &dat);
        world.pass_slots(client::SLOTS_BEFORE_A_BUY);
        Self { world, ecosystem, dat, attacker, way: [(dat.coin, graduated), (far, false)] }
    }

    fn hop(&self, world: &mut World, buys: bool, amount: u64) {
        let hop = multi_hop(&self.attacker.pubkey(), &self.way, buys, amount);
        world.send(&[hop], &[&world.rich(), &self.attacker]).unwrap_or_else(|failure| panic!("{failure:#?}"));
    }

    /// What the attacker has more if he buys for `size` over his coin ahead of the cycle, and sells behind it. What his
    /// coin has earned besides he keeps.
    fn gain(&self, size: u64) -> i64 {
        let (mut world, user) = (self.world.clone(), self.attacker.pubkey());
        let wealth = |world: &World| (world.lamports(&user) + world.tokens(&wsol(&user))) as i64;
        let before = wealth(&world);
        self.hop(&mut world, true, size);
        // Refused, it spends nothing: nothing to gain.
        drop(world.try_cycle_by(world.form(&self.dat.coin), &self.ecosystem, &self.dat));
        let held = world.tokens(&self.way[1].0.ata(&user));
        self.hop(&mut world, false, held);
        wealth(&world) - before
    }
}

#[test]
fn a_sandwich_over_a_coin_of_the_attackers_loses() {
    let tiers = [Rates::new(2, 93, 30), Rates::new(20, 5, 95), Rates::new(20, 5, 5)];
    for (graduated, rates) in [true, false].into_iter().flat_map(|place| tiers.map(|rates| (place, rates))) {
        let route = Route::new(graduated, rates);
        let best = geometric(40 * SOL).map(|size| (route.gain(size), size)).max().expect("sizes");
        assert_loss(&format!("over a coin of his own, graduated {graduated}, {rates:?}"), best);
    }
}
