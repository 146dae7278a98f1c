//! The spending limit of a cycle. At about the observed price, the allowed price rise bounds the spend. After
//! a price rise, the protocol fee bounds it as well. The receiver of the creator fee does not matter, because
//! a route through another coin pays none.

use dat_tests::*;

type Make = fn(&mut Chain, &Ecosystem) -> Coin;

const MAKES: [Make; 5] = [own, of_the_shared_authority, of_its_sharing_config, foreign, with_cashback];

/// The spend of a rich root's next cycle under no limit but the price impact.
fn spends(coin: impl FnOnce(&mut Chain, &Ecosystem) -> Coin, graduated: bool, risen: bool) -> u64 {
    let mut chain = Chain::new();
    let ecosystem = chain.ecosystem("eco", |p| {
        p.max_price_impact_bps = 1_000;
        p.max_fees_per_cycle_lamports = 1_000 * SOL;
    });
    let mut dat = ecosystem.dat(coin(&mut chain, &ecosystem));
    chain.admit(&ecosystem, &dat, Role::Root, None);
    chain.airdrop(&dat.treasury, 100 * SOL);
    if graduated {
        chain.set_pool_fee_tiers(&[(0, Rates::new(20, 5, 95))]);
        let cashback = std::mem::take(&mut dat.coin.cashback);
        chain.edit_curve(&dat.coin, CurveField::Cashback, &[0]);
        chain.graduate(&dat.coin);
        chain.prepare_for_pool(&dat);
        if cashback {
            dat.coin = chain.with_cashback(dat.coin);
            let (payer, volume) = (chain.payer(), amm_volume_accumulator(&dat.authority));
            chain.send(&[create_wsol(&payer.pubkey(), &volume)], &[&payer]).expect("an account");
        }
    }
    chain.price_has_risen = risen;
    chain.cycle(&ecosystem, &dat).spent
}

fn own(chain: &mut Chain, ecosystem: &Ecosystem) -> Coin {
    chain.coin(Kind::Token2022, |mint| ecosystem.authority(mint))
}

fn of_the_shared_authority(chain: &mut Chain, ecosystem: &Ecosystem) -> Coin {
    chain.coin(Kind::Token2022, |_| ecosystem.shared_authority)
}

fn of_its_sharing_config(chain: &mut Chain, ecosystem: &Ecosystem) -> Coin {
    let (coin, creator) = chain.foreign_coin(Kind::Token2022);
    let authority = ecosystem.authority(&coin.mint);
    chain.adopt(&coin, &creator, &authority)
}

fn foreign(chain: &mut Chain, _: &Ecosystem) -> Coin {
    chain.foreign_coin(Kind::Token2022).0
}

fn with_cashback(chain: &mut Chain, ecosystem: &Ecosystem) -> Coin {
    let coin = own(chain, ecosystem);
    chain.with_cashback(coin)
}

#[test]
fn the_creator_of_a_coin_does_not_change_the_limit() {
    for make in MAKES {
        // The reserves are 30 SOL and 88.87 SOL. A buy of 1/21 of them raises the price by 9.75 %, and 10 %
        // are allowed.
        assert_eq!(spends(make, false, false), 30 * SOL / 21);
        assert_eq!(spends(make, true, false), 88_873_888_885 / 21);
    }
}

#[test]
fn after_a_price_rise_only_the_protocol_fee_counts() {
    for make in MAKES {
        // Twice 80 % of 0.95 % of 30 SOL, and of 0.05 % of 88.87 SOL.
        assert_eq!(spends(make, false, true), 2 * 228_000_000);
        assert_eq!(spends(make, true, true), 2 * (88_873_888_885 * 4 / 10_000));
    }
}

#[test]
fn a_creator_fee_of_the_coin_does_not_change_the_limit() {
    for (own_rate, configurable) in [(10u64, false), (10, true), (77, false), (77, true)] {
        let coin = |chain: &mut Chain, ecosystem: &Ecosystem| {
            let coin = own(chain, ecosystem);
            chain.edit_curve(&coin, CurveField::CreatorFeeBps, &own_rate.to_le_bytes());
            if configurable {
                chain.let_coins_have_rates();
            }
            coin
        };
        assert_eq!(spends(coin, false, true), 2 * 228_000_000);
    }
}

