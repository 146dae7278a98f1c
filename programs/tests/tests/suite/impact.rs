//! What a cycle may spend: while the price is about what was observed, as much as its own rise allows; once somebody has
//! raised it, what pump.fun's own fee bounds as well. Whose the creator's fee is makes no difference: a route over another coin
//! pays none.

use dat_tests::*;

type Make = fn(&mut World, &Ecosystem) -> Coin;

const MAKES: [Make; 5] = [own, of_the_shared_authority, of_its_sharing_config, foreign, with_cashback];

/// A rich root under no limit but the impact rule; what its next cycle spends, by that form that serves it.
fn spends(coin: impl FnOnce(&mut World, &Ecosystem) -> Coin, graduated: bool, risen: bool) -> u64 {
    let mut world = World::new();
    let ecosystem = world.ecosystem("eco", |p| {
        p.max_price_impact_bps = 1_000;
        p.max_fees_per_cycle_lamports = 1_000 * SOL;
    });
    let mut dat = ecosystem.dat(coin(&mut world, &ecosystem));
    world.admit(&ecosystem, &dat, Role::Root, None);
    world.give(&dat.treasury, 100 * SOL);
    if graduated {
        world.set_pool_fee_tiers(&[(0, Rates::new(20, 5, 95))]);
        let cashback = std::mem::take(&mut dat.coin.cashback);
        world.edit_curve(&dat.coin, CurveField::Cashback, &[0]);
        world.graduate(&dat.coin);
        world.prepare_for_pool(&dat);
        if cashback {
            dat.coin = world.with_cashback(dat.coin);
            let (rich, volume) = (world.rich(), amm_volume_accumulator(&dat.authority));
            world.send(&[swap::create_wsol(&rich.pubkey(), &volume)], &[&rich]).expect("an account");
        }
    }
    world.price_has_risen = risen;
    world.cycle(&ecosystem, &dat).spent
}

fn own(world: &mut World, ecosystem: &Ecosystem) -> Coin {
    world.coin(Kind::Token2022, |mint| ecosystem.authority(mint))
}

fn of_the_shared_authority(world: &mut World, ecosystem: &Ecosystem) -> Coin {
    world.coin(Kind::Token2022, |_| ecosystem.shared_authority)
}

fn of_its_sharing_config(world: &mut World, ecosystem: &Ecosystem) -> Coin {
    let (coin, creator) = world.foreign_coin(Kind::Token2022);
    let authority = ecosystem.authority(&coin.mint);
    world.adopt(&coin, &creator, &authority)
}

fn foreign(world: &mut World, _: &Ecosystem) -> Coin {
    world.foreign_coin(Kind::Token2022).0
}

fn with_cashback(world: &mut World, ecosystem: &Ecosystem) -> Coin {
    let coin = own(world, ecosystem);
    world.with_cashback(coin)
}

#[test]
fn an_adopted_or_foreign_coin_spends_as_much_as_an_own_one() {
    for make in MAKES {
        // 30 SOL and 88.87 SOL; a buy of 1 / 21 of them lifts the price by 9.75 %, within the 10 % that it may.
        assert_eq!(spends(make, false, false), 30 * SOL / 21);
        assert_eq!(spends(make, true, false), 88_873_888_885 / 21);
    }
}

#[test]
fn once_the_price_has_risen_only_pump_funs_own_fee_counts() {
    for make in MAKES {
        // Twice 80 % of 0.95 % of 30 SOL, and of 0.05 % of 88.87 SOL.
        assert_eq!(spends(make, false, true), 2 * 228_000_000);
        assert_eq!(spends(make, true, true), 2 * (88_873_888_885 * 4 / 10_000));
    }
}

#[test]
fn a_creators_rate_of_its_own_changes_nothing() {
    for (own_rate, configurable) in [(10u64, false), (10, true), (77, false), (77, true)] {
        let coin = |world: &mut World, ecosystem: &Ecosystem| {
            let coin = own(world, ecosystem);
            world.edit_curve(&coin, CurveField::CreatorFeeBps, &own_rate.to_le_bytes());
            if configurable {
                world.let_coins_have_rates();
            }
            coin
        };
        assert_eq!(spends(coin, false, true), 2 * 228_000_000);
    }
}

