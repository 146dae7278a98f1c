//! `unwrap`. A stranger may collect a creator's fees on PumpSwap as wrapped SOL into any account of the
//! creator. The root still gets its exact share, and no lamport is locked.

use dat::events::Unwrapped;
use dat_tests::*;

/// A graduated secondary with fees in its pool, and their amount.
fn graduated(creator: impl FnOnce(&Ecosystem, &Pubkey) -> Pubkey) -> (Chain, Ecosystem, Dat, u64) {
    let mut chain = Chain::new();
    let ecosystem = chain.ecosystem("eco", |_| ());
    let dat = ecosystem.dat(chain.coin(Kind::Token2022, |mint| creator(&ecosystem, mint)));
    chain.admit(&ecosystem, &dat, Role::Secondary, None);
    chain.graduate(&dat.coin);
    chain.prepare_for_pool(&dat);
    let payer = chain.payer();
    let on_curve = [dat.coin.sweep(&payer.pubkey()), dat.coin.collect()];
    chain.send(&on_curve, &[&payer]).expect("the curve's fees");
    chain.edit(&dat.coin.creator, |account| account.lamports = 890_880);
    chain.somebody_swaps(&dat.coin, 20 * SOL);
    let fees = chain.pool(&dat.coin).creator_fees;
    assert!(fees > 100_000_000);
    (chain, ecosystem, dat, fees)
}

fn own() -> (Chain, Ecosystem, Dat, u64) {
    graduated(Ecosystem::authority)
}

fn stranger_collects(chain: &mut Chain, coin: &Coin, into: &Pubkey) {
    let stranger = chain.wallet(SOL);
    let all = [coin.sweep_pool(&stranger.pubkey()), coin.collect_wrapped(into)];
    chain.send(&all, &[&stranger]).expect("collect_coin_creator_fee");
}

fn try_unwrap(chain: &mut Chain, instruction: Instruction) -> Result<Success, Failure> {
    let anybody = chain.wallet(SOL);
    chain.send(&[instruction], &[&anybody])
}

fn unwrap(chain: &mut Chain, instruction: Instruction) -> Unwrapped {
    try_unwrap(chain, instruction).unwrap_or_else(|failure| panic!("{failure:#?}")).event()
}

/// The instruction succeeds and changes no account.
fn does_nothing(chain: &mut Chain, instruction: Instruction) {
    let keys: Vec<_> = instruction.accounts.iter().map(|meta| meta.pubkey).collect();
    let all = |chain: &Chain| keys.iter().map(|key| chain.account(key)).collect::<Vec<_>>();
    let before = all(chain);
    let done = try_unwrap(chain, instruction).expect("no failure");
    assert!(done.events::<Unwrapped>().is_empty());
    assert_eq!(all(chain), before);
}

#[test]
fn a_stranger_who_unwraps_first_does_not_fail_the_cycle() {
    for elsewhere in [false, true] {
        let (mut chain, ecosystem, dat, fees) = own();
        let into = if elsewhere { chain.open_extra_wsol(&dat.authority) } else { wsol(&dat.authority) };
        stranger_collects(&mut chain, &dat.coin, &into);
        unwrap(&mut chain, ecosystem.unwrap(&dat, into));
        let donation = if elsewhere { chain.rent(165) } else { 0 };
        let all = [ecosystem.unwrap(&dat, into), ecosystem.cycle_by(BuyForm::PoolV2, &dat, 0, 1)];
        let event = chain.send(&all, &[&ecosystem.operator]).expect("a cycle").event::<CycleCompleted>();
        assert_eq!(event.inflow, fees + donation);
    }
}

