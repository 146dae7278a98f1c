//! `run_cycle` of roots and secondaries, exact to the unit.

use dat_tests::*;

use crate::cycle::buy_forms::CURVE_FORMS;

#[test]
fn a_secondary_sends_its_share_and_burns_the_rest() {
    for kind in KINDS {
        let mut chain = Chain::new();
        let ecosystem = chain.ecosystem("eco", |_| ());
        let dat = chain.dat(&ecosystem, kind, Role::Secondary);
        chain.somebody_buys(&dat.coin, 10 * SOL);

        // 0.3 % of the part of 10 SOL that reaches the curve, rounded up.
        let event = chain.cycle(&ecosystem, &dat);
        assert_eq!((event.carried_in, event.inflow, event.treasury_in), (0, 29_629_630, 0));
        assert_eq!((event.to_root, event.spent, event.carried_out), (13_274_074, 16_355_556, 0));
        assert_eq!(event.tokens_burned, event.tokens_bought);
        assert_eq!(event.supply_before, 1_000_000_000_000_000);
        assert_totals(&chain, &dat, &[event]);
    }
}

#[test]
fn a_root_spends_its_fees_and_the_treasury() {
    for kind in KINDS {
        let mut chain = Chain::new();
        let ecosystem = chain.ecosystem("eco", |_| ());
        let root = chain.dat(&ecosystem, kind, Role::Root);
        let secondary = chain.dat(&ecosystem, kind, Role::Secondary);
        chain.somebody_buys(&root.coin, 5 * SOL);
        chain.somebody_buys(&secondary.coin, 10 * SOL);

        let sent = chain.cycle(&ecosystem, &secondary);
        let event = chain.cycle(&ecosystem, &root);
        assert_eq!((event.inflow, event.treasury_in, event.to_root), (14_814_815, sent.to_root, 0));
        assert_eq!(event.spent, event.inflow + sent.to_root);
        assert_eq!(chain.lamports(&ecosystem.treasury), chain.rent(0));
        assert_totals(&chain, &root, &[event]);
        assert_totals(&chain, &secondary, &[sent]);
    }
}

#[test]
fn cycles_are_counted_per_hour_and_per_day() {
    let mut chain = Chain::new();
    let ecosystem = chain.ecosystem("eco", |p| p.max_fees_per_cycle_lamports = 12_000_000);
    let dat = chain.dat(&ecosystem, Kind::Token2022, Role::Secondary);
    chain.airdrop(&dat.authority, SOL);
    // Two minutes before the end of a day.
    chain.advance_seconds(86_400 - chain.now() % 86_400 - 120);
    let mut counts = vec![];
    for wait in [0, 60, 60, 60, 3_600, 3 * 86_400] {
        chain.advance_seconds(wait);
        chain.cycle(&ecosystem, &dat);
        let stats = chain.stats(&dat);
        counts.push((stats.cycles_in_hour, stats.cycles_in_day));
    }
    assert_eq!(counts, [(1, 1), (2, 2), (1, 1), (2, 2), (1, 3), (1, 1)]);
}

#[test]
fn many_cycles_add_up() {
    let mut chain = Chain::new();
    let ecosystem = chain.ecosystem("eco", |p| p.max_fees_per_cycle_lamports = 12_000_000);
    let dats = [
        chain.dat(&ecosystem, Kind::Spl, Role::Secondary),
        chain.dat(&ecosystem, Kind::Token2022, Role::Secondary),
        chain.dat(&ecosystem, Kind::Token2022, Role::Root),
    ];
    let traders: Vec<_> = dats.iter().map(|dat| chain.trader(&dat.coin, 1_000 * SOL)).collect();
    let mut cycles = [vec![], vec![], vec![]];
    for round in 1..=5 {
        for (dat, trader) in dats.iter().zip(&traders) {
            let user = trader.pubkey();
            chain.send(&[dat.coin.buy(&user, round * SOL + 7)], &[trader]).expect("buy");
            chain.send(&[dat.coin.legacy_buy(&user, SOL + 3 * round)], &[trader]).expect("legacy buy");
            let tokens = chain.tokens(&dat.coin.ata(&user));
            chain.send(&[dat.coin.sell(&user, tokens / 3)], &[trader]).expect("sell");
        }
        for (dat, cycles) in dats.iter().zip(&mut cycles) {
            cycles.push(chain.cycle(&ecosystem, dat));
        }
        chain.advance_seconds(60);
    }
    for (dat, cycles) in dats.iter().zip(&cycles) {
        assert_totals(&chain, dat, cycles);
    }
    // The root received exactly the lamports that the secondaries sent.
    let sum = |cycles: &[CycleCompleted], f: fn(&CycleCompleted) -> u64| cycles.iter().map(f).sum::<u64>();
    let sent = sum(&cycles[0], |c| c.to_root) + sum(&cycles[1], |c| c.to_root);
    assert_eq!(sum(&cycles[2], |c| c.treasury_in), sent);
}

