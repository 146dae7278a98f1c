//! The ranges of parameters: each bound is taken, and one beyond it is refused.

use dat::events::ParametersUpdated;
use dat_tests::ecosystem::ROOT_SHARE;
use dat_tests::*;

type Change = fn(&mut Parameters);

/// A new ecosystem with these, and one that gets them later.
fn set(change: Change) -> [Result<Done, Failure>; 2] {
    let mut world = World::new();
    let ecosystem = world.ecosystem("eco", |_| ());
    let mut wanted = parameters();
    change(&mut wanted);
    [initialize("eco", change), world.by(&ecosystem.admin, ecosystem.update_parameters(wanted))]
}

fn initialize(name: &str, change: Change) -> Result<Done, Failure> {
    initialize_with(name, ROOT_SHARE, change)
}

fn initialize_with(name: &str, root_share_bps: u16, change: Change) -> Result<Done, Failure> {
    let mut world = World::new();
    let ecosystem = Ecosystem::new(name, world.wallet(SOL), world.wallet(SOL));
    let mut wanted = parameters();
    change(&mut wanted);
    world.send(&[ecosystem.initialize_with(root_share_bps, wanted)], &[&ecosystem.admin])
}

#[test]
fn bounds_are_taken() {
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
        initialize_with("eco", share, |_| ()).expect("a share");
    }
}

#[test]
fn what_is_beyond_a_bound_is_refused() {
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
        initialize_with("eco", share, |_| ()).refused(DatError::InvalidRootShare);
    }
}

#[test]
fn a_name_has_one_to_thirty_two_bytes() {
    initialize("", |_| ()).refused(DatError::InvalidParameter);
    initialize("x", |_| ()).expect("one byte");
    initialize("the longest name: 32 bytes of it", |_| ()).expect("32 bytes");
    // One more has no address.
    let mut world = World::new();
    let mut ecosystem = Ecosystem::new("eco", world.wallet(SOL), world.wallet(SOL));
    ecosystem.name = "x".repeat(33);
    let refused = world.by(&ecosystem.admin, ecosystem.initialize(parameters())).refusal();
    assert_eq!(refused.program, Some(dat::ID));
}

#[test]
fn a_share_of_ones_own_keeps_to_the_range() {
    let mut world = World::new();
    let ecosystem = world.ecosystem("eco", |_| ());
    for (role, share) in [(Role::Secondary, 999), (Role::Secondary, 9_001), (Role::Root, 4_480)] {
        let dat = world.candidate(&ecosystem, Kind::Spl);
        let admit = ecosystem.admit(&dat, role, Some(share));
        world.by(&ecosystem.admin, admit).refused(DatError::InvalidRootShare);
    }
}

#[test]
fn an_operator_is_somebody() {
    let mut world = World::new();
    let ecosystem = Ecosystem::new("eco", world.wallet(SOL), world.wallet(SOL));
    let mut instruction = ecosystem.initialize(parameters());
    // Behind the discriminator and the name.
    instruction.data[15..47].fill(0);
    world.by(&ecosystem.admin, instruction).refused(DatError::InvalidParameter);
}

#[test]
fn new_parameters_hold_from_the_next_cycle_on() {
    let mut world = World::new();
    let ecosystem = world.ecosystem("eco", |_| ());
    let dat = world.dat(&ecosystem, Kind::Token2022, Role::Secondary);
    world.give(&dat.authority, 20_000_000);
    let wanted = Parameters {
        min_fees_root_lamports: 1,
        min_fees_secondary_lamports: 20_000_001,
        max_fees_per_cycle_lamports: 6_000_000,
        min_interval_seconds: 7,
        max_price_impact_bps: 50,
        max_price_rise_bps: 500,
    };
    let done = world.by(&ecosystem.admin, ecosystem.update_parameters(wanted)).expect("update_parameters");
    let event = done.event::<ParametersUpdated>();
    assert_eq!((event.state, event.before, event.after), (ecosystem.state, parameters(), wanted));
    assert_eq!(world.state(&dat).parameters, wanted);

    world.try_cycle(&ecosystem, &dat).refused(DatError::InsufficientFees);
    world.give(&dat.authority, 20_000_000);
    assert_eq!(world.cycle(&ecosystem, &dat).spent, 6_000_000);
    world.pass(6);
    world.give(&dat.authority, 20_000_000);
    world.try_cycle(&ecosystem, &dat).refused(DatError::CycleTooSoon);
    world.pass(1);
    world.cycle(&ecosystem, &dat);
}