#[test]
fn a_stranger_who_collects_first_does_not_reduce_the_roots_share() {
    for elsewhere in [false, true] {
        let (mut chain, ecosystem, dat, fees) = own();
        let into = if elsewhere { chain.open_extra_wsol(&dat.authority) } else { wsol(&dat.authority) };
        stranger_collects(&mut chain, &dat.coin, &into);
        assert_eq!(chain.tokens(&into), fees);
        // The rent of an account that somebody created is a donation.
        let donation = if elsewhere { chain.rent(165) } else { 0 };
        let all = [ecosystem.unwrap(&dat, into), ecosystem.cycle_by(BuyForm::PoolV2, &dat, 0, 1)];
        let event = chain.send(&all, &[&ecosystem.operator]).expect("a cycle").event::<CycleCompleted>();
        assert_eq!((event.carried_in, event.inflow), (0, fees + donation));
        assert_eq!(event.to_root, (fees + donation) * 4_480 / 10_000);
        assert_eq!(chain.lamports(&ecosystem.treasury), chain.rent(0) + event.to_root);
        assert_eq!((chain.lamports(&into) > 0, chain.tokens(&into)), (!elsewhere, 0));
        chain.assert_accounted(&dat);
    }
}

#[test]
fn a_donation_of_the_minimum_does_not_let_wrapped_fees_skip_the_split() {
    let (mut chain, ecosystem, dat, fees) = own();
    stranger_collects(&mut chain, &dat.coin, &wsol(&dat.authority));
    chain.airdrop(&dat.authority, 5_690_000);
    let event = chain.cycle(&ecosystem, &dat);
    assert_eq!((event.inflow, event.spent), (5_690_000, 5_690_000 - event.to_root));
    assert_eq!(chain.tokens(&wsol(&dat.authority)), fees, "no unsplit lamport is spent");
    let unwrapped = unwrap(&mut chain, ecosystem.unwrap(&dat, wsol(&dat.authority)));
    assert_eq!((unwrapped.state, unwrapped.mint), (ecosystem.state, Some(dat.coin.mint)));
    assert_eq!((unwrapped.owner, unwrapped.lamports), (dat.authority, fees));
    let its_own = chain.pool(&dat.coin).creator_fees;
    chain.advance_seconds(60);
    let event = chain.cycle(&ecosystem, &dat);
    assert_eq!((event.inflow, event.to_root), (fees + its_own, (fees + its_own) * 4_480 / 10_000));
}

#[test]
fn fees_of_the_shared_creator_are_not_locked() {
    for elsewhere in [false, true] {
        let (mut chain, ecosystem, dat, fees) = graduated(|ecosystem, _| ecosystem.shared_authority);
        let (owner, payer, rent) = (ecosystem.shared_authority, chain.payer(), chain.rent(0));
        let into = if elsewhere { chain.open_extra_wsol(&owner) } else { wsol(&owner) };
        chain.send(&[create_wsol(&payer.pubkey(), &owner)], &[&payer]).expect("an account");
        stranger_collects(&mut chain, &dat.coin, &into);
        let unwrapped = unwrap(&mut chain, ecosystem.unwrap_of(None, owner, into));
        // No buy needs this account, so its rent comes back, too.
        let all = fees + chain.rent(165);
        assert_eq!((unwrapped.mint, unwrapped.owner, unwrapped.lamports), (None, owner, all));
        assert_eq!((chain.lamports(&into), chain.lamports(&owner)), (0, rent + all));
        chain.by(&ecosystem.operator, ecosystem.credit_fees(&dat, 0, all)).expect("credit_fees");
        assert_eq!(chain.cycle(&ecosystem, &dat).to_root, all * 4_480 / 10_000);
    }
}

#[test]
fn wrapped_sol_of_the_treasury_belongs_to_the_root() {
    let (mut chain, ecosystem, _, _) = own();
    let root = chain.dat(&ecosystem, Kind::Spl, Role::Root);
    let treasury = ecosystem.treasury;
    let account = chain.open_extra_wsol(&treasury);
    chain.airdrop_wsol(&account, 30_000_000);
    let donation = 30_000_000 + chain.rent(165);
    let unwrapped = unwrap(&mut chain, ecosystem.unwrap_of(None, treasury, account));
    assert_eq!((unwrapped.mint, unwrapped.owner, unwrapped.lamports), (None, treasury, donation));
    assert_eq!(chain.cycle(&ecosystem, &root).treasury_in, donation);
}

