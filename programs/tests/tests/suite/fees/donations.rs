//! Donations: anybody may send lamports and tokens to any account. All of them end in a burn.

use dat_tests::*;

#[test]
fn lamports_for_the_authority_are_inflow() {
    let mut chain = Chain::new();
    let (ecosystem, dat) = chain.earning(Kind::Spl, Role::Secondary);
    chain.airdrop(&dat.authority, 5_000_000);
    assert_eq!(chain.cycle(&ecosystem, &dat).inflow, 34_629_630);
}

#[test]
fn lamports_for_the_vault_are_inflow() {
    let mut chain = Chain::new();
    let (ecosystem, dat) = chain.earning(Kind::Token2022, Role::Secondary);
    chain.airdrop(&dat.coin.vault, 5_000_000);
    assert_eq!(chain.cycle(&ecosystem, &dat).inflow, 34_629_630);
}

#[test]
fn lamports_for_the_treasury_belong_to_the_root() {
    let mut chain = Chain::new();
    let (ecosystem, dat) = chain.earning(Kind::Spl, Role::Root);
    chain.airdrop(&ecosystem.treasury, 1);
    let event = chain.cycle(&ecosystem, &dat);
    assert_eq!((event.inflow, event.treasury_in), (29_629_630, 1));
}

#[test]
fn a_secondary_does_not_touch_the_treasury() {
    let mut chain = Chain::new();
    let (ecosystem, dat) = chain.earning(Kind::Spl, Role::Secondary);
    chain.airdrop(&ecosystem.treasury, 7 * SOL);
    assert_eq!(chain.cycle(&ecosystem, &dat).treasury_in, 0);
}

#[test]
fn lamports_for_the_curve_stay_there() {
    let mut chain = Chain::new();
    let (ecosystem, dat) = chain.earning(Kind::Spl, Role::Secondary);
    chain.airdrop(&dat.coin.curve, SOL);
    assert_eq!(chain.cycle(&ecosystem, &dat).inflow, 29_629_630);
}

#[test]
fn tokens_for_the_authority_are_burned() {
    for kind in dat_tests::coin::KINDS {
        let mut chain = Chain::new();
        let (ecosystem, dat) = chain.earning(kind, Role::Secondary);
        let (trader, tokens) = chain.somebody_buys(&dat.coin, SOL);
        let donate = dat.coin.transfer_tokens(&trader.pubkey(), &dat.token_account, tokens);
        chain.send(&[donate], &[&trader]).expect("a donation of tokens");

        let event = chain.cycle(&ecosystem, &dat);
        assert_eq!(event.tokens_burned, event.tokens_bought + tokens);
    }
}

#[test]
fn a_donation_alone_funds_a_cycle() {
    let mut chain = Chain::new();
    let ecosystem = chain.ecosystem("eco", |_| ());
    let dat = chain.dat(&ecosystem, Kind::Token2022, Role::Secondary);
    chain.airdrop(&dat.authority, 5_690_000);
    let event = chain.cycle(&ecosystem, &dat);
    assert_eq!((event.inflow, event.to_root), (5_690_000, 2_549_120));
}

/// A graduated token with fees in its pool, and their amount.
fn graduated(chain: &mut Chain, role: Role) -> (Ecosystem, Dat, u64) {
    let (ecosystem, dat) = chain.earning(Kind::Token2022, role);
    chain.graduate(&dat.coin);
    chain.prepare_for_pool(&dat);
    chain.somebody_swaps(&dat.coin, 10 * SOL);
    let fees = chain.curve(&dat.coin).creator_fee + chain.pool(&dat.coin).creator_fees;
    (ecosystem, dat, fees)
}

#[test]
fn wrapped_sol_for_the_creators_account_on_pumpswap_is_inflow() {
    let mut chain = Chain::new();
    let (ecosystem, dat, fees) = graduated(&mut chain, Role::Secondary);
    let account = wsol(&amm_creator_vault(&dat.coin.creator));
    chain.airdrop_wsol(&account, 5_000_000);
    // The token program does not yet count these lamports.
    chain.airdrop(&account, 3_000_000);
    assert_eq!(chain.cycle(&ecosystem, &dat).inflow, fees + 8_000_000);
}

#[test]
fn donations_to_a_pool_stay_there() {
    let mut chain = Chain::new();
    let (ecosystem, dat, fees) = graduated(&mut chain, Role::Root);
    chain.airdrop(&dat.coin.pool, SOL);
    // This raises the price.
    chain.airdrop_wsol(&wsol(&dat.coin.pool), SOL);
    assert_eq!(chain.cycle(&ecosystem, &dat).inflow, fees);
}