#[test]
fn a_token_may_have_its_own_root_share() {
    let mut chain = Chain::new();
    let ecosystem = chain.ecosystem("eco", |_| ());
    for (share, to_root) in [(1_000, 2_962_963), (9_000, 26_666_667)] {
        let dat = chain.dat_with(&ecosystem, Kind::Spl, Role::Secondary, Some(share));
        chain.somebody_buys(&dat.coin, 10 * SOL);
        assert_eq!(chain.cycle(&ecosystem, &dat).to_root, to_root);
    }
}

#[test]
fn fees_in_the_vault_alone_are_inflow() {
    let mut chain = Chain::new();
    let ecosystem = chain.ecosystem("eco", |_| ());
    let dat = chain.dat(&ecosystem, Kind::Spl, Role::Secondary);
    let trader = chain.trader(&dat.coin, 100 * SOL);
    chain.send(&[dat.coin.legacy_buy(&trader.pubkey(), 10 * SOL)], &[&trader]).expect("legacy buy");
    assert_eq!(chain.curve(&dat.coin).creator_fee, 0);
    assert_eq!(chain.cycle(&ecosystem, &dat).inflow, 29_629_630);
}

#[test]
fn fees_at_the_authority_alone_are_inflow() {
    // Anybody may sweep and collect.
    let mut chain = Chain::new();
    let ecosystem = chain.ecosystem("eco", |_| ());
    let dat = chain.dat(&ecosystem, Kind::Token2022, Role::Secondary);
    let (trader, _) = chain.somebody_buys(&dat.coin, 10 * SOL);
    chain
        .send(&[dat.coin.sweep(&trader.pubkey()), dat.coin.collect()], &[&trader])
        .expect("sweep and collect");
    assert_eq!(chain.lamports(&dat.authority), chain.rent(0) + 29_629_630);
    assert_eq!(chain.cycle(&ecosystem, &dat).inflow, 29_629_630);
}

#[test]
fn a_cycle_may_complete_the_curve() {
    for (form, mayhem) in CURVE_FORMS.into_iter().flat_map(|form| [(form, false), (form, true)]) {
        let mut chain = Chain::new();
        let ecosystem = chain.ecosystem("eco", |_| ());
        let mut dat = chain.dat(&ecosystem, Kind::Token2022, Role::Root);
        chain.airdrop(&dat.authority, SOL / 2);
        let (trader, _) = chain.somebody_buys(&dat.coin, 85 * SOL);
        while chain.curve(&dat.coin).real_tokens > 1_000_000_000_000 {
            chain.send(&[dat.coin.buy(&trader.pubkey(), SOL / 20)], &[&trader]).expect("buy");
        }
        if mayhem {
            dat.coin = chain.with_mayhem(dat.coin);
        }
        let left = chain.curve(&dat.coin).real_tokens;
        let before = chain.lamports(&dat.authority);
        let done = chain.try_cycle_by(form, &ecosystem, &dat).expect("a cycle");
        let event = done.event::<CycleCompleted>();
        assert!(chain.curve(&dat.coin).complete);
        assert_identity(&event);
        assert_totals(&chain, &dat, std::slice::from_ref(&event));
        assert_eq!(chain.lamports(&dat.authority), chain.rent(0) + event.carried_out);
        assert_eq!(event.tokens_burned, event.tokens_bought);
        if form == BuyForm::CurveV3 && !mayhem {
            assert!(event.tokens_bought > left, "the rest of the supply and tokens of the future pool");
            assert_eq!(event.carried_out, 0);
        } else {
            assert_eq!(event.tokens_bought, left, "the rest of the supply");
            assert!(event.carried_out > before - chain.rent(0) - SOL / 2);
        }

        // The complete curve allows no further cycle.
        chain.advance_seconds(60);
        chain.airdrop(&dat.authority, SOL);
        chain.try_cycle_by(form, &ecosystem, &dat).refused(DatError::BondingCurveComplete);
    }
}
