//! PumpSwap pays a creator's fees as wrapped SOL into whatever account of the creator's a stranger names. Whoever collects,
//! in whatever form: the root gets its share to the lamport, and nothing is locked.

use dat::events::Unwrapped;
use dat_tests::coin::{readonly, signer, writable};
use dat_tests::swap::create_wsol;
use dat_tests::*;

/// A graduated secondary whose fees wait in its pool, and how many.
fn graduated(creator: impl FnOnce(&Ecosystem, &Pubkey) -> Pubkey) -> (World, Ecosystem, Dat, u64) {
    let mut world = World::new();
    let ecosystem = world.ecosystem("eco", |_| ());
    let dat = ecosystem.dat(world.coin(Kind::Token2022, |mint| creator(&ecosystem, mint)));
    world.admit(&ecosystem, &dat, Role::Secondary, None);
    world.graduate(&dat.coin);
    world.prepare_for_pool(&dat);
    let rich = world.rich();
    let on_curve = [dat.coin.sweep(&rich.pubkey()), dat.coin.collect()];
    world.send(&on_curve, &[&rich]).expect("the curve's fees");
    world.edit(&dat.coin.creator, |account| account.lamports = 890_880);
    world.somebody_swaps(&dat.coin, 20 * SOL);
    let fees = world.pool(&dat.coin).creator_fees;
    assert!(fees > 100_000_000);
    (world, ecosystem, dat, fees)
}

fn own() -> (World, Ecosystem, Dat, u64) {
    graduated(Ecosystem::authority)
}

fn stranger_collects(world: &mut World, coin: &Coin, into: &Pubkey) {
    let stranger = world.wallet(SOL);
    let all = [coin.sweep_pool(&stranger.pubkey()), coin.collect_wrapped(into)];
    world.send(&all, &[&stranger]).expect("collect_coin_creator_fee");
}

fn try_unwrap(world: &mut World, instruction: Instruction) -> Result<Done, Failure> {
    let anybody = world.wallet(SOL);
    world.send(&[instruction], &[&anybody])
}

fn unwrap(world: &mut World, instruction: Instruction) -> Unwrapped {
    try_unwrap(world, instruction).unwrap_or_else(|failure| panic!("{failure:#?}")).event()
}

/// Nothing moves, and no account changes.
fn does_nothing(world: &mut World, instruction: Instruction) {
    let keys: Vec<_> = instruction.accounts.iter().map(|meta| meta.pubkey).collect();
    let all = |world: &World| keys.iter().map(|key| world.account(key)).collect::<Vec<_>>();
    let before = all(world);
    let done = try_unwrap(world, instruction).expect("no failure");
    assert!(done.events::<Unwrapped>().is_empty());
    assert_eq!(all(world), before);
}

#[test]
fn a_stranger_who_unwraps_right_before_a_cycle_does_not_make_it_fail() {
    for elsewhere in [false, true] {
        let (mut world, ecosystem, dat, fees) = own();
        let into = if elsewhere { world.another_wsol(&dat.authority) } else { wsol(&dat.authority) };
        stranger_collects(&mut world, &dat.coin, &into);
        unwrap(&mut world, ecosystem.unwrap(&dat, into));
        let gift = if elsewhere { world.rent(165) } else { 0 };
        let all = [ecosystem.unwrap(&dat, into), ecosystem.cycle_by(BuyForm::PoolV2, &dat, 0, 1)];
        let event = world.send(&all, &[&ecosystem.operator]).expect("a cycle").event::<CycleCompleted>();
        assert_eq!(event.inflow, fees + gift);
    }
}

#[test]
fn a_stranger_who_collects_first_takes_nothing_of_the_roots_share() {
    for elsewhere in [false, true] {
        let (mut world, ecosystem, dat, fees) = own();
        let into = if elsewhere { world.another_wsol(&dat.authority) } else { wsol(&dat.authority) };
        stranger_collects(&mut world, &dat.coin, &into);
        assert_eq!(world.tokens(&into), fees);
        // The rent of an account that somebody has made is a gift.
        let gift = if elsewhere { world.rent(165) } else { 0 };
        let all = [ecosystem.unwrap(&dat, into), ecosystem.cycle_by(BuyForm::PoolV2, &dat, 0, 1)];
        let event = world.send(&all, &[&ecosystem.operator]).expect("a cycle").event::<CycleCompleted>();
        assert_eq!((event.carried_in, event.inflow), (0, fees + gift));
        assert_eq!(event.to_root, (fees + gift) * 4_480 / 10_000);
        assert_eq!(world.lamports(&ecosystem.treasury), world.rent(0) + event.to_root);
        assert_eq!((world.lamports(&into) > 0, world.tokens(&into)), (!elsewhere, 0));
        world.assert_books(&dat);
    }
}

