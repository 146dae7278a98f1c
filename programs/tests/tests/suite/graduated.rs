//! A token's life over its graduation: fees lie in four places then, and all of them arrive.

use dat_tests::coin::KINDS;
use dat_tests::compare::{assert_identity, assert_totals};
use dat_tests::swap::{create_wsol, init_amm_volume_accumulator};
use dat_tests::*;

/// Where a graduated coin's fees lie: curve, vault, pool, the creator's account on PumpSwap. Lamports.
fn pending(world: &World, coin: &Coin) -> [u64; 4] {
    [
        world.curve(coin).creator_fee,
        world.lamports(&coin.vault) - world.rent(0),
        world.pool(coin).creator_fees,
        world.tokens(&wsol(&amm_creator_vault(&coin.creator))),
    ]
}

/// Trades by every form, so that fees come to lie everywhere; graduates the coin half-way.
fn trade_everywhere(world: &mut World, dat: &Dat) {
    let coin = &dat.coin;
    let trader = world.trader(coin, 100 * SOL);
    let user = trader.pubkey();
    for form in [BuyForm::CurveV3, BuyForm::CurveLegacy, BuyForm::CurveV2] {
        world.send(&[coin.buy_by(form, &user, 3 * SOL + 1)], &[&trader]).expect("a buy on the curve");
    }
    let tokens = world.tokens(&coin.ata(&user));
    world.send(&[coin.sell(&user, tokens / 3)], &[&trader]).expect("sell");
    world.graduate(coin);
    world.prepare_for_pool(dat);
    swap_everywhere(world, coin);
}

fn swap_everywhere(world: &mut World, coin: &Coin) {
    let swapper = world.swapper(coin, 100 * SOL);
    let user = swapper.pubkey();
    for form in [BuyForm::PoolV2, BuyForm::Pool] {
        world.send(&[coin.buy_by(form, &user, 7 * SOL + 3)], &[&swapper]).expect("a buy on PumpSwap");
    }
    let tokens = world.tokens(&coin.ata(&user));
    world.send(&[coin.swap_sell(&user, tokens / 2)], &[&swapper]).expect("sell");
}

#[test]
fn fees_arrive_from_wherever_they_lie() {
    for (kind, role) in KINDS.into_iter().flat_map(|k| [Role::Root, Role::Secondary].map(|r| (k, r))) {
        let mut world = World::new();
        let ecosystem = world.ecosystem("eco", |p| p.max_price_impact_bps = 1_000);
        let dat = world.dat(&ecosystem, kind, role);
        trade_everywhere(&mut world, &dat);
        let fees = pending(&world, &dat.coin);
        assert!(fees.iter().all(|fees| *fees > 10_000_000), "{fees:?}");

        let event = world.cycle(&ecosystem, &dat);
        assert_eq!(event.inflow, fees.iter().sum::<u64>());
        let share = if role == Role::Root { 0 } else { 4_480 };
        assert_eq!(event.to_root, event.inflow * share / 10_000);
        assert_eq!(event.tokens_burned, event.tokens_bought);
        // Its own buy has paid the creator's fee again, and nothing else is left anywhere.
        let own = world.pool(&dat.coin).creator_fees;
        assert_eq!(pending(&world, &dat.coin), [0, 0, own, 0]);
        assert!(own > 0);
        assert_totals(&world, &dat, &[event]);
    }
}

#[test]
fn later_cycles_cost_the_operator_only_his_fee() {
    // `World::cycle` sees to that for every account of the chain.
    for (kind, form) in KINDS.into_iter().flat_map(|k| [BuyForm::PoolV2, BuyForm::Pool].map(|f| (k, f))) {
        let mut world = World::new();
        let ecosystem = world.ecosystem("eco", |_| ());
        let dats = [Role::Secondary, Role::Root].map(|role| world.dat(&ecosystem, kind, role));
        dats.iter().for_each(|dat| trade_everywhere(&mut world, dat));
        let mut cycles = [vec![], vec![]];
        for _ in 0..4 {
            for (dat, cycles) in dats.iter().zip(&mut cycles) {
                cycles.push(world.cycle_by(form, &ecosystem, dat));
                swap_everywhere(&mut world, &dat.coin);
            }
            world.pass(60);
        }
        for (dat, cycles) in dats.iter().zip(&cycles) {
            assert_totals(&world, dat, cycles);
        }
        let sent: u64 = cycles[0].iter().map(|cycle| cycle.to_root).sum();
        assert_eq!(cycles[1].iter().map(|cycle| cycle.treasury_in).sum::<u64>(), sent);
    }
}

