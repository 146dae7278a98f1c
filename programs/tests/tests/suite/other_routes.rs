//! A route over another coin (`multi_hop_swap`) pays pump.fun's own fee where SOL changes hands, and the creator's and
//! that for liquidity on the far coin alone, which may be the attacker's own. So only pump.fun's own fee bounds a buy.

use dat_tests::multi_hop::{multi_hop, Hop};
use dat_tests::*;

use crate::attacks::{assert_trifle, geometric, Take};

struct Route {
    world: World,
    ecosystem: Ecosystem,
    dat: Dat,
    attacker: Keypair,
    way: [Hop; 2],
    /// Whether he buys the coin itself.
    direct: bool,
}

impl Route {
    /// A root with more money than any cycle may spend, and a coin of the attacker's that is paid in it.
    fn new(graduated: bool, rates: Rates, impact_bps: u16) -> Self {
        let mut world = World::new();
        world.looks_in_time = false;
        let ecosystem = world.ecosystem("eco", |p| {
            p.max_price_impact_bps = impact_bps;
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
        Self { world, ecosystem, dat, attacker, way: [(dat.coin, graduated), (far, false)], direct: false }
    }

    fn trade(&self, world: &mut World, buys: bool, amount: u64) {
        let (user, (coin, graduated)) = (self.attacker.pubkey(), self.way[0]);
        let trade = match (self.direct, buys) {
            (false, _) => multi_hop(&user, &self.way, buys, amount),
            (true, true) => coin.buy_by(world.form(&coin), &user, amount),
            (true, false) if graduated => coin.swap_sell(&user, amount),
            (true, false) => coin.sell(&user, amount),
        };
        world
            .send(&[trade], &[&world.rich(), &self.attacker])
            .unwrap_or_else(|failure| panic!("{failure:#?}"));
    }

    /// What the attacker has more if he buys for `size` over his coin ahead of the cycle, and sells behind it. What his
    /// coin has earned besides he keeps.
    fn take(&self, size: u64) -> Take {
        let (mut world, user) = (self.world.clone(), self.attacker.pubkey());
        let wealth = |world: &World| (world.lamports(&user) + world.tokens(&wsol(&user))) as i64;
        let before = wealth(&world);
        self.trade(&mut world, true, size);
        // Refused, it spends nothing: nothing to gain.
        drop(world.try_cycle_by(world.form(&self.dat.coin), &self.ecosystem, &self.dat));
        let held = world.tokens(&self.way[usize::from(!self.direct)].0.ata(&user));
        self.trade(&mut world, false, held);
        Take { gain: wealth(&world) - before, spent: world.stats(&self.dat).total_spent_lamports, size }
    }
}

#[test]
fn a_sandwich_over_a_coin_of_the_attackers_takes_a_trifle_at_most() {
    let tiers = [Rates::new(2, 93, 30), Rates::new(20, 5, 95), Rates::new(20, 5, 5)];
    for (graduated, rates) in [true, false].into_iter().flat_map(|place| tiers.map(|rates| (place, rates))) {
        let route = Route::new(graduated, rates, 1_000);
        let takes = geometric(40 * SOL).map(|size| route.take(size));
        assert_trifle(&format!("over a coin of his own, graduated {graduated}, {rates:?}"), takes);
    }
}

#[test]
fn at_the_least_fee_whoever_raises_the_price_takes_a_trifle_of_a_buy_at_most() {
    let all = [false, true].into_iter().flat_map(|direct| [(direct, true), (direct, false)]);
    for (impact, (direct, graduated)) in all.flat_map(|way| [(100, way), (1_000, way)]) {
        let route = Route { direct, ..Route::new(graduated, Rates::new(0, 5, 0), impact) };
        let [quote, _] = route.world.reserves(&route.world.stats(&route.dat)).expect("a market");
        // Rises of the price in hundredths of a basis point: to 3 %, closest about the tolerance.
        let rises =
            (100..1_800).step_by(100).chain((1_800..2_100).step_by(10)).chain((2_100..30_000).step_by(900));
        let takes: Vec<_> = rises.map(|rise| route.take(quote / 2_000_000 * rise)).collect();
        // Over a coin of his own he pays that one's fees besides.
        let least = if direct { 17.0 } else { 12.0 };
        assert!(takes.iter().any(|take| take.bps() > least), "the search finds what there is");
        assert_trifle(&format!("direct {direct}, graduated {graduated}, impact {impact}"), takes);
    }
}