#[test]
fn a_gift_of_the_minimum_does_not_let_wrapped_fees_past_the_root() {
    let (mut world, ecosystem, dat, fees) = own();
    stranger_collects(&mut world, &dat.coin, &wsol(&dat.authority));
    world.give(&dat.authority, 5_690_000);
    let event = world.cycle(&ecosystem, &dat);
    assert_eq!((event.inflow, event.spent), (5_690_000, 5_690_000 - event.to_root));
    assert_eq!(world.tokens(&wsol(&dat.authority)), fees, "not a lamport of it is spent unsplit");
    let unwrapped = unwrap(&mut world, ecosystem.unwrap(&dat, wsol(&dat.authority)));
    assert_eq!((unwrapped.state, unwrapped.mint), (ecosystem.state, Some(dat.coin.mint)));
    assert_eq!((unwrapped.owner, unwrapped.lamports), (dat.authority, fees));
    let its_own = world.pool(&dat.coin).creator_fees;
    world.pass(60);
    let event = world.cycle(&ecosystem, &dat);
    assert_eq!((event.inflow, event.to_root), (fees + its_own, (fees + its_own) * 4_480 / 10_000));
}

#[test]
fn what_is_collected_for_a_shared_creator_is_not_locked() {
    for elsewhere in [false, true] {
        let (mut world, ecosystem, dat, fees) = graduated(|ecosystem, _| ecosystem.shared_authority);
        let (owner, rich, rent) = (ecosystem.shared_authority, world.rich(), world.rent(0));
        let into = if elsewhere { world.another_wsol(&owner) } else { wsol(&owner) };
        world.send(&[create_wsol(&rich.pubkey(), &owner)], &[&rich]).expect("an account");
        stranger_collects(&mut world, &dat.coin, &into);
        let unwrapped = unwrap(&mut world, ecosystem.unwrap_of(None, owner, into));
        // No buy needs its account, so its rent comes back too.
        let all = fees + world.rent(165);
        assert_eq!((unwrapped.mint, unwrapped.owner, unwrapped.lamports), (None, owner, all));
        assert_eq!((world.lamports(&into), world.lamports(&owner)), (0, rent + all));
        world.by(&ecosystem.operator, ecosystem.credit_fees(&dat, 0, all)).expect("credit_fees");
        assert_eq!(world.cycle(&ecosystem, &dat).to_root, all * 4_480 / 10_000);
    }
}

#[test]
fn wrapped_sol_for_the_treasury_is_the_roots() {
    let (mut world, ecosystem, _, _) = own();
    let root = world.dat(&ecosystem, Kind::Spl, Role::Root);
    let treasury = ecosystem.treasury;
    let account = world.another_wsol(&treasury);
    world.give_wsol(&account, 30_000_000);
    let gift = 30_000_000 + world.rent(165);
    let unwrapped = unwrap(&mut world, ecosystem.unwrap_of(None, treasury, account));
    assert_eq!((unwrapped.mint, unwrapped.owner, unwrapped.lamports), (None, treasury, gift));
    assert_eq!(world.cycle(&ecosystem, &root).treasury_in, gift);
}

#[test]
fn a_pending_withdrawal_reaches_wrapped_fees() {
    let (mut world, ecosystem, dat, fees) = own();
    let safe = world.wallet(SOL);
    world.by(&ecosystem.admin, ecosystem.propose_withdraw_address(safe.pubkey())).expect("a proposal");
    world.by(&safe, ecosystem.accept_withdraw_address(safe.pubkey())).expect("an acceptance");
    world.by(&ecosystem.emergency, ecosystem.emergency_pause(Some(&dat))).expect("a pause");
    stranger_collects(&mut world, &dat.coin, &wsol(&dat.authority));
    world.pass(3_600);
    let all = [ecosystem.unwrap(&dat, wsol(&dat.authority)), ecosystem.withdraw(&dat, safe.pubkey())];
    world.send(&all, &[&ecosystem.admin]).expect("unwrapped and withdrawn");
    assert_eq!(world.lamports(&safe.pubkey()), SOL + fees);
    world.assert_books(&dat);
}

#[test]
fn closing_orphans_nothing_that_is_wrapped() {
    let (mut world, ecosystem, dat, fees) = own();
    stranger_collects(&mut world, &dat.coin, &wsol(&dat.authority));
    world.by(&ecosystem.admin, ecosystem.close_token_stats(&dat)).expect("close_token_stats");
    // Nothing of it needs the account any more, so it is not made again.
    let account = wsol(&dat.authority);
    let all = fees + world.rent(165);
    assert_eq!(unwrap(&mut world, ecosystem.unwrap(&dat, account)).lamports, all);
    assert_eq!((world.lamports(&account), world.lamports(&dat.authority)), (0, all));
    world.admit(&ecosystem, &dat, Role::Secondary, None);
    world.prepare_for_pool(&dat);
    let inflow = all - world.rent(0);
    let event = world.cycle(&ecosystem, &dat);
    assert_eq!((event.inflow, event.to_root), (inflow, inflow * 4_480 / 10_000));
}

