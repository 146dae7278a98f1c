//! `close_token_stats` and `close_dat_state`. The rents come back, except those of the state and the stats
//! (`reopen`). Nobody's lamports are lost.

use dat::events::Closed;
use dat_tests::*;

fn close(chain: &mut Chain, ecosystem: &Ecosystem, dat: &Dat) -> Result<Success, Failure> {
    chain.by(&ecosystem.admin, ecosystem.close_token_stats(dat))
}

/// Lamports of the admin.
fn admin_lamports(chain: &Chain, ecosystem: &Ecosystem) -> u64 {
    chain.lamports(&ecosystem.admin.pubkey())
}

/// A token that has run one cycle and spent everything.
fn settled(chain: &mut Chain, role: Role) -> (Ecosystem, Dat) {
    let ecosystem = chain.ecosystem("eco", |_| ());
    let dat = chain.dat(&ecosystem, Kind::Token2022, role);
    chain.airdrop(&dat.authority, 20_000_000);
    assert_eq!(chain.cycle(&ecosystem, &dat).carried_out, 0);
    (ecosystem, dat)
}

#[test]
fn closing_a_token_returns_its_rents() {
    for (kind, role) in KINDS.map(|kind| [(kind, Role::Root), (kind, Role::Secondary)]).concat() {
        let mut chain = Chain::new();
        let ecosystem = chain.ecosystem("eco", |_| ());
        let dat = chain.candidate(&ecosystem, kind);
        let volume = coin::init_user_volume_accumulator(&chain.payer().pubkey(), &dat.authority);
        chain.send(&[volume], &[&chain.payer()]).expect("the account belongs to pump.fun");
        let lamports_before = admin_lamports(&chain, &ecosystem);
        chain.by(&ecosystem.admin, ecosystem.admit(&dat, role, None)).expect("initialize_token_stats");
        let rents = [dat.stats, dat.authority, dat.token_account].map(|key| chain.lamports(&key));
        assert!(rents.iter().all(|rent| *rent >= chain.rent(0)));
        assert_eq!(admin_lamports(&chain, &ecosystem), lamports_before - rents.iter().sum::<u64>());

        let event = close(&mut chain, &ecosystem, &dat).expect("close_token_stats").event::<Closed>();
        assert_eq!((event.state, event.mint), (ecosystem.state, Some(dat.coin.mint)));
        // The stats and their rent stay.
        assert_eq!(admin_lamports(&chain, &ecosystem), lamports_before - rents[0]);
        assert_eq!(
            [dat.stats, dat.authority, dat.token_account].map(|key| chain.lamports(&key)),
            [rents[0], 0, 0]
        );
        let state = chain.state(&dat);
        assert_eq!((state.token_count, state.root_mint, chain.stats(&dat).closed), (0, None, true));
        close(&mut chain, &ecosystem, &dat).refused(DatError::MintMismatch);
        // A second close fails even after somebody creates the token account again.
        let payer = chain.payer();
        chain.send(&[dat.coin.create_ata(&payer.pubkey(), &dat.authority)], &[&payer]).expect("an account");
        close(&mut chain, &ecosystem, &dat).refused(DatError::DATNotActive);
        assert_eq!(chain.state(&dat).token_count, 0);
    }
}

#[test]
fn a_token_with_lamports_cannot_be_closed() {
    let mut chain = Chain::new();
    let ecosystem = chain.ecosystem("eco", |_| ());
    let dat = chain.dat(&ecosystem, Kind::Spl, Role::Secondary);
    chain.airdrop(&dat.authority, 1);
    close(&mut chain, &ecosystem, &dat).refused(DatError::NotEmpty);
    let safe = chain.keypair();
    let propose = ecosystem.propose_withdraw_address(safe.pubkey());
    chain.by(&ecosystem.admin, propose).expect("a proposal");
    chain.by(&safe, ecosystem.accept_withdraw_address(safe.pubkey())).expect("an acceptance");
    chain.advance_seconds(3_600);
    close(&mut chain, &ecosystem, &dat).refused(DatError::NotEmpty);

    // A stranger who gives a lamport cannot prevent the close: one transaction withdraws and closes.
    chain.by(&ecosystem.emergency, ecosystem.emergency_pause(Some(&dat))).expect("emergency_pause");
    chain.advance_seconds(3_600);
    let last = [ecosystem.withdraw(&dat, safe.pubkey()), ecosystem.close_token_stats(&dat)];
    let signers = [&chain.payer(), &ecosystem.admin];
    // Solana refuses an account with one lamport, so the destination needs rent.
    let rent = chain.rent(0);
    chain.airdrop(&safe.pubkey(), rent);
    chain.send(&last, &signers).unwrap_or_else(|failure| panic!("{failure:#?}"));
    assert_eq!(chain.lamports(&safe.pubkey()), rent + 1);
}

#[test]
fn a_token_with_tokens_to_burn_cannot_be_closed() {
    let mut chain = Chain::new();
    let ecosystem = chain.ecosystem("eco", |_| ());
    let dat = chain.dat(&ecosystem, Kind::Token2022, Role::Secondary);
    chain.somebody_donates_tokens(&dat, SOL);
    close(&mut chain, &ecosystem, &dat).refused(DatError::NotEmpty);
    chain.by(&ecosystem.operator, ecosystem.burn_and_update(&dat)).expect("burn_and_update");
    close(&mut chain, &ecosystem, &dat).expect("close_token_stats");
}