#[test]
fn a_withdrawal_includes_unwrapped_fees() {
    let (mut chain, ecosystem, dat, fees) = own();
    let safe = chain.wallet(SOL);
    chain.by(&ecosystem.admin, ecosystem.propose_withdraw_address(safe.pubkey())).expect("a proposal");
    chain.by(&safe, ecosystem.accept_withdraw_address(safe.pubkey())).expect("an acceptance");
    chain.by(&ecosystem.emergency, ecosystem.emergency_pause(Some(&dat))).expect("a pause");
    stranger_collects(&mut chain, &dat.coin, &wsol(&dat.authority));
    chain.advance_seconds(3_600);
    let all = [ecosystem.unwrap(&dat, wsol(&dat.authority)), ecosystem.withdraw(&dat, safe.pubkey())];
    chain.send(&all, &[&ecosystem.admin]).expect("unwrapped and withdrawn");
    assert_eq!(chain.lamports(&safe.pubkey()), SOL + fees);
    chain.assert_accounted(&dat);
}

#[test]
fn closing_does_not_lose_wrapped_sol() {
    let (mut chain, ecosystem, dat, fees) = own();
    stranger_collects(&mut chain, &dat.coin, &wsol(&dat.authority));
    chain.by(&ecosystem.admin, ecosystem.close_token_stats(&dat)).expect("close_token_stats");
    // A closed token does not need the account, so `unwrap` does not create it again.
    let account = wsol(&dat.authority);
    let all = fees + chain.rent(165);
    assert_eq!(unwrap(&mut chain, ecosystem.unwrap(&dat, account)).lamports, all);
    assert_eq!((chain.lamports(&account), chain.lamports(&dat.authority)), (0, all));
    chain.admit(&ecosystem, &dat, Role::Secondary, None);
    chain.prepare_for_pool(&dat);
    let inflow = all - chain.rent(0);
    let event = chain.cycle(&ecosystem, &dat);
    assert_eq!((event.inflow, event.to_root), (inflow, inflow * 4_480 / 10_000));
}

#[test]
fn wrapped_sol_of_a_closed_ecosystem_belongs_to_the_next_root() {
    let mut chain = Chain::new();
    let ecosystem = chain.ecosystem("eco", |_| ());
    chain.by(&ecosystem.admin, ecosystem.close_dat_state()).expect("close_dat_state");
    let account = chain.open_extra_wsol(&ecosystem.treasury);
    chain.airdrop_wsol(&account, 30_000_000);
    let donation = unwrap(&mut chain, ecosystem.unwrap_of(None, ecosystem.treasury, account)).lamports;
    assert_eq!(donation, 30_000_000 + chain.rent(165));
    chain.by(&ecosystem.admin, ecosystem.initialize(parameters())).expect("initialize_dat_state");
    let root = chain.dat(&ecosystem, Kind::Spl, Role::Root);
    assert_eq!(chain.cycle(&ecosystem, &root).treasury_in, donation - chain.rent(0));
}