#[test]
fn what_comes_wrapped_to_a_closed_ecosystem_is_the_next_roots() {
    let mut world = World::new();
    let ecosystem = world.ecosystem("eco", |_| ());
    world.by(&ecosystem.admin, ecosystem.close_dat_state()).expect("close_dat_state");
    let account = world.another_wsol(&ecosystem.treasury);
    world.give_wsol(&account, 30_000_000);
    let gift = unwrap(&mut world, ecosystem.unwrap_of(None, ecosystem.treasury, account)).lamports;
    assert_eq!(gift, 30_000_000 + world.rent(165));
    world.by(&ecosystem.admin, ecosystem.initialize(parameters())).expect("initialize_dat_state");
    let root = world.dat(&ecosystem, Kind::Spl, Role::Root);
    assert_eq!(world.cycle(&ecosystem, &root).treasury_in, gift - world.rent(0));
}

#[test]
fn the_account_that_buys_need_is_there_again_at_the_rent_of_today() {
    let (mut world, ecosystem, dat, fees) = own();
    let account = wsol(&dat.authority);
    stranger_collects(&mut world, &dat.coin, &account);
    let set_rent = |world: &mut World, lamports_per_byte: u64| {
        let mut rent = world.svm.get_sysvar::<solana_rent::Rent>();
        rent.lamports_per_byte = lamports_per_byte;
        world.svm.set_sysvar(&rent);
    };
    set_rent(&mut world, 3_480);
    let freed = world.rent(165);
    assert_eq!(unwrap(&mut world, ecosystem.unwrap(&dat, account)).lamports, fees + freed);
    assert_eq!((world.lamports(&account), world.tokens(&account)), (freed, 0));
    // Once rent has risen, making it again would cost the authority more than it gets: nobody can make it pay.
    set_rent(&mut world, 6_960);
    world.give_wsol(&account, freed);
    let before = world.lamports(&dat.authority);
    does_nothing(&mut world, ecosystem.unwrap(&dat, account));
    world.give_wsol(&account, 1);
    assert_eq!(unwrap(&mut world, ecosystem.unwrap(&dat, account)).lamports, 1);
    assert_eq!(world.lamports(&dat.authority), before + 1);
}

#[test]
fn only_wrapped_sol_of_that_very_owner_is_unwrapped() {
    let (mut world, ecosystem, dat, _) = own();
    let other = world.dat(&ecosystem, Kind::Spl, Role::Secondary);
    let somebody = world.swapper(&dat.coin, SOL);
    world.prepare_for_pool(&other);
    for account in [wsol(&dat.authority), wsol(&other.authority)] {
        world.give_wsol(&account, SOL);
    }
    world.somebody_gives_tokens(&other, SOL);
    for wrong in [
        ecosystem.unwrap(&dat, wsol(&other.authority)),
        ecosystem.unwrap(&dat, wsol(&somebody.pubkey())),
        ecosystem.unwrap(&other, other.token_account),
    ] {
        does_nothing(&mut world, wrong);
    }
    for wrong in [
        ecosystem.unwrap_of(Some(&dat), other.authority, wsol(&other.authority)),
        ecosystem.unwrap_of(None, dat.authority, wsol(&dat.authority)),
        ecosystem.unwrap_of(None, somebody.pubkey(), wsol(&somebody.pubkey())),
    ] {
        try_unwrap(&mut world, wrong).refused(DatError::MintMismatch);
    }
}

#[test]
fn an_account_that_a_stranger_could_once_close_is_his_no_more() {
    let (mut world, ecosystem, dat, fees) = own();
    let thief = world.wallet(SOL);
    let account = world.another_wsol(&thief.pubkey());
    // SetAuthority: who may close it, then whose it is.
    let set = |which: u8, to: &Pubkey| {
        let data = [&[6, which, 1][..], to.as_ref()].concat();
        Instruction { program_id: TOKEN, accounts: vec![writable(account), signer(thief.pubkey())], data }
    };
    let approve = Instruction {
        program_id: TOKEN,
        accounts: vec![writable(account), readonly(thief.pubkey()), signer(thief.pubkey())],
        data: [&[4][..], &u64::MAX.to_le_bytes()].concat(),
    };
    world.send(&[approve, set(3, &thief.pubkey()), set(2, &dat.authority)], &[&thief]).expect("a trap");
    stranger_collects(&mut world, &dat.coin, &account);
    let accounts = vec![writable(account), writable(thief.pubkey()), signer(thief.pubkey())];
    let close = Instruction { program_id: TOKEN, accounts: accounts.clone(), data: vec![9] };
    let data = [&[3][..], &fees.to_le_bytes()].concat();
    let take = Instruction {
        program_id: TOKEN,
        accounts: [&accounts[..1], &[writable(wsol(&thief.pubkey()))], &accounts[2..]].concat(),
        data,
    };
    world.send(&[create_wsol(&thief.pubkey(), &thief.pubkey())], &[&thief]).expect("an account");
    for theft in [close, take] {
        assert_eq!(world.send(&[theft], &[&thief]).refusal().program, Some(TOKEN));
    }
    let all = fees + world.rent(165);
    assert_eq!(unwrap(&mut world, ecosystem.unwrap(&dat, account)).lamports, all);
}
