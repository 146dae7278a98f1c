//! A buy goes by a price that was looked at before: 8 slots, which no leader has in a row, to 150 ago. What happens
//! between the look and the buy cannot make it pay more than it may.

use dat_tests::*;

use crate::price_bound::price;

/// A root with more money than it may spend, under no limit but the impact rule; nobody has looked.
pub fn rich_root(rise_bps: u16) -> (World, Ecosystem, Dat) {
    let mut world = World::new();
    world.looks_in_time = false;
    let ecosystem = world.ecosystem("eco", |p| {
        p.max_price_impact_bps = 1_000;
        p.max_price_rise_bps = rise_bps;
        p.max_fees_per_cycle_lamports = 1_000 * SOL;
        p.min_interval_seconds = 1;
    });
    let dat = world.dat(&ecosystem, Kind::Token2022, Role::Root);
    world.give(&dat.authority, 1_000 * SOL);
    (world, ecosystem, dat)
}

pub fn look(world: &mut World, ecosystem: &Ecosystem, dat: &Dat) -> Observation {
    let observe = ecosystem.observe(dat, world.graduated(&dat.coin));
    world.by(&ecosystem.operator, observe).expect("observe");
    world.stats(dat).observation
}

pub fn cycle(world: &mut World, ecosystem: &Ecosystem, dat: &Dat) -> Result<CycleCompleted, Failure> {
    let count = world.stats(dat).cycle_count;
    let cycle = ecosystem.cycle_by(world.form(&dat.coin), dat, count, 1);
    Ok(world.send(&[cycle], &[&ecosystem.operator])?.event())
}

fn refused(outcome: Result<CycleCompleted, Failure>, error: DatError) {
    outcome.map(|event| event.spent).expect_err("a refusal").assert_dat(error);
}

#[test]
fn a_buy_without_a_look_is_refused() {
    let (mut world, ecosystem, dat) = rich_root(1_000);
    refused(cycle(&mut world, &ecosystem, &dat), DatError::PriceNotObserved);
    world.by(&ecosystem.operator, ecosystem.collect_fees(&dat)).expect("collect_fees needs none");
    world.by(&ecosystem.operator, ecosystem.execute_buy(&dat, 0)).refused(DatError::PriceNotObserved);
}

#[test]
fn a_look_serves_from_the_eighth_slot_to_the_hundred_and_fiftieth() {
    let (mut world, ecosystem, dat) = rich_root(1_000);
    look(&mut world, &ecosystem, &dat);
    for age in 0..=160 {
        let outcome = cycle(&mut world.clone(), &ecosystem, &dat);
        if (8..=150).contains(&age) {
            assert!(outcome.is_ok(), "{age} slots");
        } else {
            refused(outcome, DatError::PriceNotObserved);
        }
        world.pass_slots(1);
    }
}

#[test]
fn no_look_within_its_own_transaction_serves() {
    let (mut world, ecosystem, dat) = rich_root(1_000);
    let both = [ecosystem.observe(&dat, false), ecosystem.cycle(&dat, 0)];
    world.send(&both, &[&ecosystem.operator]).refused(DatError::PriceNotObserved);
}

#[test]
fn a_buy_uses_its_look_up() {
    let (mut world, ecosystem, dat) = rich_root(1_000);
    look(&mut world, &ecosystem, &dat);
    world.pass_slots(8);
    cycle(&mut world, &ecosystem, &dat).expect("a cycle");
    assert_eq!(world.stats(&dat).observation, Observation::default());
    world.pass(1);
    world.pass_slots(8);
    refused(cycle(&mut world, &ecosystem, &dat), DatError::PriceNotObserved);
    look(&mut world, &ecosystem, &dat);
    world.pass_slots(8);
    cycle(&mut world, &ecosystem, &dat).expect("another");
}

#[test]
fn looking_again_cannot_raise_the_price_that_was_seen() {
    let (mut world, ecosystem, dat) = rich_root(1_000);
    let first = look(&mut world, &ecosystem, &dat);
    world.somebody_buys(&dat.coin, 10 * SOL);
    for _ in 0..3 {
        world.pass_slots(50);
        assert_eq!(look(&mut world, &ecosystem, &dat), first);
        refused(cycle(&mut world, &ecosystem, &dat), DatError::PriceTooHigh);
    }
    // A lower price does lower it; it stays as old as it is.
    let lower_quote = first.quote / 2;
    world.edit(&dat.coin.curve, |account| account.data[16..24].copy_from_slice(&lower_quote.to_le_bytes()));
    let lower = look(&mut world, &ecosystem, &dat);
    assert_eq!(lower, Observation { quote: lower_quote, base: lower.base, ..first });
    assert!(lower.base < first.base, "of the curve as it was then");
    // One that is stale is forgotten.
    world.pass_slots(1);
    world.somebody_buys(&dat.coin, 10 * SOL);
    let fresh = look(&mut world, &ecosystem, &dat);
    assert!(
        fresh.slot == world.slot() && price([fresh.quote, fresh.base]) > price([lower.quote, lower.base])
    );
}

#[test]
fn nobody_but_the_operator_looks() {
    let (mut world, ecosystem, dat) = rich_root(1_000);
    let first = look(&mut world, &ecosystem, &dat);
    let other = world.ecosystem("other", |_| ());
    let theirs = other.dat(dat.coin);
    world.admit(&other, &theirs, Role::Root, None);
    world.somebody_buys(&dat.coin, SOL);
    let observe = ecosystem.observe(&dat, false);
    for stranger in [&world.rich(), &other.operator, &ecosystem.admin, &ecosystem.emergency] {
        world.by(stranger, observe.clone()).refused(DatError::UnauthorizedAccess);
    }
    // Another ecosystem's look at the same coin is its own.
    world.by(&other.operator, other.observe(&theirs, false)).expect("observe");
    assert_eq!(world.stats(&dat).observation, first);
    // An operator who comes after does not undo what the one before has seen.
    let next = world.wallet(SOL);
    world.by(&ecosystem.admin, ecosystem.set_operator(next.pubkey())).expect("set_operator");
    world.by(&ecosystem.operator, observe.clone()).refused(DatError::UnauthorizedAccess);
    world.by(&next, observe).expect("observe");
    assert_eq!(world.stats(&dat).observation, first);
}

#[test]
fn a_look_on_the_curve_bounds_a_buy_in_the_pool() {
    let (mut world, ecosystem, dat) = rich_root(1_000);
    look(&mut world, &ecosystem, &dat);
    world.pass_slots(8);
    world.graduate(&dat.coin);
    world.prepare_for_pool(&dat);
    refused(cycle(&mut world, &ecosystem, &dat), DatError::PriceTooHigh);
    let on_curve = ecosystem.observe(&dat, false);
    world.by(&ecosystem.operator, on_curve).refused(DatError::BondingCurveComplete);
    world.pass_slots(150);
    let seen = look(&mut world, &ecosystem, &dat);
    let pool = world.pool(&dat.coin);
    assert_eq!(
        (u128::from(seen.quote), seen.base, seen.slot),
        (pool.priced_quote(), pool.base, world.slot())
    );
    world.pass_slots(8);
    cycle(&mut world, &ecosystem, &dat).expect("a cycle in the pool");
}
