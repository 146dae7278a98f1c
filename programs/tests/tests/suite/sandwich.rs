//! Whoever buys ahead of a cycle and sells behind it loses, whatever he puts in, even if the cycle asks for one token.

use dat_tests::curve::{Rates, RATES};
use dat_tests::*;

/// What the attacker has in the end more than before, lamports, at no cost but pump.fun's fees.
fn profit(world: &World, ecosystem: &Ecosystem, dat: &Dat, attacker: &Keypair, lamports: u64) -> i64 {
    let mut world = world.clone();
    let user = attacker.pubkey();
    let rich = world.rich();
    world.send(&[dat.coin.buy(&user, lamports)], &[&rich, attacker]).expect("buy");
    let cycle = ecosystem.cycle(dat, world.stats(dat).cycle_count);
    world.send(&[cycle], &[&ecosystem.operator]).unwrap_or_else(|failure| panic!("{failure:#?}"));
    let tokens = world.tokens(&dat.coin.ata(&user));
    world.send(&[dat.coin.sell(&user, tokens)], &[&rich, attacker]).expect("sell");
    world.lamports(&user) as i64 - (1_000 * SOL) as i64
}

/// The best that an attacker can do, over sizes from a milli-SOL to nearly the whole curve.
fn best_profit(world: &mut World, ecosystem: &Ecosystem, dat: &Dat) -> (i64, u64) {
    let attacker = world.trader(&dat.coin, 1_000 * SOL);
    let left = 84 * SOL - world.curve(&dat.coin).real_quote;
    let sizes = (0..).map(|n| (1_000_000.0 * 1.25f64.powi(n)) as u64).take_while(|size| *size < left);
    sizes.map(|size| (profit(world, ecosystem, dat, &attacker, size), size)).max().expect("sizes")
}

/// A root with more money than any cycle may spend, on a curve that so much has been put into.
fn target(rates: Rates, in_curve: u64, interval: u32) -> (World, Ecosystem, Dat) {
    let mut world = World::new();
    world.set_fee_tiers(&[(0, rates)]);
    let ecosystem = world.ecosystem("eco", |p| {
        p.max_price_impact_bps = 1_000;
        p.max_fees_per_cycle_lamports = 1_000 * SOL;
        p.min_interval_seconds = interval;
    });
    let dat = world.dat(&ecosystem, Kind::Token2022, Role::Root);
    world.give(&dat.authority, 100 * SOL);
    if in_curve > 0 {
        world.somebody_buys(&dat.coin, in_curve);
    }
    (world, ecosystem, dat)
}

#[test]
fn a_sandwich_loses_at_every_size_and_stage() {
    for in_curve in [0, 10 * SOL, 60 * SOL] {
        let (mut world, ecosystem, dat) = target(RATES, in_curve, 60);
        let (best, size) = best_profit(&mut world, &ecosystem, &dat);
        println!("{in_curve} in the curve: best {best} lamports, with {size}");
        assert!(best < 0, "{best} lamports of profit with {size}");
    }
}

#[test]
fn a_sandwich_loses_at_low_fees_too() {
    for rates in [
        Rates { protocol: 5, creator: 5 },
        Rates { protocol: 5, creator: 0 },
        Rates { protocol: 95, creator: 5 },
    ] {
        let (mut world, ecosystem, dat) = target(rates, 0, 60);
        let (best, size) = best_profit(&mut world, &ecosystem, &dat);
        println!("{rates:?}: best {best} lamports, with {size}");
        assert!(best < 0, "{rates:?}: {best} lamports of profit with {size}");
    }
}

#[test]
fn an_interval_of_a_second_keeps_cycles_out_of_one_transaction() {
    let (mut world, ecosystem, dat) = target(RATES, 0, 1);
    let two = [ecosystem.cycle(&dat, 0), ecosystem.cycle(&dat, 1)];
    world.send(&two, &[&ecosystem.operator]).err().expect("a refusal").assert_dat(DatError::CycleTooSoon);
}
