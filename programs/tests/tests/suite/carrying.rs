//! What a cycle does not spend is carried, and never split again.

use dat_tests::compare::assert_totals;
use dat_tests::*;

#[test]
fn what_is_above_the_cap_is_carried_and_spent_later_unsplit() {
    let mut world = World::new();
    let ecosystem = world.ecosystem_with("eco", 5_000, |p| p.max_fees_per_cycle_lamports = 6_000_000);
    let dat = world.dat(&ecosystem, Kind::Spl, Role::Secondary);
    world.somebody_buys(&dat.coin, 10 * SOL);

    let first = world.cycle(&ecosystem, &dat);
    assert_eq!((first.inflow, first.to_root, first.spent), (29_629_630, 14_814_815, 6_000_000));
    assert_eq!(first.carried_out, 8_814_815);

    // Its own buy has paid a fee into the bucket: that alone is inflow now.
    let fee = world.curve(&dat.coin).creator_fee;
    world.pass(60);
    let second = world.cycle(&ecosystem, &dat);
    assert_eq!((second.carried_in, second.inflow, second.to_root), (8_814_815, fee, fee / 2));
    assert_eq!(second.spent, 6_000_000);
    assert_totals(&world, &dat, &[first, second]);
}

#[test]
fn a_root_carries_too() {
    let mut world = World::new();
    let ecosystem = world.ecosystem("eco", |p| p.max_fees_per_cycle_lamports = 6_000_000);
    let dat = world.dat(&ecosystem, Kind::Token2022, Role::Root);
    world.give(&ecosystem.treasury, 20_000_000);
    let first = world.cycle(&ecosystem, &dat);
    assert_eq!((first.treasury_in, first.spent, first.carried_out), (20_000_000, 6_000_000, 14_000_000));
    world.pass(60);
    world.give(&ecosystem.treasury, 1_000_000);
    let second = world.cycle(&ecosystem, &dat);
    assert_eq!((second.treasury_in, second.carried_in), (1_000_000, 14_000_000));
    assert_totals(&world, &dat, &[first, second]);
}

#[test]
fn the_impact_rule_binds_at_the_ecosystems_limit() {
    let mut world = World::new();
    let ecosystem = world.ecosystem("eco", |p| p.max_price_impact_bps = 10);
    let dat = world.dat(&ecosystem, Kind::Spl, Role::Root);
    world.give(&dat.authority, SOL);
    assert_eq!(world.cycle(&ecosystem, &dat).spent, 30_000_000, "0.1 % of 30 SOL");
}

#[test]
fn once_the_price_has_risen_pump_funs_own_fee_binds() {
    let mut world = World::new();
    world.price_has_risen = true;
    let ecosystem = world.ecosystem("eco", |p| {
        p.max_price_impact_bps = 1_000;
        p.max_fees_per_cycle_lamports = 10 * SOL;
    });
    let dat = world.dat(&ecosystem, Kind::Token2022, Role::Root);
    world.give(&dat.authority, 10 * SOL);
    assert_eq!(world.cycle(&ecosystem, &dat).spent, 2 * 228_000_000, "twice 80 % of 0.95 % of 30 SOL");
    world.pass(60);
    world.somebody_buys(&dat.coin, 50 * SOL);
    let reserve = world.curve(&dat.coin).virtual_quote;
    assert_eq!(world.cycle(&ecosystem, &dat).spent, 2 * (reserve * 76 / 10_000));
}