#[test]
fn near_its_end_a_curve_counts_for_the_pool_to_be() {
    let mut world = World::new();
    world.price_has_risen = true;
    let ecosystem = world.ecosystem("eco", |p| {
        p.max_price_impact_bps = 1_000;
        p.max_fees_per_cycle_lamports = 1_000 * SOL;
    });
    let dat = world.dat(&ecosystem, Kind::Token2022, Role::Root);
    world.give(&dat.authority, 100 * SOL);
    let trader = world.trader(&dat.coin, 100 * SOL);
    world.send(&[dat.coin.buy(&trader.pubkey(), 70 * SOL)], &[&trader]).expect("buy");
    let mut seen = [false; 2];
    for _ in 0..10 {
        let curve = world.curve(&dat.coin);
        let near = curve.real_tokens * 10 <= curve.virtual_tokens;
        // There a sale may pay nearly nothing: half of the fee. And the rise counts for what was bought on the curve.
        let (reserves, fee) = if near { (curve.real_quote, 47) } else { (curve.virtual_quote, 95) };
        seen[usize::from(near)] = true;
        let earlier = u128::from(looks::before_the_rise(curve.virtual_tokens) - curve.virtual_tokens);
        let whole = u128::from(curve.virtual_tokens) * u128::from(reserves);
        let rise = earlier * u128::from(curve.virtual_quote) * 1_000_000 / whole + 1;
        assert!(if near { rise > 4_000 } else { rise == 3_800 });
        let limit = model::tapered(u128::from(reserves) * fee * 80 / 1_000_000, rise);
        assert_eq!(u128::from(world.cycle(&ecosystem, &dat).spent), limit);
        world.send(&[dat.coin.buy(&trader.pubkey(), SOL / 2)], &[&trader]).expect("buy");
        world.pass(60);
    }
    assert_eq!(seen, [true; 2]);
}

/// What the fee covers of a million lamports of a rich root's reserves, half of what it spends once its price has risen, at a table of five tiers of pool
/// fees that begin at so many hundredths of its market cap.
fn spends_of_a_million(protocol: [u64; 5], from: [u64; 5]) -> u64 {
    let mut world = World::new();
    let ecosystem = world.ecosystem("eco", |p| {
        p.max_price_impact_bps = 1_000;
        p.max_fees_per_cycle_lamports = 1_000 * SOL;
    });
    let dat = world.dat(&ecosystem, Kind::Token2022, Role::Root);
    world.give(&dat.authority, 100 * SOL);
    world.graduate(&dat.coin);
    world.prepare_for_pool(&dat);
    let pool = world.pool(&dat.coin);
    let cap = pool.market_cap(world.supply(&dat.coin.mint)) as u64;
    let tier = |at: usize| (cap / 100 * from[at], Rates::new(20, protocol[at], 95));
    world.set_pool_fee_tiers(&[tier(0), tier(1), tier(2), tier(3), tier(4)]);
    world.price_has_risen = true;
    let spent = world.cycle(&ecosystem, &dat).spent;
    (u128::from(spent / 2) * 1_000_000).div_ceil(pool.priced_quote()) as u64
}

#[test]
fn a_fee_that_rises_with_the_market_cap_counts_as_the_lower_one_beside_it() {
    // A sale behind the buy may fall into the tier below, a buy ahead of it may reach the one above.
    let from = [0, 50, 90, 110, 150];
    assert_eq!(spends_of_a_million([1, 5, 95, 95, 1], from), 5 * 80);
    assert_eq!(spends_of_a_million([1, 95, 95, 5, 1], from), 5 * 80);
    assert_eq!(spends_of_a_million([1, 95, 40, 95, 1], from), 40 * 80);
    // At the ends of the table there is but one beside it.
    assert_eq!(spends_of_a_million([30, 20, 1, 1, 1], [0, 101, 102, 103, 104]), 20 * 80);
    assert_eq!(spends_of_a_million([1, 1, 1, 20, 30], [0, 50, 60, 70, 80]), 20 * 80);
}