#[test]
fn unwrap_recreates_the_account_at_todays_rent() {
    let (mut chain, ecosystem, dat, fees) = own();
    let account = wsol(&dat.authority);
    stranger_collects(&mut chain, &dat.coin, &account);
    let set_rent = |chain: &mut Chain, lamports_per_byte: u64| {
        let mut rent = chain.svm.get_sysvar::<solana_rent::Rent>();
        rent.lamports_per_byte = lamports_per_byte;
        chain.svm.set_sysvar(&rent);
    };
    set_rent(&mut chain, 3_480);
    let freed = chain.rent(165);
    assert_eq!(unwrap(&mut chain, ecosystem.unwrap(&dat, account)).lamports, fees + freed);
    assert_eq!((chain.lamports(&account), chain.tokens(&account)), (freed, 0));
    // After a rent rise, creating the account again would cost more than it brings. `unwrap` then does
    // nothing, so nobody can make the authority pay.
    set_rent(&mut chain, 6_960);
    chain.airdrop_wsol(&account, freed);
    let before = chain.lamports(&dat.authority);
    does_nothing(&mut chain, ecosystem.unwrap(&dat, account));
    chain.airdrop_wsol(&account, 1);
    assert_eq!(unwrap(&mut chain, ecosystem.unwrap(&dat, account)).lamports, 1);
    assert_eq!(chain.lamports(&dat.authority), before + 1);
}

#[test]
fn only_wrapped_sol_of_the_given_owner_is_unwrapped() {
    let (mut chain, ecosystem, dat, _) = own();
    let other = chain.dat(&ecosystem, Kind::Spl, Role::Secondary);
    let somebody = chain.swapper(&dat.coin, SOL);
    chain.prepare_for_pool(&other);
    for account in [wsol(&dat.authority), wsol(&other.authority)] {
        chain.airdrop_wsol(&account, SOL);
    }
    chain.somebody_donates_tokens(&other, SOL);
    for wrong in [
        ecosystem.unwrap(&dat, wsol(&other.authority)),
        ecosystem.unwrap(&dat, wsol(&somebody.pubkey())),
        ecosystem.unwrap(&other, other.token_account),
    ] {
        does_nothing(&mut chain, wrong);
    }
    for wrong in [
        ecosystem.unwrap_of(Some(&dat), other.authority, wsol(&other.authority)),
        ecosystem.unwrap_of(None, dat.authority, wsol(&dat.authority)),
        ecosystem.unwrap_of(None, somebody.pubkey(), wsol(&somebody.pubkey())),
    ] {
        try_unwrap(&mut chain, wrong).refused(DatError::MintMismatch);
    }
}

#[test]
fn a_former_owner_cannot_close_or_empty_the_account() {
    let (mut chain, ecosystem, dat, fees) = own();
    let thief = chain.wallet(SOL);
    let account = chain.open_extra_wsol(&thief.pubkey());
    // SetAuthority: first the close authority, then the owner.
    let set = |which: u8, to: &Pubkey| {
        let data = [&[6, which, 1][..], to.as_ref()].concat();
        Instruction { program_id: TOKEN, accounts: vec![writable(account), signer(thief.pubkey())], data }
    };
    let approve = Instruction {
        program_id: TOKEN,
        accounts: vec![writable(account), readonly(thief.pubkey()), signer(thief.pubkey())],
        data: [&[4][..], &u64::MAX.to_le_bytes()].concat(),
    };
    chain.send(&[approve, set(3, &thief.pubkey()), set(2, &dat.authority)], &[&thief]).expect("a trap");
    stranger_collects(&mut chain, &dat.coin, &account);
    let accounts = vec![writable(account), writable(thief.pubkey()), signer(thief.pubkey())];
    let close = Instruction { program_id: TOKEN, accounts: accounts.clone(), data: vec![9] };
    let data = [&[3][..], &fees.to_le_bytes()].concat();
    let take = Instruction {
        program_id: TOKEN,
        accounts: [&accounts[..1], &[writable(wsol(&thief.pubkey()))], &accounts[2..]].concat(),
        data,
    };
    chain.send(&[create_wsol(&thief.pubkey(), &thief.pubkey())], &[&thief]).expect("an account");
    for theft in [close, take] {
        assert_eq!(chain.send(&[theft], &[&thief]).refusal().program, Some(TOKEN));
    }
    let all = fees + chain.rent(165);
    assert_eq!(unwrap(&mut chain, ecosystem.unwrap(&dat, account)).lamports, all);
}
