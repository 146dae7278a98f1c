//! What was promised outlives closing and opening, and nobody makes a buy smaller by a trifle, nor fail by making it smaller.

use dat_tests::*;

/// A coin whose creator has nothing to do with the ecosystem, ready to be admitted as a root.
fn somebodys_coin(world: &mut World, ecosystem: &Ecosystem) -> Dat {
    let (coin, _) = world.foreign_coin(Kind::Token2022);
    let dat = ecosystem.dat(coin);
    let (rich, rent) = (world.rich(), world.rent(0));
    let vault = transfer(&rich.pubkey(), &dat.coin.vault, rent);
    world.send(&[vault], &[&rich]).expect("a vault");
    dat
}

#[test]
fn closing_the_root_and_admitting_another_is_no_way_around_the_hour() {
    let mut world = World::new();
    let ecosystem = world.ecosystem("eco", |_| ());
    let root = world.dat(&ecosystem, Kind::Spl, Role::Root);
    world.give(&ecosystem.treasury, SOL);
    let mine = somebodys_coin(&mut world, &ecosystem);
    let all = [
        ecosystem.close_token_stats(&root),
        ecosystem.admit(&mine, Role::Root, None),
        ecosystem.collect_fees(&mine),
    ];
    world.send(&all, &[&ecosystem.admin, &ecosystem.operator]).refused(DatError::TimelockActive);
    // Nor by closing the ecosystem in between.
    let secondary = world.dat(&ecosystem, Kind::Token2022, Role::Secondary);
    world.edit(&ecosystem.treasury, |account| account.lamports -= SOL);
    let all = [
        ecosystem.close_token_stats(&root),
        ecosystem.close_token_stats(&secondary),
        ecosystem.close_dat_state(),
        ecosystem.initialize(parameters()),
        ecosystem.admit(&mine, Role::Root, None),
    ];
    world.send(&all, &[&ecosystem.admin]).refused(DatError::TimelockActive);
    world.send(&all[..1], &[&ecosystem.admin]).expect("close_token_stats");
    world.pass(3_599);
    let admit = [ecosystem.admit(&mine, Role::Root, None)];
    world.send(&admit, &[&ecosystem.admin]).refused(DatError::TimelockActive);
    world.pass(1);
    world.send(&admit, &[&ecosystem.admin]).expect("another root, an hour later");
}

#[test]
fn an_ecosystem_that_opens_again_has_its_emergency_admin_for_another_hour() {
    let mut world = World::new();
    let (ecosystem, dat) = world.earning(Kind::Token2022, Role::Secondary);
    let mut after = ecosystem.clone();
    after.emergency = world.wallet(SOL);
    let all = [
        ecosystem.close_token_stats(&dat),
        ecosystem.close_dat_state(),
        after.initialize(parameters()),
        after.admit(&dat, Role::Secondary, None),
    ];
    world.send(&all, &[&ecosystem.admin]).expect("closed and opened");
    world.by(&after.emergency, after.emergency_pause(None)).refused(DatError::UnauthorizedAccess);
    world.by(&ecosystem.emergency, ecosystem.clear_withdraw_address()).expect("still in office");
    world.pass(3_600);
    world.by(&ecosystem.emergency, ecosystem.clear_withdraw_address()).refused(DatError::UnauthorizedAccess);
    world.by(&after.emergency, after.emergency_pause(None)).expect("the next one");
}

#[test]
fn a_token_that_shares_a_creator_begins_at_the_ecosystems_share() {
    let mut world = World::new();
    let ecosystem = world.ecosystem_with("eco", 9_000, |_| ());
    let new = ecosystem.dat(world.coin(Kind::Token2022, |_| ecosystem.shared_authority));
    let admit = |share| ecosystem.admit(&new, Role::Secondary, share);
    world.send(&[admit(Some(1_000))], &[&ecosystem.admin]).refused(DatError::InvalidRootShare);
    world.admit(&ecosystem, &new, Role::Secondary, None);
    let rent = world.rent(0);
    world.give(&ecosystem.shared_authority, rent + SOL);
    world.by(&ecosystem.operator, ecosystem.credit_fees(&new, 0, SOL)).expect("credit_fees");
    world.by(&ecosystem.operator, ecosystem.collect_fees(&new)).expect("collect_fees");
    assert_eq!(world.lamports(&ecosystem.treasury) - rent, SOL * 9 / 10);
}

