//! The steps of a cycle together: they come to the same as a cycle at once, in any order, whatever comes between.

use std::collections::BTreeMap;

use dat::events::{BuyExecuted, FeesCollected, TokensBurned};
use dat_tests::coin::KINDS;
use dat_tests::*;
use solana_account::Account;

/// A token with fees, something carried, donated tokens and a treasury, all of it gathered.
fn earning(kind: Kind, role: Role) -> (World, Ecosystem, Dat) {
    let mut world = World::new();
    let ecosystem = world.ecosystem("eco", |p| p.max_fees_per_cycle_lamports = 10_000_000);
    let dat = world.dat(&ecosystem, kind, role);
    world.give(&dat.authority, 40_000_000);
    world.cycle(&ecosystem, &dat);
    world.pass(60);
    world.somebody_buys(&dat.coin, 10 * SOL);
    world.somebody_gives_tokens(&dat, SOL);
    world.give(&ecosystem.treasury, 3_000_000);
    let rich = world.rich();
    world.send(&dat.coin.gather(&rich.pubkey()), &[&rich]).expect("sweep and collect");
    (world, ecosystem, dat)
}

fn steps(ecosystem: &Ecosystem, dat: &Dat) -> [Instruction; 3] {
    [ecosystem.collect_fees(dat), ecosystem.execute_buy(dat, 1), ecosystem.burn_and_update(dat)]
}

/// What every account holds, but his who pays the fees here.
fn holdings(world: &World) -> BTreeMap<Pubkey, (u64, Pubkey, Vec<u8>)> {
    let held = |account: Account| (account.lamports, account.owner, account.data);
    let mut all: BTreeMap<_, _> =
        world.accounts().into_iter().map(|(key, account)| (key, held(account))).collect();
    all.remove(&world.rich().pubkey());
    all
}

#[test]
fn three_steps_are_one_cycle() {
    for (kind, role) in KINDS.map(|kind| [(kind, Role::Root), (kind, Role::Secondary)]).concat() {
        let (mut world, ecosystem, dat) = earning(kind, role);
        let mut at_once = world.clone();
        let cycle = at_once.send(&[ecosystem.cycle(&dat, 1)], &[&ecosystem.operator]).expect("a cycle");
        let done = world.send(&steps(&ecosystem, &dat), &[&ecosystem.operator]).expect("the steps");
        assert_eq!(holdings(&world), holdings(&at_once));
        world.assert_books(&dat);

        // The steps' events say what the cycle's says.
        let cycle = cycle.event::<CycleCompleted>();
        let (taken, bought) = (done.event::<FeesCollected>(), done.event::<BuyExecuted>());
        let burned = done.event::<TokensBurned>();
        for (state, mint, timestamp) in [
            (taken.state, taken.mint, taken.timestamp),
            (bought.state, bought.mint, bought.timestamp),
            (burned.state, burned.mint, burned.timestamp),
        ] {
            assert_eq!((state, mint, timestamp), (cycle.state, cycle.mint, cycle.timestamp));
        }
        assert_eq!((taken.carried_in, taken.inflow), (cycle.carried_in, cycle.inflow));
        assert_eq!((taken.treasury_in, taken.to_root), (cycle.treasury_in, cycle.to_root));
        assert_eq!(taken.carried_out, cycle.spent + cycle.carried_out);
        assert_eq!((bought.cycle_id, bought.cycle), (cycle.cycle_id, cycle.cycle));
        assert_eq!((bought.spent, bought.carried_out), (cycle.spent, cycle.carried_out));
        assert_eq!(bought.tokens_bought, cycle.tokens_bought);
        assert_eq!(burned.tokens_burned, cycle.tokens_burned);
        assert_eq!((burned.supply_before, burned.supply_after), (cycle.supply_before, cycle.supply_after));
    }
}

