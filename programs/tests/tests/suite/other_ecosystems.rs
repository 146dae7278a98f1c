//! One coin may be a token of several ecosystems, whose cycles anybody may put together who orders transactions. They are
//! one buy of the same liquidity: what is burned since a look counts against what is still to be bought.

use dat_tests::*;

use crate::attacks::{assert_trifle, geometric, Take};

struct Roots {
    world: World,
    roots: Vec<(Ecosystem, Dat)>,
    coin: Coin,
    attacker: Keypair,
}

impl Roots {
    /// A foreign coin as the rich root of so many ecosystems, whose operators have just looked.
    fn new(number: usize, graduated: bool, fee: u64) -> Self {
        let mut world = World::new();
        world.looks_in_time = false;
        let coin = world.foreign_coin(Kind::Token2022).0;
        world.set_fee_tiers(&[(0, Rates::of_curve(fee, 0))]);
        world.set_pool_fee_tiers(&[(0, Rates::new(0, fee, 0))]);
        if graduated {
            world.graduate(&coin);
        }
        let attacker = world.swapper(&coin, 1_000 * SOL);
        world.give(&attacker.pubkey(), 1_000 * SOL);
        let mut roots = vec![];
        for name in ["one", "two", "three"].into_iter().take(number) {
            let ecosystem = world.ecosystem(name, |p| {
                p.max_price_impact_bps = 1_000;
                p.max_fees_per_cycle_lamports = 1_000 * SOL;
            });
            let dat = ecosystem.dat(coin);
            world.admit(&ecosystem, &dat, Role::Root, None);
            world.prepare_for_pool(&dat);
            world.give(&dat.authority, 1_000 * SOL);
            world.by(&ecosystem.operator, ecosystem.observe(&dat, graduated)).expect("observe");
            roots.push((ecosystem, dat));
        }
        world.pass_slots(8);
        Self { world, roots, coin, attacker }
    }

    /// Since the look the price has risen by twice the tolerance: each may spend twice what the fee covers.
    fn risen(mut self) -> Self {
        for (_, dat) in &self.roots {
            self.world.rewrite(&dat.stats, |stats: &mut TokenStats| {
                stats.observation.base = looks::before_the_rise(stats.observation.base);
            });
        }
        self
    }

    fn reserves(&self) -> u64 {
        let pool = || self.world.pool(&self.coin).priced_quote() as u64;
        if self.world.graduated(&self.coin) {
            pool()
        } else {
            self.world.curve(&self.coin).virtual_quote
        }
    }

    /// What each cycle spends, one after another; 0 for one that is refused for its price.
    fn spend(&self, world: &mut World) -> Vec<u64> {
        let cycles = self.roots.iter().map(|(ecosystem, dat)| {
            let cycle = ecosystem.cycle_by(world.form(&self.coin), dat, 0, 1);
            match world.send(&[cycle], &[&ecosystem.operator]) {
                Ok(done) => done.event::<CycleCompleted>().spent,
                Err(failure) => {
                    failure.assert_dat(DatError::PriceTooHigh);
                    0
                }
            }
        });
        cycles.collect()
    }

    /// What the attacker has more after buying for `size`, all cycles, and selling.
    fn take(&self, size: u64, cycles: impl Fn(&Self, &mut World)) -> Take {
        let (mut world, user, coin) = (self.world.clone(), self.attacker.pubkey(), self.coin);
        let (rich, form) = (world.rich(), world.form(&coin));
        let wealth = |world: &World| (world.lamports(&user) + world.tokens(&wsol(&user))) as i64;
        let before = wealth(&world);
        world.send(&[coin.buy_by(form, &user, size)], &[&rich, &self.attacker]).expect("a buy");
        cycles(self, &mut world);
        let held = world.tokens(&coin.ata(&user));
        let sale = if world.graduated(&coin) { coin.swap_sell(&user, held) } else { coin.sell(&user, held) };
        world.send(&[sale], &[&rich, &self.attacker]).expect("a sale");
        let spent = self.roots.iter().map(|(_, dat)| world.stats(dat).total_spent_lamports).sum();
        Take { gain: wealth(&world) - before, spent, size }
    }