#[test]
fn whoever_sweeps_a_pool_first_pays_one_token_account() {
    let mut world = World::new();
    let ecosystem = world.ecosystem("eco", |_| ());
    let dat = world.dat(&ecosystem, Kind::Token2022, Role::Secondary);
    world.graduate(&dat.coin);
    // All of `prepare_for_pool` but the creator's account.
    let rich = world.rich();
    let from = rich.pubkey();
    let needed = [create_wsol(&from, &dat.authority), init_amm_volume_accumulator(&from, &dat.authority)];
    world.send(&needed, &[&rich]).expect("accounts on PumpSwap");
    world.somebody_swaps(&dat.coin, 10 * SOL);
    for rent in [world.rent(165), 0] {
        let before = world.lamports(&ecosystem.operator.pubkey());
        let done = world.try_cycle_by(BuyForm::PoolV2, &ecosystem, &dat).expect("a cycle");
        assert_identity(&done.event::<CycleCompleted>());
        assert_eq!(before - world.lamports(&ecosystem.operator.pubkey()), done.meta.fee + rent);
        world.somebody_swaps(&dat.coin, 10 * SOL);
        world.pass(60);
    }
}

#[test]
fn what_is_carried_goes_along() {
    let mut world = World::new();
    let ecosystem = world.ecosystem("eco", |p| p.max_fees_per_cycle_lamports = 6_000_000);
    let dat = world.dat(&ecosystem, Kind::Spl, Role::Secondary);
    world.somebody_buys(&dat.coin, 10 * SOL);
    let first = world.cycle(&ecosystem, &dat);
    world.graduate(&dat.coin);
    world.prepare_for_pool(&dat);
    world.pass(60);
    let second = world.cycle(&ecosystem, &dat);
    assert_eq!(second.carried_in, first.carried_out);
    assert!(second.carried_in > 0 && second.spent == 6_000_000);
    assert_totals(&world, &dat, &[first, second]);
}

#[test]
fn a_complete_curve_only_waits_for_its_pool() {
    let mut world = World::new();
    let ecosystem = world.ecosystem("eco", |_| ());
    let dat = world.dat(&ecosystem, Kind::Token2022, Role::Secondary);
    world.somebody_buys(&dat.coin, 90 * SOL);
    world.try_cycle_by(BuyForm::CurveV3, &ecosystem, &dat).refused(DatError::BondingCurveComplete);
    // Fees can be taken in and split meanwhile.
    let rich = world.rich();
    world.send(&world.gather(&dat, &rich.pubkey()), &[&rich]).expect("sweep and collect");
    let taken = world.send(&[ecosystem.collect_fees(&dat)], &[&ecosystem.operator]).expect("collect_fees");
    let taken = taken.event::<dat::events::FeesCollected>();
    assert_eq!(taken.to_root, taken.inflow * 4_480 / 10_000);

    world.send(&[dat.coin.migrate(&rich.pubkey())], &[&rich]).expect("migrate_v2");
    world.prepare_for_pool(&dat);
    let event = world.cycle(&ecosystem, &dat);
    assert_eq!((event.carried_in, event.inflow), (taken.carried_out, 0));
}

#[test]
fn the_steps_work_alone_on_a_pool() {
    for form in [BuyForm::PoolV2, BuyForm::Pool] {
        let mut world = World::new();
        let ecosystem = world.ecosystem("eco", |_| ());
        let dat = world.dat(&ecosystem, Kind::Token2022, Role::Root);
        trade_everywhere(&mut world, &dat);
        let expected = model::predict(&world, &dat, form).expect("a cycle").event;
        let operator = &ecosystem.operator;
        let mut first = world.gather(&dat, &operator.pubkey());
        first.push(ecosystem.collect_fees(&dat));
        for step in
            [first, vec![ecosystem.execute_buy_by(form, &dat, 0, 1)], vec![ecosystem.burn_and_update(&dat)]]
        {
            world.send(&step, &[operator]).expect("a step");
        }
        let stats = world.stats(&dat);
        assert_eq!((stats.cycle_count, stats.carried_lamports), (1, expected.carried_out));
        assert_eq!(
            (stats.total_inflow_lamports, stats.total_spent_lamports),
            (expected.inflow, expected.spent)
        );
        assert_eq!(stats.total_burned, expected.tokens_burned);
        assert_eq!(world.supply(&dat.coin.mint), expected.supply_after);
    }
}
