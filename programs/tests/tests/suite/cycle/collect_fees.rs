//! `collect_fees`: the first step of a cycle alone.

use dat::events::FeesCollected;
use dat_tests::*;

fn earning(kind: Kind, role: Role) -> (Chain, Ecosystem, Dat) {
    let mut chain = Chain::new();
    let ecosystem = chain.ecosystem("eco", |_| ());
    let dat = chain.dat(&ecosystem, kind, role);
    chain.airdrop(&dat.authority, 50_000_000);
    (chain, ecosystem, dat)
}

#[test]
fn collect_fees_of_a_secondary_feeds_the_treasury() {
    let (mut chain, ecosystem, dat) = earning(Kind::Spl, Role::Secondary);
    chain.airdrop(&ecosystem.treasury, 7);
    let done = chain.by(&ecosystem.operator, ecosystem.collect_fees(&dat)).expect("collect_fees");
    let event = done.event::<FeesCollected>();
    assert_eq!((event.state, event.mint, event.timestamp), (dat.state, dat.coin.mint, chain.now()));
    assert_eq!((event.carried_in, event.inflow, event.treasury_in), (0, 50_000_000, 0));
    assert_eq!((event.to_root, event.carried_out), (22_400_000, 27_600_000));
    assert_eq!(chain.lamports(&ecosystem.treasury), chain.rent(0) + 7 + 22_400_000);
    assert_eq!(chain.lamports(&dat.authority), chain.rent(0) + 27_600_000);
    let stats = chain.stats(&dat);
    assert_eq!((stats.carried_lamports, stats.cycle_count, stats.last_cycle_at), (27_600_000, 0, 0));
}

#[test]
fn collect_fees_of_a_root_empties_the_treasury() {
    let (mut chain, ecosystem, dat) = earning(Kind::Token2022, Role::Root);
    chain.airdrop(&ecosystem.treasury, 7);
    let done = chain.by(&ecosystem.operator, ecosystem.collect_fees(&dat)).expect("collect_fees");
    let event = done.event::<FeesCollected>();
    assert_eq!((event.carried_in, event.inflow, event.treasury_in), (0, 50_000_000, 7));
    assert_eq!((event.to_root, event.carried_out), (0, 50_000_007));
    assert_eq!(chain.lamports(&ecosystem.treasury), chain.rent(0));
    assert_eq!(chain.lamports(&dat.authority), chain.rent(0) + 50_000_007);
}

#[test]
fn collect_fees_needs_the_minimum() {
    for (role, minimum) in [(Role::Secondary, 5_690_000), (Role::Root, 2_000_000)] {
        let mut chain = Chain::new();
        let ecosystem = chain.ecosystem("eco", |_| ());
        let dat = chain.dat(&ecosystem, Kind::Spl, role);
        chain.airdrop(&dat.authority, minimum - 1);
        let collect = ecosystem.collect_fees(&dat);
        chain.by(&ecosystem.operator, collect.clone()).refused(DatError::InsufficientFees);
        chain.airdrop(&dat.authority, 1);
        chain.by(&ecosystem.operator, collect).expect("collect_fees");
    }
}

#[test]
fn the_treasury_counts_for_a_roots_minimum() {
    let mut chain = Chain::new();
    let ecosystem = chain.ecosystem("eco", |_| ());
    let dat = chain.dat(&ecosystem, Kind::Spl, Role::Root);
    chain.airdrop(&ecosystem.treasury, 1_999_999);
    let collect = ecosystem.collect_fees(&dat);
    chain.by(&ecosystem.operator, collect.clone()).refused(DatError::InsufficientFees);
    assert_eq!(chain.lamports(&ecosystem.treasury), chain.rent(0) + 1_999_999);
    chain.airdrop(&dat.authority, 1);
    chain.by(&ecosystem.operator, collect).expect("collect_fees");
}
