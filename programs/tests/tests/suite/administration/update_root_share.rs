//! `update_root_share`: size and time of a change, and the share that cycles send meanwhile.

use dat::events::RootShareChanged;
use dat_tests::*;

/// Changes the share of the ecosystem, or of one token.
fn change(
    chain: &mut Chain,
    ecosystem: &Ecosystem,
    scope: Option<&Dat>,
    bps: u16,
) -> Result<Success, Failure> {
    chain.by(&ecosystem.admin, ecosystem.update_root_share(scope, bps))
}

/// The share that a cycle sends of 100,000,000 lamports, basis points.
fn sent(chain: &mut Chain, ecosystem: &Ecosystem, dat: &Dat) -> u64 {
    let excess = chain.lamports(&dat.authority) - chain.rent(0) - chain.stats(dat).carried_lamports;
    chain.airdrop(&dat.authority, 100_000_000 - excess - chain.curve(&dat.coin).creator_fee);
    let to_root = chain.cycle(ecosystem, dat).to_root;
    assert_eq!(to_root % 10_000, 0);
    to_root / 10_000
}

fn secondary(chain: &mut Chain) -> (Ecosystem, Dat) {
    let ecosystem = chain.ecosystem("eco", |p| p.min_interval_seconds = 1);
    let dat = chain.dat(&ecosystem, Kind::Token2022, Role::Secondary);
    (ecosystem, dat)
}

#[test]
fn a_change_applies_exactly_after_the_timelock() {
    let mut chain = Chain::new();
    let (ecosystem, dat) = secondary(&mut chain);
    let done = change(&mut chain, &ecosystem, None, 4_980).expect("a change");
    let event = done.event::<RootShareChanged>();
    assert_eq!((event.state, event.mint), (ecosystem.state, None));
    let share = RootShare { bps: 4_480, next_bps: 4_980, next_at: chain.now() + 3_600 };
    assert_eq!((event.share, chain.state(&dat).root_share), (share, share));

    assert_eq!(sent(&mut chain, &ecosystem, &dat), 4_480);
    chain.advance_seconds(3_599);
    assert_eq!(sent(&mut chain, &ecosystem, &dat), 4_480);
    chain.advance_seconds(1);
    assert_eq!(sent(&mut chain, &ecosystem, &dat), 4_980);
}

#[test]
fn a_share_moves_by_at_most_five_hundred() {
    let mut chain = Chain::new();
    let (ecosystem, dat) = secondary(&mut chain);
    for scope in [None, Some(&dat)] {
        for bps in [4_981, 3_979, 9_000, 1_000] {
            change(&mut chain, &ecosystem, scope, bps).refused(DatError::RootShareDeltaTooLarge);
        }
        for bps in [4_980, 3_980, 4_480] {
            change(&mut chain, &ecosystem, scope, bps).expect("a change");
        }
    }
}

#[test]
fn a_share_must_be_in_the_range() {
    for (start, beyond, bound) in [(1_200, 999, 1_000), (8_800, 9_001, 9_000)] {
        let mut chain = Chain::new();
        let ecosystem = chain.ecosystem_with("eco", start, |_| ());
        let dat = chain.dat(&ecosystem, Kind::Spl, Role::Secondary);
        for scope in [None, Some(&dat)] {
            change(&mut chain, &ecosystem, scope, beyond).refused(DatError::InvalidRootShare);
            change(&mut chain, &ecosystem, scope, bound).expect("a change");
        }
    }
}

#[test]
fn a_second_change_replaces_the_pending_one() {
    let mut chain = Chain::new();
    let (ecosystem, dat) = secondary(&mut chain);
    change(&mut chain, &ecosystem, None, 4_980).expect("a change");
    chain.advance_seconds(3_599);
    // The step is measured from the current share, and the change waits its own hour.
    change(&mut chain, &ecosystem, None, 5_480).refused(DatError::RootShareDeltaTooLarge);
    change(&mut chain, &ecosystem, None, 4_000).expect("another change");
    chain.advance_seconds(3_599);
    assert_eq!(sent(&mut chain, &ecosystem, &dat), 4_480);
    chain.advance_seconds(1);
    assert_eq!(sent(&mut chain, &ecosystem, &dat), 4_000);
    // The next change starts from this share.
    change(&mut chain, &ecosystem, None, 4_501).refused(DatError::RootShareDeltaTooLarge);
    change(&mut chain, &ecosystem, None, 4_500).expect("a third change");
    chain.advance_seconds(1);
    assert_eq!(sent(&mut chain, &ecosystem, &dat), 4_000);
}

#[test]
fn a_tokens_own_share_starts_from_the_ecosystems() {
    let mut chain = Chain::new();
    let (ecosystem, dat) = secondary(&mut chain);
    let other = chain.dat(&ecosystem, Kind::Spl, Role::Secondary);
    change(&mut chain, &ecosystem, None, 4_980).expect("a change");
    chain.advance_seconds(1_000);
    // 4480 still applies.
    let event =
        change(&mut chain, &ecosystem, Some(&dat), 4_000).expect("of a token").event::<RootShareChanged>();
    let share = RootShare { bps: 4_480, next_bps: 4_000, next_at: chain.now() + 3_600 };
    assert_eq!((event.mint, event.share), (Some(dat.coin.mint), share));
    assert_eq!((chain.stats(&dat).root_share, chain.stats(&other).root_share), (Some(share), None));

    chain.advance_seconds(2_600);
    let both = |chain: &mut Chain| [&dat, &other].map(|dat| sent(chain, &ecosystem, dat));
    assert_eq!(both(&mut chain), [4_480, 4_980]);
    chain.advance_seconds(1_000);
    assert_eq!(both(&mut chain), [4_000, 4_980]);
    // From now on the token's own share applies.
    change(&mut chain, &ecosystem, None, 5_000).expect("a change");
    change(&mut chain, &ecosystem, Some(&dat), 4_501).refused(DatError::RootShareDeltaTooLarge);
    change(&mut chain, &ecosystem, Some(&dat), 3_500).expect("of a token");
    chain.advance_seconds(3_600);
    assert_eq!(both(&mut chain), [3_500, 5_000]);
}

#[test]
fn a_share_from_admission_changes_by_the_same_rules() {
    let mut chain = Chain::new();
    let (ecosystem, _) = secondary(&mut chain);
    let dat = chain.dat_with(&ecosystem, Kind::Token2022, Role::Secondary, Some(9_000));
    change(&mut chain, &ecosystem, Some(&dat), 4_480).refused(DatError::RootShareDeltaTooLarge);
    change(&mut chain, &ecosystem, Some(&dat), 8_500).expect("of a token");
    assert_eq!(sent(&mut chain, &ecosystem, &dat), 9_000);
    chain.advance_seconds(3_600);
    assert_eq!(sent(&mut chain, &ecosystem, &dat), 8_500);
}

#[test]
fn a_root_has_no_share() {
    let mut chain = Chain::new();
    let ecosystem = chain.ecosystem("eco", |_| ());
    let root = chain.dat(&ecosystem, Kind::Spl, Role::Root);
    change(&mut chain, &ecosystem, Some(&root), 4_500).refused(DatError::InvalidRootShare);
    change(&mut chain, &ecosystem, None, 4_980).expect("a change");
    chain.advance_seconds(3_600);
    chain.airdrop(&root.authority, 50_000_000);
    assert_eq!(chain.cycle(&ecosystem, &root).to_root, 0);
}
