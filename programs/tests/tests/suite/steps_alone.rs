//! Each step of a cycle alone: what it does, what it says, and when it is refused.

use dat::events::{BuyExecuted, FeesCollected, TokensBurned};
use dat_tests::coin::KINDS;
use dat_tests::*;
use solana_transaction_error::TransactionError;

fn earning(kind: Kind, role: Role) -> (World, Ecosystem, Dat) {
    let mut world = World::new();
    let ecosystem = world.ecosystem("eco", |p| p.max_fees_per_cycle_lamports = 10_000_000);
    let dat = world.dat(&ecosystem, kind, role);
    world.give(&dat.authority, 50_000_000);
    (world, ecosystem, dat)
}

/// The same, all of it split.
fn collected(kind: Kind) -> (World, Ecosystem, Dat) {
    let (mut world, ecosystem, dat) = earning(kind, Role::Secondary);
    world.by(&ecosystem.operator, ecosystem.collect_fees(&dat)).expect("collect_fees");
    (world, ecosystem, dat)
}

#[test]
fn collect_fees_of_a_secondary_feeds_the_treasury() {
    let (mut world, ecosystem, dat) = earning(Kind::Spl, Role::Secondary);
    world.give(&ecosystem.treasury, 7);
    let done = world.by(&ecosystem.operator, ecosystem.collect_fees(&dat)).expect("collect_fees");
    let event = done.event::<FeesCollected>();
    assert_eq!((event.state, event.mint, event.timestamp), (dat.state, dat.coin.mint, world.now()));
    assert_eq!((event.carried_in, event.inflow, event.treasury_in), (0, 50_000_000, 0));
    assert_eq!((event.to_root, event.carried_out), (22_400_000, 27_600_000));
    assert_eq!(world.lamports(&ecosystem.treasury), world.rent(0) + 7 + 22_400_000);
    assert_eq!(world.lamports(&dat.authority), world.rent(0) + 27_600_000);
    let stats = world.stats(&dat);
    assert_eq!((stats.carried_lamports, stats.cycle_count, stats.last_cycle_at), (27_600_000, 0, 0));
}

#[test]
fn collect_fees_of_a_root_empties_the_treasury() {
    let (mut world, ecosystem, dat) = earning(Kind::Token2022, Role::Root);
    world.give(&ecosystem.treasury, 7);
    let done = world.by(&ecosystem.operator, ecosystem.collect_fees(&dat)).expect("collect_fees");
    let event = done.event::<FeesCollected>();
    assert_eq!((event.carried_in, event.inflow, event.treasury_in), (0, 50_000_000, 7));
    assert_eq!((event.to_root, event.carried_out), (0, 50_000_007));
    assert_eq!(world.lamports(&ecosystem.treasury), world.rent(0));
    assert_eq!(world.lamports(&dat.authority), world.rent(0) + 50_000_007);
}

#[test]
fn collect_fees_needs_the_minimum_at_hand() {
    for (role, minimum) in [(Role::Secondary, 5_690_000), (Role::Root, 2_000_000)] {
        let mut world = World::new();
        let ecosystem = world.ecosystem("eco", |_| ());
        let dat = world.dat(&ecosystem, Kind::Spl, role);
        world.give(&dat.authority, minimum - 1);
        let collect = ecosystem.collect_fees(&dat);
        world.by(&ecosystem.operator, collect.clone()).refused(DatError::InsufficientFees);
        world.give(&dat.authority, 1);
        world.by(&ecosystem.operator, collect).expect("collect_fees");
    }
}

#[test]
fn the_treasury_counts_for_a_roots_minimum() {
    let mut world = World::new();
    let ecosystem = world.ecosystem("eco", |_| ());
    let dat = world.dat(&ecosystem, Kind::Spl, Role::Root);
    world.give(&ecosystem.treasury, 1_999_999);
    let collect = ecosystem.collect_fees(&dat);
    world.by(&ecosystem.operator, collect.clone()).refused(DatError::InsufficientFees);
    assert_eq!(world.lamports(&ecosystem.treasury), world.rent(0) + 1_999_999);
    world.give(&dat.authority, 1);
    world.by(&ecosystem.operator, collect).expect("collect_fees");
}

