//! Fee tiers of pools. After a price rise the spending limit uses the lowest protocol fee of the current tier
//! and its neighbours.

use dat_tests::*;

const LOW: Rates = Rates::new(20, 5, 95);
const HIGH: Rates = Rates::new(2, 93, 30);

/// A root in its pool with more lamports than a cycle may spend.
fn rich_root(change: impl FnOnce(&mut Chain, &Dat)) -> (Chain, Ecosystem, Dat) {
    let mut chain = Chain::new();
    let ecosystem = chain.ecosystem("eco", |p| {
        p.max_price_impact_bps = 1_000;
        p.max_fees_per_cycle_lamports = 1_000 * SOL;
    });
    let dat = chain.dat(&ecosystem, Kind::Token2022, Role::Root);
    chain.graduate(&dat.coin);
    chain.prepare_for_pool(&dat);
    chain.airdrop(&dat.authority, 100 * SOL);
    change(&mut chain, &dat);
    chain.price_has_risen = true;
    (chain, ecosystem, dat)
}

/// The market cap of its coin, lamports.
fn market_cap(chain: &Chain, dat: &Dat) -> u64 {
    chain.pool(&dat.coin).market_cap(chain.supply(&dat.coin.mint)) as u64
}

fn set_supply(chain: &mut Chain, dat: &Dat, supply: u64) {
    chain.edit(&dat.coin.mint, |account| account.data[36..44].copy_from_slice(&supply.to_le_bytes()));
}

/// Runs a cycle at these rates. It must spend twice this part of the reserves, millionths.
#[track_caller]
fn assert_spends(root: (Chain, Ecosystem, Dat), rates: Rates, millionths: u64) {
    let (mut chain, ecosystem, dat) = root;
    let reserves = chain.pool(&dat.coin).priced_quote() as u64;
    let spent = chain.cycle_at(&ecosystem, &dat, rates).spent;
    assert_eq!(u128::from(spent), u128::from(reserves) * u128::from(millionths) / 1_000_000 * 2);
}

#[test]
fn the_published_tiers_apply() {
    // At 449 SOL and above 1470 SOL the fee is 0.05 %, below 420 SOL it is 0.93 %.
    let root = rich_root(|_, _| ());
    assert_eq!(market_cap(&root.0, &root.2), 449_177_727_538);
    assert_spends(root, LOW, 400);
    assert_spends(rich_root(|chain, dat| set_supply(chain, dat, 900_000_000_000_000)), HIGH, 400);
    // Without a lower tier nearby the whole fee counts.
    assert_spends(rich_root(|chain, _| chain.set_pool_fee_tiers(&[(0, HIGH)])), HIGH, 7_440);
}

#[test]
fn a_tier_applies_from_its_threshold() {
    for (above, rates) in [(0, LOW), (1, HIGH)] {
        let (mut chain, ecosystem, dat) = rich_root(|chain, dat| {
            let threshold = market_cap(chain, dat) + above;
            chain.set_pool_fee_tiers(&[(0, HIGH), (threshold, LOW)]);
        });
        chain.cycle_at(&ecosystem, &dat, rates);
    }
    // Below the first tier the first tier applies.
    let (mut chain, ecosystem, dat) = rich_root(|chain, _| {
        chain.set_pool_fee_tiers(&[(1_000 * SOL, HIGH), (2_000 * SOL, LOW)]);
    });
    chain.cycle_at(&ecosystem, &dat, HIGH);
}

#[test]
fn a_burn_can_change_the_tier() {
    let (mut chain, ecosystem, dat) = rich_root(|_, _| ());
    let holder = chain.somebody_swaps(&dat.coin, 10 * SOL);
    let threshold = market_cap(&chain, &dat);
    chain.set_pool_fee_tiers(&[(0, HIGH), (threshold, LOW)]);
    chain.clone().cycle_at(&ecosystem, &dat, LOW);

    let account = dat.coin.ata(&holder.pubkey());
    let accounts = vec![writable(account), writable(dat.coin.mint), signer(holder.pubkey())];
    let data = [&[8][..], &1_000_000u64.to_le_bytes()].concat(); // Burn
    let burn = Instruction { program_id: dat.coin.token_program, accounts, data };
    chain.send(&[burn], &[&holder]).expect("a token is burned");
    chain.cycle_at(&ecosystem, &dat, HIGH);
}

#[test]
fn a_mayhem_pool_uses_a_fixed_supply() {
    // PumpSwap uses a billion tokens, whatever the mint's supply is.
    let (mut chain, ecosystem, mut dat) = rich_root(|chain, dat| set_supply(chain, dat, 900_000_000_000_000));
    assert_eq!(chain.rates(&dat.coin), HIGH);
    dat.coin = chain.with_mayhem(dat.coin);
    chain.cycle_at(&ecosystem, &dat, LOW);
}

#[test]
fn only_real_quote_reserves_count() {
    // Virtual reserves must not raise the limit.
    for (virtual_quote, counted) in [(SOL as i128 * 1_000, None), (-(SOL as i128), Some(SOL))] {
        let (mut chain, ecosystem, dat) = rich_root(|chain, dat| {
            chain.set_pool_fee_tiers(&[(0, LOW)]);
            chain.edit_pool(&dat.coin, PoolField::VirtualQuote, &virtual_quote.to_le_bytes());
        });
        let real = chain.pool(&dat.coin).quote;
        let reserves = real - counted.unwrap_or(0);
        let priced = (i128::from(real) + virtual_quote) as u64;
        let rise = 3_800 * u128::from(priced) / u128::from(reserves);
        let limit = model::tapered((reserves * 4 / 10_000).into(), rise) as u64;
        assert!(chain.cycle_at(&ecosystem, &dat, LOW).spent.abs_diff(limit) < limit / 1_000);
    }
}
