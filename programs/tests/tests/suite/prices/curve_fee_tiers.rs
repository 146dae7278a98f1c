//! Fee tiers of curves. After a price rise the spending limit uses the lowest protocol fee of the current
//! tier and its neighbours.

use dat_tests::*;

/// Each tier has its own fee, so the spend shows which fees were read. The market cap of a new coin is 27.96
/// SOL.
const FEES: [u64; 5] = [40, 95, 90, 80, 30];

fn rich_root(chain: &mut Chain, from: [u64; 5]) -> (Ecosystem, Dat) {
    let ecosystem = chain.ecosystem("eco", |p| p.max_price_impact_bps = 1_000);
    let dat = chain.dat(&ecosystem, Kind::Token2022, Role::Root);
    chain.airdrop(&dat.authority, SOL);
    chain.price_has_risen = true;
    let tier = |at: usize| (from[at] * SOL, Rates::of_curve(FEES[at], 30));
    chain.set_fee_tiers(&[tier(0), tier(1), tier(2), tier(3), tier(4)]);
    (ecosystem, dat)
}

/// Runs a cycle that pays the fee of one tier. The limit uses the fee of another tier: twice 80 % of that fee
/// of 30 SOL.
#[track_caller]
fn assert_counts(chain: &mut Chain, (ecosystem, dat): &(Ecosystem, Dat), paid: u64, counted: u64) {
    let event = chain.cycle_at(ecosystem, dat, Rates::of_curve(paid, 30));
    assert_eq!(event.spent, 2 * counted * 80 * 30_000);
}

#[test]
fn the_highest_reached_tier_applies() {
    for (from, paid, counted) in [
        ([0, 1, 27, 28, 29], 90, 80),
        ([0, 27, 28, 29, 30], 95, 40),
        ([0, 1, 2, 27, 28], 80, 30),
        ([0, 1, 2, 3, 27], 30, 30),
        ([0, 28, 29, 30, 31], 40, 40),
    ] {
        let mut chain = Chain::new();
        let root = rich_root(&mut chain, from);
        assert_counts(&mut chain, &root, paid, counted);
    }
}

#[test]
fn below_the_first_tier_the_first_tier_applies() {
    let mut chain = Chain::new();
    let root = rich_root(&mut chain, [28, 29, 30, 31, 32]);
    assert_counts(&mut chain, &root, 40, 40);
}

#[test]
fn burning_lowers_the_market_cap() {
    let mut chain = Chain::new();
    let root = rich_root(&mut chain, [0, 1, 27, 28, 29]);
    chain.edit(&root.1.coin.mint, |account| {
        account.data[36..44].copy_from_slice(&900_000_000_000_000u64.to_le_bytes());
    });
    assert_counts(&mut chain, &root, 95, 40);
}

#[test]
fn a_mayhem_coin_uses_the_supply_of_its_curve() {
    let mut chain = Chain::new();
    let root = rich_root(&mut chain, [0, 1, 27, 28, 29]);
    chain.edit_curve(&root.1.coin, CurveField::Mayhem, &[1]);
    chain.edit_curve(&root.1.coin, CurveField::Supply, &900_000_000_000_000u64.to_le_bytes());
    assert_counts(&mut chain, &root, 95, 40);
}
