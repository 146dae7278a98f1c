//! Anybody may send lamports and tokens anywhere: all of it ends in a burn.

use dat_tests::*;

#[test]
fn lamports_for_the_authority_are_inflow() {
    let mut world = World::new();
    let (ecosystem, dat) = world.earning(Kind::Spl, Role::Secondary);
    world.give(&dat.authority, 5_000_000);
    assert_eq!(world.cycle(&ecosystem, &dat).inflow, 34_629_630);
}

#[test]
fn lamports_for_the_vault_are_inflow() {
    let mut world = World::new();
    let (ecosystem, dat) = world.earning(Kind::Token2022, Role::Secondary);
    world.give(&dat.coin.vault, 5_000_000);
    assert_eq!(world.cycle(&ecosystem, &dat).inflow, 34_629_630);
}

#[test]
fn lamports_for_the_treasury_are_the_roots() {
    let mut world = World::new();
    let (ecosystem, dat) = world.earning(Kind::Spl, Role::Root);
    world.give(&ecosystem.treasury, 1);
    let event = world.cycle(&ecosystem, &dat);
    assert_eq!((event.inflow, event.treasury_in), (29_629_630, 1));
}

#[test]
fn a_secondary_leaves_the_treasury_alone() {
    let mut world = World::new();
    let (ecosystem, dat) = world.earning(Kind::Spl, Role::Secondary);
    world.give(&ecosystem.treasury, 7 * SOL);
    assert_eq!(world.cycle(&ecosystem, &dat).treasury_in, 0);
}

#[test]
fn lamports_for_the_curve_stay_there() {
    let mut world = World::new();
    let (ecosystem, dat) = world.earning(Kind::Spl, Role::Secondary);
    world.give(&dat.coin.curve, SOL);
    assert_eq!(world.cycle(&ecosystem, &dat).inflow, 29_629_630);
}

#[test]
fn tokens_for_the_authority_are_burned() {
    for kind in dat_tests::coin::KINDS {
        let mut world = World::new();
        let (ecosystem, dat) = world.earning(kind, Role::Secondary);
        let (trader, tokens) = world.somebody_buys(&dat.coin, SOL);
        let donate = dat.coin.transfer_tokens(&trader.pubkey(), &dat.token_account, tokens);
        world.send(&[donate], &[&trader]).expect("a donation of tokens");

        let event = world.cycle(&ecosystem, &dat);
        assert_eq!(event.tokens_burned, event.tokens_bought + tokens);
    }
}

#[test]
fn a_donation_alone_makes_a_cycle() {
    let mut world = World::new();
    let ecosystem = world.ecosystem("eco", |_| ());
    let dat = world.dat(&ecosystem, Kind::Token2022, Role::Secondary);
    world.give(&dat.authority, 5_690_000);
    let event = world.cycle(&ecosystem, &dat);
    assert_eq!((event.inflow, event.to_root), (5_690_000, 2_549_120));
}

/// A graduated token that has fees in its pool, and how many.
fn graduated(world: &mut World, role: Role) -> (Ecosystem, Dat, u64) {
    let (ecosystem, dat) = world.earning(Kind::Token2022, role);
    world.graduate(&dat.coin);
    world.prepare_for_pool(&dat);
    world.somebody_swaps(&dat.coin, 10 * SOL);
    let fees = world.curve(&dat.coin).creator_fee + world.pool(&dat.coin).creator_fees;
    (ecosystem, dat, fees)
}

#[test]
fn wrapped_sol_for_the_creators_account_on_pumpswap_is_inflow() {
    let mut world = World::new();
    let (ecosystem, dat, fees) = graduated(&mut world, Role::Secondary);
    let account = wsol(&amm_creator_vault(&dat.coin.creator));
    world.give_wsol(&account, 5_000_000);
    // Lamports that the token program has not been told of, too.
    world.give(&account, 3_000_000);
    assert_eq!(world.cycle(&ecosystem, &dat).inflow, fees + 8_000_000);
}

#[test]
fn what_is_given_to_a_pool_stays_there() {
    let mut world = World::new();
    let (ecosystem, dat, fees) = graduated(&mut world, Role::Root);
    world.give(&dat.coin.pool, SOL);
    // This raises the price.
    world.give_wsol(&wsol(&dat.coin.pool), SOL);
    assert_eq!(world.cycle(&ecosystem, &dat).inflow, fees);
}