#[test]
fn execute_buy_spends_what_is_carried_and_nothing_else() {
    for kind in KINDS {
        let (mut world, ecosystem, dat) = collected(kind);
        world.give(&dat.authority, SOL); // not split yet
        let (tokens, _) = world.curve(&dat.coin).buy(10_000_000, world.rates(&dat.coin));
        let done = world.by(&ecosystem.operator, ecosystem.execute_buy(&dat, 0)).expect("execute_buy");
        let event = done.event::<BuyExecuted>();
        assert_eq!((event.state, event.mint, event.timestamp), (dat.state, dat.coin.mint, world.now()));
        assert_eq!((event.cycle_id, event.cycle), (ecosystem::CYCLE_ID, 1));
        assert_eq!((event.spent, event.carried_out, event.tokens_bought), (10_000_000, 17_600_000, tokens));
        assert_eq!(world.tokens(&dat.token_account), tokens);
        assert_eq!(world.lamports(&dat.authority), world.rent(0) + SOL + 17_600_000);
        assert_eq!(world.supply(&dat.coin.mint), 1_000_000_000_000_000);
        let stats = world.stats(&dat);
        assert_eq!((stats.cycle_count, stats.last_cycle_at), (1, world.now()));
        assert_eq!((stats.cycles_in_hour, stats.cycles_in_day), (1, 1));
        assert_eq!((stats.last_cycle_id, stats.total_burned), (ecosystem::CYCLE_ID, 0));
    }
}

#[test]
fn execute_buy_without_anything_carried_is_refused() {
    let (mut world, ecosystem, dat) = earning(Kind::Spl, Role::Secondary);
    world.by(&ecosystem.operator, ecosystem.execute_buy(&dat, 0)).refused(DatError::InsufficientFees);
    assert_eq!(world.stats(&dat).cycle_count, 0);
}

#[test]
fn execute_buy_needs_a_minimum_of_tokens() {
    let (mut world, ecosystem, dat) = collected(Kind::Token2022);
    let (tokens, _) = world.curve(&dat.coin).buy(10_000_000, world.rates(&dat.coin));
    let buy = |min| ecosystem.execute_buy_by(BuyForm::CurveV3, &dat, 0, min);
    world.by(&ecosystem.operator, buy(0)).refused(DatError::InvalidParameter);
    let refused = world.by(&ecosystem.operator, buy(tokens + 1)).refusal();
    refused.assert_is(&PUMP, 6_042, "BuySlippageBelowMinTokensOut");
    world.by(&ecosystem.operator, buy(tokens)).expect("execute_buy");
}

#[test]
fn execute_buy_counts_once() {
    let (mut world, ecosystem, dat) = collected(Kind::Spl);
    let buy = world.transaction(&[ecosystem.execute_buy(&dat, 0)], &[&ecosystem.operator]);
    world.look(&[ecosystem.execute_buy(&dat, 0)]);
    world.submit(buy.clone()).expect("execute_buy");
    assert_eq!(world.submit(buy.clone()).refusal().error, TransactionError::AlreadyProcessed);
    // Nor would it count on a chain that has forgotten it.
    world.svm = world.svm.with_transaction_history(0);
    world.submit(buy).refused(DatError::CycleMismatch);
    // Whether alone or within a cycle, a buy is the token's next one, and not before it is time.
    for stale in [ecosystem.execute_buy(&dat, 0), ecosystem.cycle(&dat, 0), ecosystem.execute_buy(&dat, 2)] {
        world.by(&ecosystem.operator, stale).refused(DatError::CycleMismatch);
    }
    world.pass(59);
    for early in [ecosystem.execute_buy(&dat, 1), ecosystem.cycle(&dat, 1)] {
        world.by(&ecosystem.operator, early).refused(DatError::CycleTooSoon);
    }
    world.pass(1);
    world.by(&ecosystem.operator, ecosystem.execute_buy(&dat, 1)).expect("execute_buy");
    assert_eq!(world.stats(&dat).cycle_count, 2);
    world.assert_books(&dat);
}

#[test]
fn burn_and_update_burns_whatever_lies_there() {
    for kind in KINDS {
        let mut world = World::new();
        let ecosystem = world.ecosystem("eco", |_| ());
        let dat = world.dat(&ecosystem, kind, Role::Secondary);
        let burn = ecosystem.burn_and_update(&dat);
        world.by(&ecosystem.operator, burn.clone()).refused(DatError::NoPendingBurn);

        let tokens = world.somebody_gives_tokens(&dat, SOL);
        let event = world.by(&ecosystem.operator, burn.clone()).expect("a burn").event::<TokensBurned>();
        assert_eq!((event.state, event.mint, event.timestamp), (dat.state, dat.coin.mint, world.now()));
        assert_eq!((event.tokens_burned, event.supply_before), (tokens, 1_000_000_000_000_000));
        assert_eq!(event.supply_after, 1_000_000_000_000_000 - tokens);
        assert_eq!(world.supply(&dat.coin.mint), event.supply_after);
        let stats = world.stats(&dat);
        assert_eq!((stats.total_burned, stats.cycle_count), (tokens, 0));
        world.by(&ecosystem.operator, burn).refused(DatError::NoPendingBurn);
    }
}
