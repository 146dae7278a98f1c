//! `update_parameters` and the ranges of all parameters: a value at a bound is accepted, a value beyond it is
//! refused.

use dat::events::ParametersUpdated;
use dat_tests::*;

type Change = fn(&mut Parameters);

/// Sets the parameters of a new ecosystem and of an existing one.
fn set(change: Change) -> [Result<Success, Failure>; 2] {
    let mut chain = Chain::new();
    let ecosystem = chain.ecosystem("eco", |_| ());
    let mut wanted = parameters();
    change(&mut wanted);
    [initialize(ROOT_SHARE, change), chain.by(&ecosystem.admin, ecosystem.update_parameters(wanted))]
}

fn initialize(root_share_bps: u16, change: Change) -> Result<Success, Failure> {
    let mut chain = Chain::new();
    let ecosystem = Ecosystem::new("eco", chain.wallet(SOL), chain.wallet(SOL));
    let mut wanted = parameters();
    change(&mut wanted);
    chain.send(&[ecosystem.initialize_with(root_share_bps, wanted)], &[&ecosystem.admin])
}

#[test]
fn values_at_a_bound_are_accepted() {
    let bounds: [Change; 11] = [
        |p| p.min_fees_root_lamports = 1,
        |p| p.min_fees_root_lamports = u64::MAX,
        |p| p.min_fees_secondary_lamports = 5_500_000,
        |p| p.max_fees_per_cycle_lamports = 1,
        |p| p.max_fees_per_cycle_lamports = u64::MAX,
        |p| p.min_interval_seconds = 604_800,
        |p| p.max_price_impact_bps = 1,
        |p| p.max_price_impact_bps = 1_000,
        |p| p.max_price_rise_bps = 1,
        |p| p.max_price_rise_bps = 1_000,
        |p| p.min_interval_seconds = 1,
    ];
    for change in bounds {
        for outcome in set(change) {
            outcome.unwrap_or_else(|failure| panic!("{failure:#?}"));
        }
    }
    for share in [1_000, 9_000] {
        initialize(share, |_| ()).expect("a share");
    }
}

#[test]
fn values_beyond_a_bound_are_refused() {
    let beyond: [Change; 9] = [
        |p| p.min_fees_root_lamports = 0,
        |p| p.min_fees_secondary_lamports = 5_499_999,
        |p| p.max_fees_per_cycle_lamports = 0,
        |p| p.min_interval_seconds = 0,
        |p| p.min_interval_seconds = 604_801,
        |p| p.max_price_impact_bps = 0,
        |p| p.max_price_impact_bps = 1_001,
        |p| p.max_price_rise_bps = 0,
        |p| p.max_price_rise_bps = 1_001,
    ];
    for change in beyond {
        for outcome in set(change) {
            outcome.refused(DatError::InvalidParameter);
        }
    }
    for share in [0, 999, 9_001, u16::MAX] {
        initialize(share, |_| ()).refused(DatError::InvalidRootShare);
    }
}

#[test]
fn new_parameters_apply_to_the_next_cycle() {
    let mut chain = Chain::new();
    let ecosystem = chain.ecosystem("eco", |_| ());
    let dat = chain.dat(&ecosystem, Kind::Token2022, Role::Secondary);
    chain.airdrop(&dat.authority, 20_000_000);
    let wanted = Parameters {
        min_fees_root_lamports: 1,
        min_fees_secondary_lamports: 20_000_001,
        max_fees_per_cycle_lamports: 6_000_000,
        min_interval_seconds: 7,
        max_price_impact_bps: 50,
        max_price_rise_bps: 500,
    };
    let done = chain.by(&ecosystem.admin, ecosystem.update_parameters(wanted)).expect("update_parameters");
    let event = done.event::<ParametersUpdated>();
    assert_eq!((event.state, event.before, event.after), (ecosystem.state, parameters(), wanted));
    assert_eq!(chain.state(&dat).parameters, wanted);

    chain.try_cycle(&ecosystem, &dat).refused(DatError::InsufficientFees);
    chain.airdrop(&dat.authority, 20_000_000);
    assert_eq!(chain.cycle(&ecosystem, &dat).spent, 6_000_000);
    chain.advance_seconds(6);
    chain.airdrop(&dat.authority, 20_000_000);
    chain.try_cycle(&ecosystem, &dat).refused(DatError::CycleTooSoon);
    chain.advance_seconds(1);
    chain.cycle(&ecosystem, &dat);
}
