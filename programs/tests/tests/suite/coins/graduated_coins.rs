//! A token before and after graduation. Its fees lie in four places, and all of them arrive.

use dat_tests::*;

/// Fees of a graduated coin in its four places: curve, vault, pool, the creator's account on PumpSwap.
/// Lamports.
fn pending(chain: &Chain, coin: &Coin) -> [u64; 4] {
    [
        chain.curve(coin).creator_fee,
        chain.lamports(&coin.vault) - chain.rent(0),
        chain.pool(coin).creator_fees,
        chain.tokens(&wsol(&amm_creator_vault(&coin.creator))),
    ]
}

/// Trades with every form, so that each place has fees. The coin graduates in between.
fn trade_everywhere(chain: &mut Chain, dat: &Dat) {
    let coin = &dat.coin;
    let trader = chain.trader(coin, 100 * SOL);
    let user = trader.pubkey();
    for form in [BuyForm::CurveV3, BuyForm::CurveLegacy, BuyForm::CurveV2] {
        chain.send(&[coin.buy_by(form, &user, 3 * SOL + 1)], &[&trader]).expect("a buy on the curve");
    }
    let tokens = chain.tokens(&coin.ata(&user));
    chain.send(&[coin.sell(&user, tokens / 3)], &[&trader]).expect("sell");
    chain.graduate(coin);
    chain.prepare_for_pool(dat);
    swap_everywhere(chain, coin);
}

fn swap_everywhere(chain: &mut Chain, coin: &Coin) {
    let swapper = chain.swapper(coin, 100 * SOL);
    let user = swapper.pubkey();
    for form in [BuyForm::PoolV2, BuyForm::Pool] {
        chain.send(&[coin.buy_by(form, &user, 7 * SOL + 3)], &[&swapper]).expect("a buy on PumpSwap");
    }
    let tokens = chain.tokens(&coin.ata(&user));
    chain.send(&[coin.swap_sell(&user, tokens / 2)], &[&swapper]).expect("sell");
}

#[test]
fn fees_arrive_from_all_four_places() {
    for (kind, role) in KINDS.into_iter().flat_map(|k| [Role::Root, Role::Secondary].map(|r| (k, r))) {
        let mut chain = Chain::new();
        let ecosystem = chain.ecosystem("eco", |p| p.max_price_impact_bps = 1_000);
        let dat = chain.dat(&ecosystem, kind, role);
        trade_everywhere(&mut chain, &dat);
        let fees = pending(&chain, &dat.coin);
        assert!(fees.iter().all(|fees| *fees > 10_000_000), "{fees:?}");

        let event = chain.cycle(&ecosystem, &dat);
        assert_eq!(event.inflow, fees.iter().sum::<u64>());
        let share = if role == Role::Root { 0 } else { 4_480 };
        assert_eq!(event.to_root, event.inflow * share / 10_000);
        assert_eq!(event.tokens_burned, event.tokens_bought);
        // The cycle's own buy paid the creator fee again. Nothing else remains.
        let own = chain.pool(&dat.coin).creator_fees;
        assert_eq!(pending(&chain, &dat.coin), [0, 0, own, 0]);
        assert!(own > 0);
        assert_totals(&chain, &dat, &[event]);
    }
}

#[test]
fn later_cycles_cost_the_operator_only_the_transaction_fee() {
    // `Chain::cycle` compares every account of the chain.
    for (kind, form) in KINDS.into_iter().flat_map(|k| [BuyForm::PoolV2, BuyForm::Pool].map(|f| (k, f))) {
        let mut chain = Chain::new();
        let ecosystem = chain.ecosystem("eco", |_| ());
        let dats = [Role::Secondary, Role::Root].map(|role| chain.dat(&ecosystem, kind, role));
        dats.iter().for_each(|dat| trade_everywhere(&mut chain, dat));
        let mut cycles = [vec![], vec![]];
        for _ in 0..4 {
            for (dat, cycles) in dats.iter().zip(&mut cycles) {
                cycles.push(chain.cycle_by(form, &ecosystem, dat));
                swap_everywhere(&mut chain, &dat.coin);
            }
            chain.advance_seconds(60);
        }
        for (dat, cycles) in dats.iter().zip(&cycles) {
            assert_totals(&chain, dat, cycles);
        }
        let sent: u64 = cycles[0].iter().map(|cycle| cycle.to_root).sum();
        assert_eq!(cycles[1].iter().map(|cycle| cycle.treasury_in).sum::<u64>(), sent);
    }
}