#[test]
fn a_closed_token_does_nothing_until_it_is_admitted_again() {
    let mut chain = Chain::new();
    let (ecosystem, dat) = settled(&mut chain, Role::Secondary);
    let supply = chain.supply(&dat.coin.mint);
    close(&mut chain, &ecosystem, &dat).expect("close_token_stats");
    // The token account is closed, so create it again and give it lamports.
    let (payer, rent) = (chain.payer(), chain.rent(0));
    chain.send(&[dat.coin.create_ata(&payer.pubkey(), &dat.authority)], &[&payer]).expect("an account");
    chain.airdrop(&dat.authority, rent + 20_000_000);
    chain.advance_seconds(60);
    let operators = [ecosystem.cycle(&dat, 1), ecosystem.collect_fees(&dat), ecosystem.burn_and_update(&dat)];
    for instruction in operators {
        chain.by(&ecosystem.operator, instruction).refused(DatError::DATNotActive);
    }
    chain.admit(&ecosystem, &dat, Role::Secondary, None);
    // The creator fee of the earlier buy still waits at pump.fun.
    let fee = chain.curve(&dat.coin).creator_fee;
    let event = chain.cycle(&ecosystem, &dat);
    assert_eq!((event.cycle, event.carried_in, event.inflow), (2, 0, 20_000_000 + fee));
    assert_eq!(event.supply_before, supply);
    chain.assert_accounted(&dat);
}

#[test]
fn after_the_root_is_closed_another_can_be_admitted() {
    let mut chain = Chain::new();
    let (ecosystem, root) = settled(&mut chain, Role::Root);
    let secondary = chain.dat(&ecosystem, Kind::Spl, Role::Secondary);
    assert_eq!((chain.state(&root).token_count, chain.state(&root).root_mint), (2, Some(root.coin.mint)));
    close(&mut chain, &ecosystem, &root).expect("close_token_stats");
    assert_eq!((chain.state(&root).token_count, chain.state(&root).root_mint), (1, None));
    // Another root is not admitted at once, because that would avoid the timelock.
    let again = chain.candidate(&ecosystem, Kind::Token2022);
    let admit = ecosystem.admit(&again, Role::Root, None);
    chain.send(&[admit], &[&ecosystem.admin]).refused(DatError::TimelockActive);
    chain.advance_seconds(3_600);
    chain.admit(&ecosystem, &again, Role::Root, None);
    assert_eq!(chain.state(&root).root_mint, Some(again.coin.mint));
    // Closing a secondary does not change the root.
    close(&mut chain, &ecosystem, &secondary).expect("close_token_stats");
    assert_eq!(chain.state(&root).root_mint, Some(again.coin.mint));
}

#[test]
fn closing_an_ecosystem_returns_its_rents() {
    let mut chain = Chain::new();
    let (admin, operator) = (chain.wallet(SOL), chain.wallet(SOL));
    let ecosystem = Ecosystem::new("eco", admin, operator);
    chain.by(&ecosystem.admin, ecosystem.initialize(parameters())).expect("initialize_dat_state");
    assert!(admin_lamports(&chain, &ecosystem) < SOL);
    // The admin also receives up to one rent from the shared authority.
    let rent = chain.rent(0);
    chain.airdrop(&ecosystem.shared_authority, rent);
    let done = chain.by(&ecosystem.admin, ecosystem.close_dat_state()).expect("close_dat_state");
    let event = done.event::<Closed>();
    assert_eq!((event.state, event.mint), (ecosystem.state, None));
    let kept = chain.lamports(&ecosystem.state);
    assert_eq!(admin_lamports(&chain, &ecosystem), SOL + rent - kept);
    for gone in [ecosystem.treasury, ecosystem.shared_authority] {
        assert_eq!(chain.lamports(&gone), 0);
    }
    assert!(chain.read::<DatState>(&ecosystem.state).closed);
    chain.by(&ecosystem.admin, ecosystem.close_dat_state()).refused(DatError::DATNotActive);
}

#[test]
fn an_ecosystem_with_tokens_or_lamports_cannot_be_closed() {
    let mut chain = Chain::new();
    let ecosystem = chain.ecosystem("eco", |_| ());
    let dat = chain.dat(&ecosystem, Kind::Spl, Role::Secondary);
    let end = ecosystem.close_dat_state();
    chain.by(&ecosystem.admin, end.clone()).refused(DatError::NotEmpty);
    close(&mut chain, &ecosystem, &dat).expect("close_token_stats");
    let rent = chain.rent(0);
    for (holder, least) in [(ecosystem.treasury, 0), (ecosystem.shared_authority, rent)] {
        chain.airdrop(&holder, least + 1);
        chain.by(&ecosystem.admin, end.clone()).refused(DatError::NotEmpty);
        chain.edit(&holder, |account| account.lamports -= 1);
    }
    chain.by(&ecosystem.admin, end).expect("close_dat_state");
}
