//! The three steps of a cycle have the same result as `run_cycle`, in any order and after interruptions.

use std::collections::BTreeMap;

use dat::events::{BuyExecuted, FeesCollected, TokensBurned};
use dat_tests::*;
use solana_account::Account;

/// A token with collected fees, carried lamports and donated tokens, and a treasury.
fn earning(kind: Kind, role: Role) -> (Chain, Ecosystem, Dat) {
    let mut chain = Chain::new();
    let ecosystem = chain.ecosystem("eco", |p| p.max_fees_per_cycle_lamports = 10_000_000);
    let dat = chain.dat(&ecosystem, kind, role);
    chain.airdrop(&dat.authority, 40_000_000);
    chain.cycle(&ecosystem, &dat);
    chain.advance_seconds(60);
    chain.somebody_buys(&dat.coin, 10 * SOL);
    chain.somebody_donates_tokens(&dat, SOL);
    chain.airdrop(&ecosystem.treasury, 3_000_000);
    let payer = chain.payer();
    chain.send(&dat.coin.sweep_and_collect(&payer.pubkey()), &[&payer]).expect("sweep and collect");
    (chain, ecosystem, dat)
}

fn steps(ecosystem: &Ecosystem, dat: &Dat) -> [Instruction; 3] {
    [ecosystem.collect_fees(dat), ecosystem.execute_buy(dat, 1), ecosystem.burn_and_update(dat)]
}

/// All account balances except that of `payer`.
fn holdings(chain: &Chain) -> BTreeMap<Pubkey, (u64, Pubkey, Vec<u8>)> {
    let held = |account: Account| (account.lamports, account.owner, account.data);
    let mut all: BTreeMap<_, _> =
        chain.accounts().into_iter().map(|(key, account)| (key, held(account))).collect();
    all.remove(&chain.payer().pubkey());
    all
}

#[test]
fn three_steps_equal_one_cycle() {
    for (kind, role) in KINDS.map(|kind| [(kind, Role::Root), (kind, Role::Secondary)]).concat() {
        let (mut chain, ecosystem, dat) = earning(kind, role);
        let mut at_once = chain.clone();
        let cycle = at_once.send(&[ecosystem.cycle(&dat, 1)], &[&ecosystem.operator]).expect("a cycle");
        let done = chain.send(&steps(&ecosystem, &dat), &[&ecosystem.operator]).expect("the steps");
        assert_eq!(holdings(&chain), holdings(&at_once));
        chain.assert_accounted(&dat);

        // The events of the steps agree with the event of the cycle.
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
    let (mut chain, ecosystem, dat) = earning(Kind::Token2022, Role::Secondary);
    let totals = |chain: &Chain| {
        chain.assert_accounted(&dat);
        let stats = chain.stats(&dat);
        let money = [stats.total_inflow_lamports, stats.total_to_root_lamports, stats.total_spent_lamports];
        (money, stats.carried_lamports, stats.total_burned, stats.cycle_count)
    };
    let ([inflow, to_root, spent], carried, burned, _) = totals(&chain);
    let came = chain.lamports(&dat.authority) - chain.rent(0) - carried;
    let share = came * 4_480 / 10_000;
    let [collect, buy, burn] = steps(&ecosystem, &dat);

    chain.by(&ecosystem.operator, collect).expect("collect_fees");
    let split = carried + came - share;
    assert_eq!(totals(&chain), ([inflow + came, to_root + share, spent], split, burned, 1));

    chain.by(&ecosystem.operator, buy).expect("execute_buy");
    let money = [inflow + came, to_root + share, spent + 10_000_000];
    assert_eq!(totals(&chain), (money, split - 10_000_000, burned, 2));

    let tokens = chain.tokens(&dat.token_account);
    chain.by(&ecosystem.operator, burn).expect("burn_and_update");
    assert_eq!(totals(&chain), (money, split - 10_000_000, burned + tokens, 2));
}

#[test]
fn the_order_of_the_steps_does_not_matter() {
    // The carried lamports exceed the cap before and after the collection.
    let (chain, ecosystem, dat) = earning(Kind::Spl, Role::Secondary);
    let mut ends = vec![];
    for order in [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]] {
        let mut chain = chain.clone();
        for step in order {
            let step = steps(&ecosystem, &dat)[step].clone();
            chain.by(&ecosystem.operator, step).unwrap_or_else(|failure| panic!("{order:?}: {failure:#?}"));
            chain.assert_accounted(&dat);
        }
        if chain.tokens(&dat.token_account) > 0 {
            chain.by(&ecosystem.operator, ecosystem.burn_and_update(&dat)).expect("the last purchase");
        }
        ends.push(holdings(&chain));
    }
    assert!(ends.iter().all(|end| *end == ends[0]));
}

#[test]
fn a_crash_after_collecting_splits_nothing_twice() {
    let (mut chain, ecosystem, dat) = earning(Kind::Token2022, Role::Secondary);
    let mut whole = chain.clone();
    whole.by(&ecosystem.operator, ecosystem.cycle(&dat, 1)).expect("a cycle");

    let collect = ecosystem.collect_fees(&dat);
    chain.by(&ecosystem.operator, collect.clone()).expect("collect_fees");
    let (carried, treasury) = (chain.stats(&dat).carried_lamports, chain.lamports(&ecosystem.treasury));
    let again = chain.by(&ecosystem.operator, collect).expect("collect_fees").event::<FeesCollected>();
    assert_eq!((again.carried_in, again.inflow, again.to_root), (carried, 0, 0));
    assert_eq!(chain.lamports(&ecosystem.treasury), treasury);

    // A restarted run sends a whole cycle, and the result is the same.
    let done = chain.by(&ecosystem.operator, ecosystem.cycle(&dat, 1)).expect("a cycle");
    assert_eq!(done.event::<CycleCompleted>().to_root, 0);
    assert_eq!(holdings(&chain), holdings(&whole));
}

#[test]
fn a_crash_after_the_buy_loses_no_tokens() {
    let (mut chain, ecosystem, dat) = earning(Kind::Spl, Role::Secondary);
    let [collect, buy, burn] = steps(&ecosystem, &dat);
    let donated = chain.tokens(&dat.token_account);
    chain.by(&ecosystem.operator, collect).expect("collect_fees");
    let bought = chain.by(&ecosystem.operator, buy).expect("execute_buy").event::<BuyExecuted>();
    assert_eq!(chain.tokens(&dat.token_account), donated + bought.tokens_bought);

    // The burn comes later, or the next cycle burns the tokens.
    let mut later = chain.clone();
    let burned = later.by(&ecosystem.operator, burn).expect("burn_and_update").event::<TokensBurned>();
    assert_eq!(burned.tokens_burned, donated + bought.tokens_bought);
    chain.advance_seconds(60);
    let next = chain.cycle(&ecosystem, &dat);
    assert_eq!(next.tokens_burned, next.tokens_bought + donated + bought.tokens_bought);
}
