//! What a cycle may spend follows from the fee that no attacker could get back: whose the creator's fee is.

use dat_tests::*;

/// A rich root under no limit but the impact rule; what its next cycle spends, by that form that serves it.
fn spends(coin: impl FnOnce(&mut World, &Ecosystem) -> Coin, graduated: bool) -> u64 {
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
fn on_a_curve() {
    // 30 SOL; 80 % of 1.25 %.
    assert_eq!(spends(own, false), 300_000_000);
    assert_eq!(spends(of_the_shared_authority, false), 300_000_000);
    // Of 0.95 % the half: it pays so much to buy, but may sell where the protocol takes nearly nothing.
    assert_eq!(spends(of_its_sharing_config, false), 112_800_000);
    assert_eq!(spends(foreign, false), 112_800_000);
    assert_eq!(spends(with_cashback, false), 112_800_000);
}

#[test]
fn in_a_pool() {
    // 88.87 SOL; 80 % of 1 %.
    let quote = 88_873_888_885;
    assert_eq!(spends(own, true), quote * 80 / 10_000);
    assert_eq!(spends(of_the_shared_authority, true), quote * 80 / 10_000);
    // 80 % of 0.05 %.
    assert_eq!(spends(of_its_sharing_config, true), quote * 4 / 10_000);
    assert_eq!(spends(foreign, true), quote * 4 / 10_000);
    assert_eq!(spends(with_cashback, true), quote * 4 / 10_000);
}

#[test]
fn a_rate_of_its_own_counts_only_where_it_is_lower() {
    for (own_rate, spent) in [(10u64, 252_000_000), (29, 297_600_000), (30, 300_000_000), (77, 300_000_000)] {
        for configurable in [false, true] {
            let coin = |world: &mut World, ecosystem: &Ecosystem| {
                let coin = own(world, ecosystem);
                world.edit_curve(&coin, CurveField::CreatorFeeBps, &own_rate.to_le_bytes());
                if configurable {
                    world.let_coins_have_rates();
                }
                coin
            };
            assert_eq!(spends(coin, false), spent);
        }
    }
}

#[test]
fn near_its_end_a_curve_counts_for_the_pool_to_be() {
    let mut world = World::new();
    let ecosystem = world.ecosystem("eco", |p| {
        p.max_price_impact_bps = 1_000;
        p.max_fees_per_cycle_lamports = 1_000 * SOL;
    });
    let dat = world.dat(&ecosystem, Kind::Token2022, Role::Root);
    world.give(&dat.authority, 100 * SOL);
    let trader = world.trader(&dat.coin, 100 * SOL);
    world.send(&[dat.coin.buy(&trader.pubkey(), 70 * SOL)], &[&trader]).expect("buy");
    let mut seen = [false; 2];
    for _ in 0..8 {
        let curve = world.curve(&dat.coin);
        let near = curve.real_tokens * 10 <= curve.virtual_tokens;
        let reserves = if near { curve.real_quote } else { curve.virtual_quote };
        seen[usize::from(near)] = true;
        assert_eq!(world.cycle(&ecosystem, &dat).spent, reserves / 100);
        world.send(&[dat.coin.buy(&trader.pubkey(), SOL)], &[&trader]).expect("buy");
        world.pass(60);
    }
    assert_eq!(seen, [true; 2]);
}