#[test]
fn a_nearly_complete_curve_counts_as_its_future_pool() {
    let mut chain = Chain::new();
    chain.price_has_risen = true;
    let ecosystem = chain.ecosystem("eco", |p| {
        p.max_price_impact_bps = 1_000;
        p.max_fees_per_cycle_lamports = 1_000 * SOL;
    });
    let dat = chain.dat(&ecosystem, Kind::Token2022, Role::Root);
    chain.airdrop(&dat.authority, 100 * SOL);
    let trader = chain.trader(&dat.coin, 100 * SOL);
    chain.send(&[dat.coin.buy(&trader.pubkey(), 70 * SOL)], &[&trader]).expect("buy");
    let mut covered = [false; 2];
    for _ in 0..10 {
        let curve = chain.curve(&dat.coin);
        let near = curve.real_tokens * 10 <= curve.virtual_tokens;
        // Near the end a sale may pay nearly no fee, so half of the fee counts. The rise counts against the
        // smaller reserves.
        let (reserves, fee) = if near { (curve.real_quote, 47) } else { (curve.virtual_quote, 95) };
        covered[usize::from(near)] = true;
        let earlier =
            u128::from(program::observations::before_the_rise(curve.virtual_tokens) - curve.virtual_tokens);
        let whole = u128::from(curve.virtual_tokens) * u128::from(reserves);
        let rise = earlier * u128::from(curve.virtual_quote) * 1_000_000 / whole + 1;
        assert!(if near { rise > 4_000 } else { rise == 3_800 });
        let limit = model::tapered(u128::from(reserves) * fee * 80 / 1_000_000, rise);
        assert_eq!(u128::from(chain.cycle(&ecosystem, &dat).spent), limit);
        chain.send(&[dat.coin.buy(&trader.pubkey(), SOL / 2)], &[&trader]).expect("buy");
        chain.advance_seconds(60);
    }
    assert_eq!(covered, [true; 2]);
}

/// The limit that the fee allows, per million lamports of reserves: half of the spend after the price rise.
/// The pool has five fee tiers that begin at `from` hundredths of the market cap.
fn spends_of_a_million(protocol: [u64; 5], from: [u64; 5]) -> u64 {
    let mut chain = Chain::new();
    let ecosystem = chain.ecosystem("eco", |p| {
        p.max_price_impact_bps = 1_000;
        p.max_fees_per_cycle_lamports = 1_000 * SOL;
    });
    let dat = chain.dat(&ecosystem, Kind::Token2022, Role::Root);
    chain.airdrop(&dat.authority, 100 * SOL);
    chain.graduate(&dat.coin);
    chain.prepare_for_pool(&dat);
    let pool = chain.pool(&dat.coin);
    let cap = pool.market_cap(chain.supply(&dat.coin.mint)) as u64;
    let tier = |at: usize| (cap / 100 * from[at], Rates::new(20, protocol[at], 95));
    chain.set_pool_fee_tiers(&[tier(0), tier(1), tier(2), tier(3), tier(4)]);
    chain.price_has_risen = true;
    let spent = chain.cycle(&ecosystem, &dat).spent;
    (u128::from(spent / 2) * 1_000_000).div_ceil(pool.priced_quote()) as u64
}

#[test]
fn the_lowest_fee_of_the_neighbouring_tiers_counts() {
    // A sale after the buy may fall into the tier below, and a buy before it may reach the tier above.
    let from = [0, 50, 90, 110, 150];
    assert_eq!(spends_of_a_million([1, 5, 95, 95, 1], from), 5 * 80);
    assert_eq!(spends_of_a_million([1, 95, 95, 5, 1], from), 5 * 80);
    assert_eq!(spends_of_a_million([1, 95, 40, 95, 1], from), 40 * 80);
    // At the ends of the table there is only one neighbour.
    assert_eq!(spends_of_a_million([30, 20, 1, 1, 1], [0, 101, 102, 103, 104]), 20 * 80);
    assert_eq!(spends_of_a_million([1, 1, 1, 20, 30], [0, 50, 60, 70, 80]), 20 * 80);
}

#[test]
fn the_price_impact_limit_bounds_the_spend() {
    let mut chain = Chain::new();
    let ecosystem = chain.ecosystem("eco", |p| p.max_price_impact_bps = 10);
    let dat = chain.dat(&ecosystem, Kind::Spl, Role::Root);
    chain.airdrop(&dat.authority, SOL);
    assert_eq!(chain.cycle(&ecosystem, &dat).spent, 30_000_000, "0.1 % of 30 SOL");
}

#[test]
fn after_a_price_rise_the_protocol_fee_bounds_the_spend() {
    let mut chain = Chain::new();
    chain.price_has_risen = true;
    let ecosystem = chain.ecosystem("eco", |p| {
        p.max_price_impact_bps = 1_000;
        p.max_fees_per_cycle_lamports = 10 * SOL;
    });
    let dat = chain.dat(&ecosystem, Kind::Token2022, Role::Root);
    chain.airdrop(&dat.authority, 10 * SOL);
    assert_eq!(chain.cycle(&ecosystem, &dat).spent, 2 * 228_000_000, "twice 80 % of 0.95 % of 30 SOL");
    chain.advance_seconds(60);
    chain.somebody_buys(&dat.coin, 50 * SOL);
    let reserve = chain.curve(&dat.coin).virtual_quote;
    assert_eq!(chain.cycle(&ecosystem, &dat).spent, 2 * (reserve * 76 / 10_000));
}
