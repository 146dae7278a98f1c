//! The ranges of parameters: each bound is taken, and one beyond it is refused.

use dat_tests::*;

type Change = fn(&mut Parameters);

fn initialize(name: &str, change: Change) -> Result<Done, Failure> {
    let mut world = World::new();
    let ecosystem = Ecosystem::new(name, world.wallet(SOL), world.wallet(SOL));
    let mut wanted = parameters(&ecosystem.operator.pubkey());
    change(&mut wanted);
    world.send(&[ecosystem.initialize(wanted)], &[&ecosystem.admin])
}

#[test]
fn bounds_are_taken() {
    let bounds: [Change; 11] = [
        |p| p.root_share_bps = 1_000,
        |p| p.root_share_bps = 9_000,
        |p| p.min_fees_root_lamports = 1,
        |p| p.min_fees_root_lamports = u64::MAX,
        |p| p.min_fees_secondary_lamports = 5_500_000,
        |p| p.max_fees_per_cycle_lamports = 1,
        |p| p.max_fees_per_cycle_lamports = u64::MAX,
        |p| p.min_interval_seconds = 604_800,
        |p| p.max_price_impact_bps = 1,
        |p| p.max_price_impact_bps = 1_000,
        |p| p.min_interval_seconds = 1,
    ];
    for change in bounds {
        initialize("eco", change).unwrap_or_else(|failure| panic!("{failure:#?}"));
    }
}

#[test]
fn what_is_beyond_a_bound_is_refused() {
    use DatError::*;
    let beyond: [(DatError, Change); 10] = [
        (InvalidRootShare, |p| p.root_share_bps = 999),
        (InvalidRootShare, |p| p.root_share_bps = 9_001),
        (InvalidParameter, |p| p.operator = Pubkey::default()),
        (InvalidParameter, |p| p.min_fees_root_lamports = 0),
        (InvalidParameter, |p| p.min_fees_secondary_lamports = 5_499_999),
        (InvalidParameter, |p| p.max_fees_per_cycle_lamports = 0),
        // Two cycles in one transaction would be one buy of twice the impact.
        (InvalidParameter, |p| p.min_interval_seconds = 0),
        (InvalidParameter, |p| p.min_interval_seconds = 604_801),
        (InvalidParameter, |p| p.max_price_impact_bps = 0),
        (InvalidParameter, |p| p.max_price_impact_bps = 1_001),
    ];
    for (error, change) in beyond {
        initialize("eco", change).err().expect("a refusal").assert_dat(error);
    }
}

#[test]
fn a_name_has_one_to_thirty_two_bytes() {
    initialize("", |_| ()).err().expect("a refusal").assert_dat(DatError::InvalidParameter);
    initialize("x", |_| ()).expect("one byte");
    initialize("the longest name: 32 bytes of it", |_| ()).expect("32 bytes");
    // One more has no address.
    let mut world = World::new();
    let mut ecosystem = Ecosystem::new("eco", world.wallet(SOL), world.wallet(SOL));
    ecosystem.name = "x".repeat(33);
    let instruction = ecosystem.initialize(parameters(&ecosystem.operator.pubkey()));
    let refused = world.send(&[instruction], &[&ecosystem.admin]).err().expect("a refusal");
    assert_eq!(refused.program, Some(dat::ID));
}

#[test]
fn a_share_of_ones_own_keeps_to_the_range() {
    let mut world = World::new();
    let ecosystem = world.ecosystem("eco", |_| ());
    for (role, share) in [(Role::Secondary, 999), (Role::Secondary, 9_001), (Role::Root, 4_480)] {
        let dat = world.candidate(&ecosystem, Kind::Spl);
        let refused = world.send(&[ecosystem.admit(&dat, role, Some(share))], &[&ecosystem.admin]);
        refused.err().expect("a refusal").assert_dat(DatError::InvalidRootShare);
    }
}
