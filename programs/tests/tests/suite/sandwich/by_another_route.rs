//! Sandwiches through another coin (`multi_hop_swap`). The route pays the protocol fee where SOL changes
//! hands. It pays creator and liquidity fees only for the last coin, which may be the attacker's own. So only
//! the protocol fee can bound a buy.

use dat_tests::pump::multi_hop::{multi_hop, Hop};
use dat_tests::*;

use crate::sandwich::attack::{assert_max_gain, attack_sizes, AttackResult};

struct Route {
    chain: Chain,
    ecosystem: Ecosystem,
    dat: Dat,
    attacker: Keypair,
    way: [Hop; 2],
    /// Whether the attacker buys our coin directly.
    direct: bool,
}

impl Route {
    /// A root with more lamports than a cycle may spend, and a coin of the attacker that is quoted in it.
    fn new(graduated: bool, rates: Rates, impact_bps: u16) -> Self {
        let mut chain = Chain::new();
        chain.auto_observe = false;
        let ecosystem = chain.ecosystem("eco", |p| {
            p.max_price_impact_bps = impact_bps;
            p.max_fees_per_cycle_lamports = 1_000 * SOL;
        });
        let dat = chain.dat(&ecosystem, Kind::Token2022, Role::Root);
        chain.airdrop(&dat.authority, 1_000 * SOL);
        let attacker = chain.swapper(&dat.coin, 1_000 * SOL);
        let user = attacker.pubkey();
        chain.airdrop(&user, 1_000 * SOL);
        if graduated {
            chain.graduate(&dat.coin);
            chain.prepare_for_pool(&dat);
        } else {
            chain.somebody_buys(&dat.coin, 20 * SOL);
        }
        chain.set_pool_fee_tiers(&[(0, rates)]);
        chain.set_fee_tiers(&[(0, Rates { lp: 0, ..rates })]);
        chain.set_max_curve_depth(2);
        let far = chain.quoted_coin(&dat.coin, &user).unwrap_or_else(|failure| panic!("{failure:#?}"));
        let payer = chain.payer();
        chain.send(&[far.create_ata(&payer.pubkey(), &user)], &[&payer]).expect("an account");
        chain.observe(&ecosystem, &dat);
        chain.advance_slots(program::preparation::SLOTS_BEFORE_A_BUY);
        Self { chain, ecosystem, dat, attacker, way: [(dat.coin, graduated), (far, false)], direct: false }
    }

    fn trade(&self, chain: &mut Chain, buys: bool, amount: u64) {
        let (user, (coin, graduated)) = (self.attacker.pubkey(), self.way[0]);
        let trade = match (self.direct, buys) {
            (false, _) => multi_hop(&user, &self.way, buys, amount),
            (true, true) => coin.buy_by(chain.form(&coin), &user, amount),
            (true, false) if graduated => coin.swap_sell(&user, amount),
            (true, false) => coin.sell(&user, amount),
        };
        chain
            .send(&[trade], &[&chain.payer(), &self.attacker])
            .unwrap_or_else(|failure| panic!("{failure:#?}"));
    }

    /// The attacker's gain from a buy for `size` before the cycle and a sale after it. The fees of the
    /// attacker's coin stay with the attacker.
    fn attack(&self, size: u64) -> AttackResult {
        let (mut chain, user) = (self.chain.clone(), self.attacker.pubkey());
        let wealth = |chain: &Chain| (chain.lamports(&user) + chain.tokens(&wsol(&user))) as i64;
        let before = wealth(&chain);
        self.trade(&mut chain, true, size);
        // A refused cycle spends nothing, so there is no gain.
        drop(chain.try_cycle_by(chain.form(&self.dat.coin), &self.ecosystem, &self.dat));
        let held = chain.tokens(&self.way[usize::from(!self.direct)].0.ata(&user));
        self.trade(&mut chain, false, held);
        AttackResult {
            gain: wealth(&chain) - before,
            spent: chain.stats(&self.dat).total_spent_lamports,
            size,
        }
    }
}

#[test]
fn a_sandwich_through_the_attackers_own_coin_gains_little() {
    let tiers = [Rates::new(2, 93, 30), Rates::new(20, 5, 95), Rates::new(20, 5, 5)];
    for (graduated, rates) in [true, false].into_iter().flat_map(|place| tiers.map(|rates| (place, rates))) {
        let route = Route::new(graduated, rates, 1_000);
        let results = attack_sizes(40 * SOL).map(|size| route.attack(size));
        assert_max_gain(&format!("through the attacker's coin, graduated {graduated}, {rates:?}"), results);
    }
}

#[test]
fn at_the_lowest_fee_a_sandwich_gains_at_most_20_basis_points() {
    let all = [false, true].into_iter().flat_map(|direct| [(direct, true), (direct, false)]);
    for (impact, (direct, graduated)) in all.flat_map(|way| [(100, way), (1_000, way)]) {
        let route = Route { direct, ..Route::new(graduated, Rates::new(0, 5, 0), impact) };
        let [quote, _] = route.chain.reserves(&route.chain.stats(&route.dat)).expect("a market");
        // Price rises in hundredths of a basis point, up to 3 %, with small steps near the tolerance.
        let rises =
            (100..1_800).step_by(100).chain((1_800..2_100).step_by(10)).chain((2_100..30_000).step_by(900));
        let results: Vec<_> = rises.map(|rise| route.attack(quote / 2_000_000 * rise)).collect();
        // The route through the attacker's coin pays additional fees.
        let least = if direct { 17.0 } else { 12.0 };
        assert!(results.iter().any(|take| take.bps() > least), "the search must find the known gain");
        assert_max_gain(&format!("direct {direct}, graduated {graduated}, impact {impact}"), results);
    }
}
