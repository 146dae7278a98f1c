//! `observe`: a buy uses a price that was observed 8 to 150 slots before. No leader has 8 slots in a row.

use dat_tests::*;

use super::price_bound::price;

/// A root with more lamports than a cycle may spend, limited only by the price impact. Nobody has observed
/// its price.
pub fn rich_root(rise_bps: u16) -> (Chain, Ecosystem, Dat) {
    let mut chain = Chain::new();
    chain.auto_observe = false;
    let ecosystem = chain.ecosystem("eco", |p| {
        p.max_price_impact_bps = 1_000;
        p.max_price_rise_bps = rise_bps;
        p.max_fees_per_cycle_lamports = 1_000 * SOL;
        p.min_interval_seconds = 1;
    });
    let dat = chain.dat(&ecosystem, Kind::Token2022, Role::Root);
    chain.airdrop(&dat.authority, 1_000 * SOL);
    (chain, ecosystem, dat)
}

pub fn observe(chain: &mut Chain, ecosystem: &Ecosystem, dat: &Dat) -> Observation {
    let observe = ecosystem.observe(dat, chain.graduated(&dat.coin));
    chain.by(&ecosystem.operator, observe).expect("observe");
    chain.stats(dat).observation
}

pub fn cycle(chain: &mut Chain, ecosystem: &Ecosystem, dat: &Dat) -> Result<CycleCompleted, Failure> {
    let count = chain.stats(dat).cycle_count;
    let cycle = ecosystem.cycle_by(chain.form(&dat.coin), dat, count, 1);
    Ok(chain.send(&[cycle], &[&ecosystem.operator])?.event())
}

fn refused(outcome: Result<CycleCompleted, Failure>, error: DatError) {
    outcome.map(|event| event.spent).expect_err("a refusal").assert_dat(error);
}

#[test]
fn a_buy_without_an_observation_is_refused() {
    let (mut chain, ecosystem, dat) = rich_root(1_000);
    refused(cycle(&mut chain, &ecosystem, &dat), DatError::PriceNotObserved);
    chain.by(&ecosystem.operator, ecosystem.collect_fees(&dat)).expect("collect_fees needs no observation");
    chain.by(&ecosystem.operator, ecosystem.execute_buy(&dat, 0)).refused(DatError::PriceNotObserved);
}

#[test]
fn an_observation_is_valid_for_slots_8_to_150() {
    let (mut chain, ecosystem, dat) = rich_root(1_000);
    observe(&mut chain, &ecosystem, &dat);
    for age in 0..=160 {
        let outcome = cycle(&mut chain.clone(), &ecosystem, &dat);
        if (8..=150).contains(&age) {
            assert!(outcome.is_ok(), "{age} slots");
        } else {
            refused(outcome, DatError::PriceNotObserved);
        }
        chain.advance_slots(1);
    }
}

#[test]
fn an_observation_in_the_same_transaction_is_not_valid() {
    let (mut chain, ecosystem, dat) = rich_root(1_000);
    let both = [ecosystem.observe(&dat, false), ecosystem.cycle(&dat, 0)];
    chain.send(&both, &[&ecosystem.operator]).refused(DatError::PriceNotObserved);
}

#[test]
fn a_buy_consumes_its_observation() {
    let (mut chain, ecosystem, dat) = rich_root(1_000);
    observe(&mut chain, &ecosystem, &dat);
    chain.advance_slots(8);
    cycle(&mut chain, &ecosystem, &dat).expect("a cycle");
    assert_eq!(chain.stats(&dat).observation, Observation::default());
    chain.advance_seconds(1);
    chain.advance_slots(8);
    refused(cycle(&mut chain, &ecosystem, &dat), DatError::PriceNotObserved);
    observe(&mut chain, &ecosystem, &dat);
    chain.advance_slots(8);
    cycle(&mut chain, &ecosystem, &dat).expect("another");
}

#[test]
fn a_second_observation_cannot_raise_the_observed_price() {
    let (mut chain, ecosystem, dat) = rich_root(1_000);
    let first = observe(&mut chain, &ecosystem, &dat);
    chain.somebody_buys(&dat.coin, 10 * SOL);
    for _ in 0..3 {
        chain.advance_slots(50);
        assert_eq!(observe(&mut chain, &ecosystem, &dat), first);
        refused(cycle(&mut chain, &ecosystem, &dat), DatError::PriceTooHigh);
    }
    // A lower price replaces the observed price. The age stays.
    let lower_quote = first.quote / 2;
    chain.edit(&dat.coin.curve, |account| account.data[16..24].copy_from_slice(&lower_quote.to_le_bytes()));
    let lower = observe(&mut chain, &ecosystem, &dat);
    assert_eq!(lower, Observation { quote: lower_quote, base: lower.base, ..first });
    assert!(lower.base < first.base, "the reserves of the curve at that time");
    // A stale observation is replaced.
    chain.advance_slots(1);
    chain.somebody_buys(&dat.coin, 10 * SOL);
    let fresh = observe(&mut chain, &ecosystem, &dat);
    assert!(
        fresh.slot == chain.slot() && price([fresh.quote, fresh.base]) > price([lower.quote, lower.base])
    );
}

#[test]
fn only_the_operator_can_observe() {
    let (mut chain, ecosystem, dat) = rich_root(1_000);
    let first = observe(&mut chain, &ecosystem, &dat);
    let other = chain.ecosystem("other", |_| ());
    let theirs = other.dat(dat.coin);
    chain.admit(&other, &theirs, Role::Root, None);
    chain.somebody_buys(&dat.coin, SOL);
    let observe = ecosystem.observe(&dat, false);
    for stranger in [&chain.payer(), &other.operator, &ecosystem.admin, &ecosystem.emergency] {
        chain.by(stranger, observe.clone()).refused(DatError::UnauthorizedAccess);
    }
    // Another ecosystem observes the same coin for itself.
    chain.by(&other.operator, other.observe(&theirs, false)).expect("observe");
    assert_eq!(chain.stats(&dat).observation, first);
    // A new operator keeps the observation of the old one.
    let next = chain.wallet(SOL);
    chain.by(&ecosystem.admin, ecosystem.set_operator(next.pubkey())).expect("set_operator");
    chain.by(&ecosystem.operator, observe.clone()).refused(DatError::UnauthorizedAccess);
    chain.by(&next, observe).expect("observe");
    assert_eq!(chain.stats(&dat).observation, first);
}

#[test]
fn an_observation_on_the_curve_bounds_a_buy_in_the_pool() {
    let (mut chain, ecosystem, dat) = rich_root(1_000);
    observe(&mut chain, &ecosystem, &dat);
    chain.advance_slots(8);
    chain.graduate(&dat.coin);
    chain.prepare_for_pool(&dat);
    refused(cycle(&mut chain, &ecosystem, &dat), DatError::PriceTooHigh);
    let on_curve = ecosystem.observe(&dat, false);
    chain.by(&ecosystem.operator, on_curve).refused(DatError::BondingCurveComplete);
    chain.advance_slots(150);
    let observation = observe(&mut chain, &ecosystem, &dat);
    let pool = chain.pool(&dat.coin);
    assert_eq!(
        (u128::from(observation.quote), observation.base, observation.slot),
        (pool.priced_quote(), pool.base, chain.slot())
    );
    chain.advance_slots(8);
    cycle(&mut chain, &ecosystem, &dat).expect("a cycle in the pool");
}
