//! `initialize_token_stats`: admits a token.

use dat::events::TokenStatsInitialized;
use dat_tests::*;

#[test]
fn lamports_at_an_address_do_not_prevent_its_set_up() {
    let mut chain = Chain::new();
    let (admin, operator) = (chain.wallet(SOL), chain.wallet(SOL));
    let ecosystem = Ecosystem::new("eco", admin, operator);
    chain.airdrop(&ecosystem.state, 900_000);
    chain.airdrop(&ecosystem.treasury, 5_000_000);
    let limits = parameters();
    chain.send(&[ecosystem.initialize(limits)], &[&ecosystem.admin]).expect("initialize_dat_state");
    assert_eq!(chain.lamports(&ecosystem.treasury), 5_000_000);

    let dat = chain.candidate(&ecosystem, Kind::Token2022);
    let addresses = [dat.stats, dat.authority, dat.coin.vault, user_volume_accumulator(&dat.authority)];
    for address in addresses {
        chain.airdrop(&address, 900_000);
    }
    chain.send(&[ecosystem.admit(&dat, Role::Secondary, None)], &[&ecosystem.admin]).expect("admitted");
    assert_eq!(chain.lamports(&dat.authority), 900_000);
    chain.somebody_buys(&dat.coin, 10 * SOL);
    let event = chain.cycle(&ecosystem, &dat);
    assert_eq!(event.inflow, 29_629_630 + 2 * (900_000 - chain.rent(0)));
}

#[test]
fn a_token_gets_all_accounts_that_its_cycles_need() {
    for kind in KINDS {
        for role in [Role::Root, Role::Secondary] {
            let mut chain = Chain::new();
            let ecosystem = chain.ecosystem("eco", |_| ());
            let dat = chain.dat(&ecosystem, kind, role);
            let stats = chain.stats(&dat);
            assert_eq!((stats.state, stats.mint), (ecosystem.state, dat.coin.mint));
            assert_eq!((stats.authority, stats.token_account), (dat.authority, dat.token_account));
            assert_eq!((stats.bonding_curve, stats.pool), (dat.coin.curve, dat.coin.pool));
            assert_eq!((stats.sharing_config, stats.lookup_table), (sharing_config(&dat.coin.mint), None));
            assert_eq!((stats.role, stats.root_share, stats.cycle_count), (role, None, 0));
            assert_eq!((stats.active, stats.paused), (true, false));
            assert_eq!(chain.state(&dat).token_count, 1);
            let root = (role == Role::Root).then_some(dat.coin.mint);
            assert_eq!(chain.state(&dat).root_mint, root);

            assert_eq!(chain.lamports(&dat.authority), chain.rent(0));
            assert_eq!(chain.lamports(&dat.coin.vault), chain.rent(0));
            assert_eq!(chain.account(&user_volume_accumulator(&dat.authority)).owner, PUMP);
            assert_eq!(chain.account(&dat.token_account).owner, dat.coin.token_program);
        }
    }
}

#[test]
fn accounts_that_a_stranger_created_are_used() {
    let mut chain = Chain::new();
    let ecosystem = chain.ecosystem("eco", |_| ());
    let dat = chain.candidate(&ecosystem, Kind::Token2022);
    let (payer, (_, tokens)) = (chain.payer(), chain.somebody_buys(&dat.coin, 10 * SOL));
    assert!(tokens > 0);
    // Fees from before the admission, in the vault; the token account; the volume accumulator.
    let volume = coin::init_user_volume_accumulator(&payer.pubkey(), &dat.authority);
    let token_account = dat.coin.create_ata(&payer.pubkey(), &dat.authority);
    chain.send(&[dat.coin.sweep(&payer.pubkey()), token_account, volume], &[&payer]).expect("by anybody");
    chain.send(&[ecosystem.admit(&dat, Role::Secondary, None)], &[&ecosystem.admin]).expect("admitted");
    assert_eq!(chain.cycle(&ecosystem, &dat).inflow, 29_629_630);
}

#[test]
fn a_token_is_admitted_only_once() {
    let mut chain = Chain::new();
    let ecosystem = chain.ecosystem("eco", |_| ());
    let dat = chain.dat(&ecosystem, Kind::Spl, Role::Secondary);
    for role in [Role::Secondary, Role::Root] {
        let again = chain.by(&ecosystem.admin, ecosystem.admit(&dat, role, None));
        again.refused(DatError::AlreadyInitialized);
    }
    assert_eq!((chain.state(&dat).token_count, chain.state(&dat).root_mint), (1, None));
}

#[test]
fn the_event_names_role_and_share_of_the_new_token() {
    let mut chain = Chain::new();
    let ecosystem = chain.ecosystem("eco", |_| ());
    for (role, share) in [(Role::Root, None), (Role::Secondary, None), (Role::Secondary, Some(2_345))] {
        let dat = chain.candidate(&ecosystem, Kind::Token2022);
        let admit = ecosystem.admit(&dat, role, share);
        let event = chain.by(&ecosystem.admin, admit).expect("a token").event::<TokenStatsInitialized>();
        assert_eq!((event.state, event.mint), (ecosystem.state, dat.coin.mint));
        assert_eq!((event.role, event.root_share_bps), (role, share));
    }
}

#[test]
fn a_tokens_own_share_must_be_in_the_range() {
    let mut chain = Chain::new();
    let ecosystem = chain.ecosystem("eco", |_| ());
    for (role, share) in [(Role::Secondary, 999), (Role::Secondary, 9_001), (Role::Root, 4_480)] {
        let dat = chain.candidate(&ecosystem, Kind::Spl);
        let admit = ecosystem.admit(&dat, role, Some(share));
        chain.by(&ecosystem.admin, admit).refused(DatError::InvalidRootShare);
    }
}

#[test]
fn a_token_with_the_shared_creator_starts_at_the_ecosystems_share() {
    let mut chain = Chain::new();
    let ecosystem = chain.ecosystem_with("eco", 9_000, |_| ());
    let new = ecosystem.dat(chain.coin(Kind::Token2022, |_| ecosystem.shared_authority));
    let admit = |share| ecosystem.admit(&new, Role::Secondary, share);
    chain.send(&[admit(Some(1_000))], &[&ecosystem.admin]).refused(DatError::InvalidRootShare);
    chain.admit(&ecosystem, &new, Role::Secondary, None);
    let rent = chain.rent(0);
    chain.airdrop(&ecosystem.shared_authority, rent + SOL);
    chain.by(&ecosystem.operator, ecosystem.credit_fees(&new, 0, SOL)).expect("credit_fees");
    chain.by(&ecosystem.operator, ecosystem.collect_fees(&new)).expect("collect_fees");
    assert_eq!(chain.lamports(&ecosystem.treasury) - rent, SOL * 9 / 10);
}
