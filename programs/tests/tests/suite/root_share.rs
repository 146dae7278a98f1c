//! Changing root shares: how far, how fast, and what cycles send meanwhile.

use dat::events::RootShareChanged;
use dat_tests::*;

/// Changes the share of the ecosystem, or of one token.
fn change(world: &mut World, ecosystem: &Ecosystem, of: Option<&Dat>, bps: u16) -> Result<Done, Failure> {
    world.by(&ecosystem.admin, ecosystem.update_root_share(of, bps))
}

/// What a cycle sends of 100,000,000 lamports, in basis points.
fn sent(world: &mut World, ecosystem: &Ecosystem, dat: &Dat) -> u64 {
    let excess = world.lamports(&dat.authority) - world.rent(0) - world.stats(dat).carried_lamports;
    world.give(&dat.authority, 100_000_000 - excess - world.curve(&dat.coin).creator_fee);
    let to_root = world.cycle(ecosystem, dat).to_root;
    assert_eq!(to_root % 10_000, 0);
    to_root / 10_000
}

fn secondary(world: &mut World) -> (Ecosystem, Dat) {
    let ecosystem = world.ecosystem("eco", |p| p.min_interval_seconds = 1);
    let dat = world.dat(&ecosystem, Kind::Token2022, Role::Secondary);
    (ecosystem, dat)
}

#[test]
fn a_change_holds_after_the_timelock_to_the_second() {
    let mut world = World::new();
    let (ecosystem, dat) = secondary(&mut world);
    let done = change(&mut world, &ecosystem, None, 4_980).expect("a change");
    let event = done.event::<RootShareChanged>();
    assert_eq!((event.state, event.mint), (ecosystem.state, None));
    let share = RootShare { bps: 4_480, next_bps: 4_980, next_at: world.now() + 3_600 };
    assert_eq!((event.share, world.state(&dat).root_share), (share, share));

    assert_eq!(sent(&mut world, &ecosystem, &dat), 4_480);
    world.pass(3_599);
    assert_eq!(sent(&mut world, &ecosystem, &dat), 4_480);
    world.pass(1);
    assert_eq!(sent(&mut world, &ecosystem, &dat), 4_980);
}

#[test]
fn a_share_moves_by_at_most_five_hundred() {
    let mut world = World::new();
    let (ecosystem, dat) = secondary(&mut world);
    for of in [None, Some(&dat)] {
        for bps in [4_981, 3_979, 9_000, 1_000] {
            change(&mut world, &ecosystem, of, bps).refused(DatError::RootShareDeltaTooLarge);
        }
        for bps in [4_980, 3_980, 4_480] {
            change(&mut world, &ecosystem, of, bps).expect("a change");
        }
    }
}

#[test]
fn a_share_keeps_to_its_range() {
    for (start, beyond, bound) in [(1_200, 999, 1_000), (8_800, 9_001, 9_000)] {
        let mut world = World::new();
        let ecosystem = world.ecosystem_with("eco", start, |_| ());
        let dat = world.dat(&ecosystem, Kind::Spl, Role::Secondary);
        for of in [None, Some(&dat)] {
            change(&mut world, &ecosystem, of, beyond).refused(DatError::InvalidRootShare);
            change(&mut world, &ecosystem, of, bound).expect("a change");
        }
    }
}

#[test]
fn another_change_takes_the_place_of_the_one_on_its_way() {
    let mut world = World::new();
    let (ecosystem, dat) = secondary(&mut world);
    change(&mut world, &ecosystem, None, 4_980).expect("a change");
    world.pass(3_599);
    // It is measured from what holds, and waits an hour of its own.
    change(&mut world, &ecosystem, None, 5_480).refused(DatError::RootShareDeltaTooLarge);
    change(&mut world, &ecosystem, None, 4_000).expect("another change");
    world.pass(3_599);
    assert_eq!(sent(&mut world, &ecosystem, &dat), 4_480);
    world.pass(1);
    assert_eq!(sent(&mut world, &ecosystem, &dat), 4_000);
    // The next one starts from there.
    change(&mut world, &ecosystem, None, 4_501).refused(DatError::RootShareDeltaTooLarge);
    change(&mut world, &ecosystem, None, 4_500).expect("a third change");
    world.pass(1);
    assert_eq!(sent(&mut world, &ecosystem, &dat), 4_000);
}

#[test]
fn a_share_of_ones_own_starts_from_the_ecosystems() {
    let mut world = World::new();
    let (ecosystem, dat) = secondary(&mut world);
    let other = world.dat(&ecosystem, Kind::Spl, Role::Secondary);
    change(&mut world, &ecosystem, None, 4_980).expect("a change");
    world.pass(1_000);
    // 4480 still holds.
    let event =
        change(&mut world, &ecosystem, Some(&dat), 4_000).expect("of a token").event::<RootShareChanged>();
    let share = RootShare { bps: 4_480, next_bps: 4_000, next_at: world.now() + 3_600 };
    assert_eq!((event.mint, event.share), (Some(dat.coin.mint), share));
    assert_eq!((world.stats(&dat).root_share, world.stats(&other).root_share), (Some(share), None));

    world.pass(2_600);
    let both = |world: &mut World| [&dat, &other].map(|dat| sent(world, &ecosystem, dat));
    assert_eq!(both(&mut world), [4_480, 4_980]);
    world.pass(1_000);
    assert_eq!(both(&mut world), [4_000, 4_980]);
    // From now on its own is what counts.
    change(&mut world, &ecosystem, None, 5_000).expect("a change");
    change(&mut world, &ecosystem, Some(&dat), 4_501).refused(DatError::RootShareDeltaTooLarge);
    change(&mut world, &ecosystem, Some(&dat), 3_500).expect("of a token");
    world.pass(3_600);
    assert_eq!(both(&mut world), [3_500, 5_000]);
}

#[test]
fn a_share_that_a_token_was_admitted_with_is_changed_like_any() {
    let mut world = World::new();
    let (ecosystem, _) = secondary(&mut world);
    let dat = world.dat_with(&ecosystem, Kind::Token2022, Role::Secondary, Some(9_000));
    change(&mut world, &ecosystem, Some(&dat), 4_480).refused(DatError::RootShareDeltaTooLarge);
    change(&mut world, &ecosystem, Some(&dat), 8_500).expect("of a token");
    assert_eq!(sent(&mut world, &ecosystem, &dat), 9_000);
    world.pass(3_600);
    assert_eq!(sent(&mut world, &ecosystem, &dat), 8_500);
}

#[test]
fn a_root_has_none() {
    let mut world = World::new();
    let ecosystem = world.ecosystem("eco", |_| ());
    let root = world.dat(&ecosystem, Kind::Spl, Role::Root);
    change(&mut world, &ecosystem, Some(&root), 4_500).refused(DatError::InvalidRootShare);
    change(&mut world, &ecosystem, None, 4_980).expect("a change");
    world.pass(3_600);
    world.give(&root.authority, 50_000_000);
    assert_eq!(world.cycle(&ecosystem, &root).to_root, 0);
}