#[test]
fn the_first_sweep_of_a_pool_pays_for_one_token_account() {
    let mut chain = Chain::new();
    let ecosystem = chain.ecosystem("eco", |_| ());
    let dat = chain.dat(&ecosystem, Kind::Token2022, Role::Secondary);
    chain.graduate(&dat.coin);
    // Everything that `prepare_for_pool` creates, except the creator's account.
    let payer = chain.payer();
    let from = payer.pubkey();
    let needed = [create_wsol(&from, &dat.authority), init_amm_volume_accumulator(&from, &dat.authority)];
    chain.send(&needed, &[&payer]).expect("accounts on PumpSwap");
    chain.somebody_swaps(&dat.coin, 10 * SOL);
    for rent in [chain.rent(165), 0] {
        let before = chain.lamports(&ecosystem.operator.pubkey());
        let done = chain.try_cycle_by(BuyForm::PoolV2, &ecosystem, &dat).expect("a cycle");
        assert_identity(&done.event::<CycleCompleted>());
        assert_eq!(before - chain.lamports(&ecosystem.operator.pubkey()), done.meta.fee + rent);
        chain.somebody_swaps(&dat.coin, 10 * SOL);
        chain.advance_seconds(60);
    }
}

#[test]
fn carried_lamports_survive_graduation() {
    let mut chain = Chain::new();
    let ecosystem = chain.ecosystem("eco", |p| p.max_fees_per_cycle_lamports = 6_000_000);
    let dat = chain.dat(&ecosystem, Kind::Spl, Role::Secondary);
    chain.somebody_buys(&dat.coin, 10 * SOL);
    let first = chain.cycle(&ecosystem, &dat);
    chain.graduate(&dat.coin);
    chain.prepare_for_pool(&dat);
    chain.advance_seconds(60);
    let second = chain.cycle(&ecosystem, &dat);
    assert_eq!(second.carried_in, first.carried_out);
    assert!(second.carried_in > 0 && second.spent == 6_000_000);
    assert_totals(&chain, &dat, &[first, second]);
}

#[test]
fn a_complete_curve_waits_for_its_pool() {
    let mut chain = Chain::new();
    let ecosystem = chain.ecosystem("eco", |_| ());
    let dat = chain.dat(&ecosystem, Kind::Token2022, Role::Secondary);
    chain.somebody_buys(&dat.coin, 90 * SOL);
    chain.try_cycle_by(BuyForm::CurveV3, &ecosystem, &dat).refused(DatError::BondingCurveComplete);
    // Fees can be collected and split meanwhile.
    let payer = chain.payer();
    chain.send(&chain.fee_instructions(&dat, &payer.pubkey()), &[&payer]).expect("sweep and collect");
    let taken = chain.send(&[ecosystem.collect_fees(&dat)], &[&ecosystem.operator]).expect("collect_fees");
    let taken = taken.event::<dat::events::FeesCollected>();
    assert_eq!(taken.to_root, taken.inflow * 4_480 / 10_000);

    chain.send(&[dat.coin.migrate(&payer.pubkey())], &[&payer]).expect("migrate_v2");
    chain.prepare_for_pool(&dat);
    let event = chain.cycle(&ecosystem, &dat);
    assert_eq!((event.carried_in, event.inflow), (taken.carried_out, 0));
}

#[test]
fn the_single_steps_work_on_a_pool() {
    for form in [BuyForm::PoolV2, BuyForm::Pool] {
        let mut chain = Chain::new();
        let ecosystem = chain.ecosystem("eco", |_| ());
        let dat = chain.dat(&ecosystem, Kind::Token2022, Role::Root);
        trade_everywhere(&mut chain, &dat);
        let expected = model::predict(&chain, &dat, form).expect("a cycle").event;
        let operator = &ecosystem.operator;
        let mut first = chain.fee_instructions(&dat, &operator.pubkey());
        first.push(ecosystem.collect_fees(&dat));
        for step in
            [first, vec![ecosystem.execute_buy_by(form, &dat, 0, 1)], vec![ecosystem.burn_and_update(&dat)]]
        {
            chain.send(&step, &[operator]).expect("a step");
        }
        let stats = chain.stats(&dat);
        assert_eq!((stats.cycle_count, stats.carried_lamports), (1, expected.carried_out));
        assert_eq!(
            (stats.total_inflow_lamports, stats.total_spent_lamports),
            (expected.inflow, expected.spent)
        );
        assert_eq!(stats.total_burned, expected.tokens_burned);
        assert_eq!(chain.supply(&dat.coin.mint), expected.supply_after);
    }
}
