//! The same on PumpSwap: once the price has risen, the tier of the buy and those beside it count.

use dat_tests::*;

const LOW: Rates = Rates::new(20, 5, 95);
const HIGH: Rates = Rates::new(2, 93, 30);

/// A root in its pool with more money than it may spend.
fn rich_root(change: impl FnOnce(&mut World, &Dat)) -> (World, Ecosystem, Dat) {
    let mut world = World::new();
    let ecosystem = world.ecosystem("eco", |p| {
        p.max_price_impact_bps = 1_000;
        p.max_fees_per_cycle_lamports = 1_000 * SOL;
    });
    let dat = world.dat(&ecosystem, Kind::Token2022, Role::Root);
    world.graduate(&dat.coin);
    world.prepare_for_pool(&dat);
    world.give(&dat.authority, 100 * SOL);
    change(&mut world, &dat);
    world.price_has_risen = true;
    (world, ecosystem, dat)
}

/// Its market cap, lamports.
fn market_cap(world: &World, dat: &Dat) -> u64 {
    world.pool(&dat.coin).market_cap(world.supply(&dat.coin.mint)) as u64
}

fn set_supply(world: &mut World, dat: &Dat, supply: u64) {
    world.edit(&dat.coin.mint, |account| account.data[36..44].copy_from_slice(&supply.to_le_bytes()));
}

/// Runs a cycle at these rates that must spend twice so many millionths of the reserves.
#[track_caller]
fn assert_spends(setting: (World, Ecosystem, Dat), rates: Rates, millionths: u64) {
    let (mut world, ecosystem, dat) = setting;
    let reserves = world.pool(&dat.coin).priced_quote() as u64;
    let spent = world.cycle_at(&ecosystem, &dat, rates).spent;
    assert_eq!(u128::from(spent), u128::from(reserves) * u128::from(millionths) / 1_000_000 * 2);
}

#[test]
fn the_published_tiers_hold() {
    // 449 SOL: 0.05 %, and so above 1470 SOL; below 420 SOL 0.93 %.
    let setting = rich_root(|_, _| ());
    assert_eq!(market_cap(&setting.0, &setting.2), 449_177_727_538);
    assert_spends(setting, LOW, 400);
    assert_spends(rich_root(|world, dat| set_supply(world, dat, 900_000_000_000_000)), HIGH, 400);
    // Far from a lower tier the whole of it counts.
    assert_spends(rich_root(|world, _| world.set_pool_fee_tiers(&[(0, HIGH)])), HIGH, 7_440);
}

#[test]
fn a_tier_holds_from_its_threshold_on() {
    for (above, rates) in [(0, LOW), (1, HIGH)] {
        let (mut world, ecosystem, dat) = rich_root(|world, dat| {
            let threshold = market_cap(world, dat) + above;
            world.set_pool_fee_tiers(&[(0, HIGH), (threshold, LOW)]);
        });
        world.cycle_at(&ecosystem, &dat, rates);
    }
    // Below the first one the first one holds.
    let (mut world, ecosystem, dat) = rich_root(|world, _| {
        world.set_pool_fee_tiers(&[(1_000 * SOL, HIGH), (2_000 * SOL, LOW)]);
    });
    world.cycle_at(&ecosystem, &dat, HIGH);
}

#[test]
fn a_burn_moves_the_tier() {
    let (mut world, ecosystem, dat) = rich_root(|_, _| ());
    let holder = world.somebody_swaps(&dat.coin, 10 * SOL);
    let threshold = market_cap(&world, &dat);
    world.set_pool_fee_tiers(&[(0, HIGH), (threshold, LOW)]);
    world.clone().cycle_at(&ecosystem, &dat, LOW);

    let account = dat.coin.ata(&holder.pubkey());
    let accounts =
        vec![coin::writable(account), coin::writable(dat.coin.mint), coin::signer(holder.pubkey())];
    let data = [&[8][..], &1_000_000u64.to_le_bytes()].concat(); // Burn
    let burn = Instruction { program_id: dat.coin.token_program, accounts, data };
    world.send(&[burn], &[&holder]).expect("a token is burned");
    world.cycle_at(&ecosystem, &dat, HIGH);
}

#[test]
fn a_mayhem_pool_goes_by_a_supply_of_its_own() {
    // A billion tokens, whatever the mint says.
    let (mut world, ecosystem, mut dat) = rich_root(|world, dat| set_supply(world, dat, 900_000_000_000_000));
    assert_eq!(world.rates(&dat.coin), HIGH);
    dat.coin = world.with_mayhem(dat.coin);
    world.cycle_at(&ecosystem, &dat, LOW);
}

#[test]
fn only_the_quote_that_is_there_counts() {
    // Reserves that are only in the price must not raise the limit.
    for (virtual_quote, counted) in [(SOL as i128 * 1_000, None), (-(SOL as i128), Some(SOL))] {
        let (mut world, ecosystem, dat) = rich_root(|world, dat| {
            world.set_pool_fee_tiers(&[(0, LOW)]);
            world.edit_pool(&dat.coin, PoolField::VirtualQuote, &virtual_quote.to_le_bytes());
        });
        let real = world.pool(&dat.coin).quote;
        let reserves = real - counted.unwrap_or(0);
        let priced = (i128::from(real) + virtual_quote) as u64;
        let rise = 3_800 * u128::from(priced) / u128::from(reserves);
        let limit = model::tapered((reserves * 4 / 10_000).into(), rise) as u64;
        assert!(world.cycle_at(&ecosystem, &dat, LOW).spent.abs_diff(limit) < limit / 1_000);
    }
}