    #[track_caller]
    fn assert_no_prey(&self, what: &str, cycles: impl Fn(&Self, &mut World)) {
        assert_trifle(what, geometric(40 * SOL).map(|size| self.take(size, &cycles)));
    }
}

#[test]
fn together_they_spend_no_more_than_one_may() {
    for graduated in [false, true] {
        let alone = Roots::new(1, graduated, 95).risen();
        let limit = alone.reserves() / 1_000_000 * 95 * 80 * 2;
        let spent = alone.spend(&mut alone.world.clone());
        assert!(spent[0].abs_diff(limit) < 10_000);
        for number in [2, 3] {
            let several = Roots::new(number, graduated, 95).risen();
            let spent = several.spend(&mut several.world.clone());
            let sum = spent.iter().sum::<u64>();
            // The reserves grow by what is bought, and with them the limit, by less than a twentieth.
            assert!(spent[0].abs_diff(limit) < 10_000 && sum < limit / 20 * 21, "{spent:?} of {limit}");
        }
    }
}

#[test]
fn they_are_no_prey_together() {
    for (number, graduated, fee) in
        [(2, false, 95), (3, false, 95), (3, true, 95), (3, true, 5), (3, false, 5)]
    {
        for risen in [false, true] {
            let several = Roots::new(number, graduated, fee);
            let several = if risen { several.risen() } else { several };
            let what = format!("{number} ecosystems, graduated {graduated}, fee {fee}, risen {risen}");
            several.assert_no_prey(&what, |several, world| drop(several.spend(world)));
        }
    }
}

#[test]
fn all_cycles_fit_into_one_transaction_and_are_still_one_buy() {
    let Roots { mut world, roots, .. } = Roots::new(3, false, 95).risen();
    let spent =
        |done: Done| done.events::<CycleCompleted>().iter().map(|event| event.spent).collect::<Vec<_>>();
    let first = [&roots[0].0.operator];
    let alone = spent(world.clone().send(&[roots[0].0.cycle(&roots[0].1, 0)], &first).expect("a cycle"));
    let both: Vec<_> = roots[..2].iter().map(|(ecosystem, dat)| ecosystem.cycle(dat, 0)).collect();
    let signers = [&roots[0].0.operator, &roots[1].0.operator];
    match world.send(&both, &signers) {
        Ok(done) => {
            let spent = spent(done);
            assert!(spent[0] == alone[0] && spent[1] < alone[0] / 20, "{spent:?}");
        }
        Err(failure) => failure.assert_dat(DatError::PriceTooHigh),
    }
}

#[test]
fn a_buy_that_would_burn_later_is_refused_once_the_price_has_risen() {
    // Other ecosystems count what was burned: by steps, two of them brought an attacker 0.010 SOL.
    for (number, graduated, fee) in [(2, false, 95), (3, false, 95), (3, true, 95), (3, true, 5)] {
        let mut several = Roots::new(number, graduated, fee).risen();
        for (ecosystem, dat) in &several.roots {
            several.world.by(&ecosystem.operator, ecosystem.collect_fees(dat)).expect("collect_fees");
        }
        let what = format!("{number} ecosystems, burning later, graduated {graduated}, fee {fee}");
        several.assert_no_prey(&what, |several, world| {
            for (ecosystem, dat) in &several.roots {
                let buy = ecosystem.execute_buy_by(world.form(&several.coin), dat, 0, 1);
                world.send(&[buy], &[&ecosystem.operator]).refused(DatError::PriceTooHigh);
            }
        });
    }
}

#[test]
fn buys_that_burn_later_are_no_prey_before_either() {
    for (number, graduated, fee) in [(2, false, 95), (3, false, 5), (3, true, 95), (3, true, 5)] {
        let mut several = Roots::new(number, graduated, fee);
        for (ecosystem, dat) in &several.roots {
            several.world.by(&ecosystem.operator, ecosystem.collect_fees(dat)).expect("collect_fees");
        }
        let what = format!("{number} ecosystems, burning later, graduated {graduated}, fee {fee}, not risen");
        several.assert_no_prey(&what, |several, world| {
            for (ecosystem, dat) in &several.roots {
                let buy = ecosystem.execute_buy_by(world.form(&several.coin), dat, 0, 1);
                drop(world.send(&[buy], &[&ecosystem.operator]));
            }
        });
    }
}
