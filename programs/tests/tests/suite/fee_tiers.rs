//! The impact rule reads the fee that the buy will really pay.

use dat_tests::*;

const LOW: Rates = Rates::of_curve(60, 10);
const HIGH: Rates = Rates::of_curve(95, 30);
/// Between the market cap of a fresh coin, 27.96 SOL, and that of one whose supply is a tenth less.
const THRESHOLD: u64 = 27 * SOL;

fn rich_root(world: &mut World) -> (Ecosystem, Dat) {
    let ecosystem = world.ecosystem("eco", |p| p.max_price_impact_bps = 1_000);
    let dat = world.dat(&ecosystem, Kind::Token2022, Role::Root);
    world.give(&dat.authority, SOL);
    (ecosystem, dat)
}

#[test]
fn a_fresh_coin_pays_its_tier() {
    let mut world = World::new();
    let (ecosystem, dat) = rich_root(&mut world);
    world.set_fee_tiers(&[(0, LOW), (THRESHOLD, HIGH)]);
    assert_eq!(world.cycle_at(&ecosystem, &dat, HIGH).spent, 300_000_000, "80 % of 1.25 % of 30 SOL");
}

#[test]
fn the_last_tier_that_is_reached_holds() {
    let mut world = World::new();
    let (ecosystem, dat) = rich_root(&mut world);
    world.set_fee_tiers(&[(0, HIGH), (THRESHOLD, LOW), (28 * SOL, HIGH)]);
    assert_eq!(world.cycle_at(&ecosystem, &dat, LOW).spent, 168_000_000, "80 % of 0.70 % of 30 SOL");
}

#[test]
fn below_the_first_tier_the_first_tier_holds() {
    let mut world = World::new();
    let (ecosystem, dat) = rich_root(&mut world);
    world.set_fee_tiers(&[(THRESHOLD + 2 * SOL, LOW), (THRESHOLD + 3 * SOL, HIGH)]);
    assert_eq!(world.cycle_at(&ecosystem, &dat, LOW).spent, 168_000_000);
}

#[test]
fn burning_lowers_the_market_cap() {
    let mut world = World::new();
    let (ecosystem, dat) = rich_root(&mut world);
    world.edit(&dat.coin.mint, |account| {
        account.data[36..44].copy_from_slice(&900_000_000_000_000u64.to_le_bytes());
    });
    world.set_fee_tiers(&[(0, LOW), (THRESHOLD, HIGH)]);
    assert_eq!(world.cycle_at(&ecosystem, &dat, LOW).spent, 168_000_000);
}

#[test]
fn a_mayhem_coin_goes_by_the_supply_of_its_curve() {
    let mut world = World::new();
    let (ecosystem, dat) = rich_root(&mut world);
    world.edit_curve(&dat.coin, CurveField::Mayhem, &[1]);
    world.edit_curve(&dat.coin, CurveField::Supply, &900_000_000_000_000u64.to_le_bytes());
    world.set_fee_tiers(&[(0, LOW), (THRESHOLD, HIGH)]);
    assert_eq!(world.cycle_at(&ecosystem, &dat, LOW).spent, 168_000_000);
}