#[test]
fn a_root_that_was_proposed_long_ago_must_be_proposed_again() {
    let mut world = World::new();
    let ecosystem = world.ecosystem("eco", |_| ());
    let root = world.dat(&ecosystem, Kind::Spl, Role::Root);
    let next = world.dat(&ecosystem, Kind::Token2022, Role::Secondary);
    let set = ecosystem.set_root_token(&next, Some(&root));
    world.by(&ecosystem.admin, ecosystem.propose_root_token(&next)).expect("propose_root_token");
    world.pass(3_600 + 24 * 3_600);
    assert!(world.attempt(&set).is_ok());
    world.pass(1);
    world.by(&ecosystem.admin, set).refused(DatError::RootTokenNotProposed);
}

/// A rich root that has been looked at, on its curve or in a pool of the least fee, and somebody with money.
struct Ahead {
    world: World,
    ecosystem: Ecosystem,
    dat: Dat,
    somebody: Keypair,
}

impl Ahead {
    fn new(graduated: bool) -> Self {
        let mut world = World::new();
        world.looks_in_time = false;
        world.set_pool_fee_tiers(&[(0, Rates::new(20, 5, 95))]);
        let ecosystem = world.ecosystem("eco", |p| {
            p.max_price_impact_bps = 100;
            p.max_fees_per_cycle_lamports = 100 * SOL;
        });
        let dat = world.dat(&ecosystem, Kind::Token2022, Role::Root);
        if graduated {
            world.graduate(&dat.coin);
            world.prepare_for_pool(&dat);
        }
        world.give(&dat.authority, 100 * SOL);
        let coin = &dat.coin;
        let somebody = if graduated { world.swapper(coin, 10 * SOL) } else { world.trader(coin, 10 * SOL) };
        world.by(&ecosystem.operator, ecosystem.observe(&dat, graduated)).expect("observe");
        world.pass_slots(8);
        Self { world, ecosystem, dat, somebody }
    }

    fn cycle(&self, planned: [u64; 2]) -> Result<CycleCompleted, Failure> {
        let form = self.world.form(&self.dat.coin);
        let cycle = self.ecosystem.cycle_planned(form, &self.dat, 0, planned);
        Ok(self.world.attempt(&cycle)?.event())
    }

    /// Somebody buys for so many hundred-thousandths of the reserves, and a lamport more than pump.fun asks.
    fn buy_ahead(&mut self, part: u64) {
        let [quote, _] = self.world.reserves(&self.world.stats(&self.dat)).expect("a market");
        let (rich, form) = (self.world.rich(), self.world.form(&self.dat.coin));
        let buy = self.dat.coin.buy_by(form, &self.somebody.pubkey(), 100 + quote / 100_000 * part);
        self.world.send(&[buy], &[&rich, &self.somebody]).expect("a buy ahead");
    }
}

#[test]
fn a_trifle_ahead_changes_nothing() {
    for (graduated, part) in [false, true].into_iter().flat_map(|place| [0, 50, 93].map(|part| (place, part)))
    {
        let mut ahead = Ahead::new(graduated);
        let alone = ahead.cycle([1, 0]).expect("a cycle");
        ahead.buy_ahead(part);
        let event = ahead.cycle([alone.tokens_bought * 995 / 1_000, alone.spent]).expect("the same cycle");
        assert_eq!(event.spent, alone.spent, "graduated {graduated}, {part}/100,000 ahead");
        // By its first two steps alone, too.
        let Ahead { mut world, ecosystem, dat, .. } = ahead;
        world.by(&ecosystem.operator, ecosystem.collect_fees(&dat)).expect("collect_fees");
        let buy = ecosystem.execute_buy_by(world.form(&dat.coin), &dat, 0, 1);
        world.by(&ecosystem.operator, buy).expect("execute_buy");
        assert_eq!(world.stats(&dat).total_spent_lamports, alone.spent);
    }
}

#[test]
fn more_ahead_makes_a_buy_smaller_and_does_not_make_it_fail() {
    // From a rise on at which the fee covers less than 1 %: of 0.95 % on the curve, of 0.05 % in the pool.
    for (graduated, part) in [(false, 500), (true, 105)] {
        let mut ahead = Ahead::new(graduated);
        let alone = ahead.cycle([1, 0]).expect("a cycle");
        let mut before = alone.spent;
        for _ in 0..3 {
            ahead.buy_ahead(part);
            let smaller = ahead.cycle([alone.tokens_bought * 95 / 100, alone.spent]).expect("a smaller buy");
            assert!(smaller.spent < before, "graduated {graduated}: {} of {before}", smaller.spent);
            before = smaller.spent;
        }
        // It is a bound on the price as before.
        assert!(ahead.cycle([alone.tokens_bought * 110 / 100, alone.spent]).is_err());
    }
}