#[test]
fn each_step_moves_its_own_totals() {
    let (mut world, ecosystem, dat) = earning(Kind::Token2022, Role::Secondary);
    let totals = |world: &World| {
        world.assert_books(&dat);
        let stats = world.stats(&dat);
        let money = [stats.total_inflow_lamports, stats.total_to_root_lamports, stats.total_spent_lamports];
        (money, stats.carried_lamports, stats.total_burned, stats.cycle_count)
    };
    let ([inflow, to_root, spent], carried, burned, _) = totals(&world);
    let came = world.lamports(&dat.authority) - world.rent(0) - carried;
    let share = came * 4_480 / 10_000;
    let [collect, buy, burn] = steps(&ecosystem, &dat);

    world.by(&ecosystem.operator, collect).expect("collect_fees");
    let split = carried + came - share;
    assert_eq!(totals(&world), ([inflow + came, to_root + share, spent], split, burned, 1));

    world.by(&ecosystem.operator, buy).expect("execute_buy");
    let money = [inflow + came, to_root + share, spent + 10_000_000];
    assert_eq!(totals(&world), (money, split - 10_000_000, burned, 2));

    let tokens = world.tokens(&dat.token_account);
    world.by(&ecosystem.operator, burn).expect("burn_and_update");
    assert_eq!(totals(&world), (money, split - 10_000_000, burned + tokens, 2));
}

#[test]
fn the_order_of_the_steps_does_not_matter() {
    // Enough is carried for the cap, before and after.
    let (world, ecosystem, dat) = earning(Kind::Spl, Role::Secondary);
    let mut ends = vec![];
    for order in [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]] {
        let mut world = world.clone();
        for step in order {
            let step = steps(&ecosystem, &dat)[step].clone();
            world.by(&ecosystem.operator, step).unwrap_or_else(|failure| panic!("{order:?}: {failure:#?}"));
            world.assert_books(&dat);
        }
        if world.tokens(&dat.token_account) > 0 {
            world.by(&ecosystem.operator, ecosystem.burn_and_update(&dat)).expect("what was bought last");
        }
        ends.push(holdings(&world));
    }
    assert!(ends.iter().all(|end| *end == ends[0]));
}

#[test]
fn a_crash_after_collecting_splits_nothing_twice() {
    let (mut world, ecosystem, dat) = earning(Kind::Token2022, Role::Secondary);
    let mut whole = world.clone();
    whole.by(&ecosystem.operator, ecosystem.cycle(&dat, 1)).expect("a cycle");

    let collect = ecosystem.collect_fees(&dat);
    world.by(&ecosystem.operator, collect.clone()).expect("collect_fees");
    let (carried, treasury) = (world.stats(&dat).carried_lamports, world.lamports(&ecosystem.treasury));
    let again = world.by(&ecosystem.operator, collect).expect("collect_fees").event::<FeesCollected>();
    assert_eq!((again.carried_in, again.inflow, again.to_root), (carried, 0, 0));
    assert_eq!(world.lamports(&ecosystem.treasury), treasury);

    // A restarted run takes a whole cycle, and all is as if nothing had happened.
    let done = world.by(&ecosystem.operator, ecosystem.cycle(&dat, 1)).expect("a cycle");
    assert_eq!(done.event::<CycleCompleted>().to_root, 0);
    assert_eq!(holdings(&world), holdings(&whole));
}

#[test]
fn a_crash_after_the_buy_loses_no_tokens() {
    let (mut world, ecosystem, dat) = earning(Kind::Spl, Role::Secondary);
    let [collect, buy, burn] = steps(&ecosystem, &dat);
    let donated = world.tokens(&dat.token_account);
    world.by(&ecosystem.operator, collect).expect("collect_fees");
    let bought = world.by(&ecosystem.operator, buy).expect("execute_buy").event::<BuyExecuted>();
    assert_eq!(world.tokens(&dat.token_account), donated + bought.tokens_bought);

    // Either the burn comes later, or the next cycle burns them with its own.
    let mut later = world.clone();
    let burned = later.by(&ecosystem.operator, burn).expect("burn_and_update").event::<TokensBurned>();
    assert_eq!(burned.tokens_burned, donated + bought.tokens_bought);
    world.pass(60);
    let next = world.cycle(&ecosystem, &dat);
    assert_eq!(next.tokens_burned, next.tokens_bought + donated + bought.tokens_bought);
}
