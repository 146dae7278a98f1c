//! Lamports that a cycle does not spend are carried to the next cycle and not split again.

use dat_tests::*;

#[test]
fn lamports_above_the_cap_are_carried_and_not_split_again() {
    let mut chain = Chain::new();
    let ecosystem = chain.ecosystem_with("eco", 5_000, |p| p.max_fees_per_cycle_lamports = 6_000_000);
    let dat = chain.dat(&ecosystem, Kind::Spl, Role::Secondary);
    chain.somebody_buys(&dat.coin, 10 * SOL);

    let first = chain.cycle(&ecosystem, &dat);
    assert_eq!((first.inflow, first.to_root, first.spent), (29_629_630, 14_814_815, 6_000_000));
    assert_eq!(first.carried_out, 8_814_815);

    // The cycle's own buy paid a creator fee. Only this fee is inflow now.
    let fee = chain.curve(&dat.coin).creator_fee;
    chain.advance_seconds(60);
    let second = chain.cycle(&ecosystem, &dat);
    assert_eq!((second.carried_in, second.inflow, second.to_root), (8_814_815, fee, fee / 2));
    assert_eq!(second.spent, 6_000_000);
    assert_totals(&chain, &dat, &[first, second]);
}

#[test]
fn a_root_carries_too() {
    let mut chain = Chain::new();
    let ecosystem = chain.ecosystem("eco", |p| p.max_fees_per_cycle_lamports = 6_000_000);
    let dat = chain.dat(&ecosystem, Kind::Token2022, Role::Root);
    chain.airdrop(&ecosystem.treasury, 20_000_000);
    let first = chain.cycle(&ecosystem, &dat);
    assert_eq!((first.treasury_in, first.spent, first.carried_out), (20_000_000, 6_000_000, 14_000_000));
    chain.advance_seconds(60);
    chain.airdrop(&ecosystem.treasury, 1_000_000);
    let second = chain.cycle(&ecosystem, &dat);
    assert_eq!((second.treasury_in, second.carried_in), (1_000_000, 14_000_000));
    assert_totals(&chain, &dat, &[first, second]);
}
