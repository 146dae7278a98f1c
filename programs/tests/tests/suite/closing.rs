//! Taking tokens and ecosystems down: rents come back to the lamport but that of what was promised (`tombstones`), and
//! nobody's money is lost.

use dat::events::Closed;
use dat_tests::coin::KINDS;
use dat_tests::*;

fn close(world: &mut World, ecosystem: &Ecosystem, dat: &Dat) -> Result<Done, Failure> {
    world.by(&ecosystem.admin, ecosystem.close_token_stats(dat))
}

/// What the admin has.
fn purse(world: &World, ecosystem: &Ecosystem) -> u64 {
    world.lamports(&ecosystem.admin.pubkey())
}

/// A token that has run one cycle and spent all it had.
fn settled(world: &mut World, role: Role) -> (Ecosystem, Dat) {
    let ecosystem = world.ecosystem("eco", |_| ());
    let dat = world.dat(&ecosystem, Kind::Token2022, role);
    world.give(&dat.authority, 20_000_000);
    assert_eq!(world.cycle(&ecosystem, &dat).carried_out, 0);
    (ecosystem, dat)
}

#[test]
fn a_tokens_rents_come_back_to_the_lamport() {
    for (kind, role) in KINDS.map(|kind| [(kind, Role::Root), (kind, Role::Secondary)]).concat() {
        let mut world = World::new();
        let ecosystem = world.ecosystem("eco", |_| ());
        let dat = world.candidate(&ecosystem, kind);
        let volume = coin::init_user_volume_accumulator(&world.rich().pubkey(), &dat.authority);
        world.send(&[volume], &[&world.rich()]).expect("pump.fun's account is pump.fun's");
        let purse_before = purse(&world, &ecosystem);
        world.by(&ecosystem.admin, ecosystem.admit(&dat, role, None)).expect("initialize_token_stats");
        let rents = [dat.stats, dat.authority, dat.token_account].map(|key| world.lamports(&key));
        assert!(rents.iter().all(|rent| *rent >= world.rent(0)));
        assert_eq!(purse(&world, &ecosystem), purse_before - rents.iter().sum::<u64>());

        let event = close(&mut world, &ecosystem, &dat).expect("close_token_stats").event::<Closed>();
        assert_eq!((event.state, event.mint), (ecosystem.state, Some(dat.coin.mint)));
        // What was promised stays, and its rent.
        assert_eq!(purse(&world, &ecosystem), purse_before - rents[0]);
        assert_eq!(
            [dat.stats, dat.authority, dat.token_account].map(|key| world.lamports(&key)),
            [rents[0], 0, 0]
        );
        let state = world.state(&dat);
        assert_eq!((state.token_count, state.root_mint, world.stats(&dat).closed), (0, None, true));
        close(&mut world, &ecosystem, &dat).refused(DatError::MintMismatch);
        // Nor is it closed twice once somebody has made its token account again.
        let rich = world.rich();
        world.send(&[dat.coin.create_ata(&rich.pubkey(), &dat.authority)], &[&rich]).expect("an account");
        close(&mut world, &ecosystem, &dat).refused(DatError::DATNotActive);
        assert_eq!(world.state(&dat).token_count, 0);
    }
}

#[test]
fn a_token_with_money_stays() {
    let mut world = World::new();
    let ecosystem = world.ecosystem("eco", |_| ());
    let dat = world.dat(&ecosystem, Kind::Spl, Role::Secondary);
    world.give(&dat.authority, 1);
    close(&mut world, &ecosystem, &dat).refused(DatError::NotEmpty);
    let safe = world.keypair();
    let propose = ecosystem.propose_withdraw_address(safe.pubkey());
    world.by(&ecosystem.admin, propose).expect("a proposal");
    world.by(&safe, ecosystem.accept_withdraw_address(safe.pubkey())).expect("an acceptance");
    world.pass(3_600);
    close(&mut world, &ecosystem, &dat).refused(DatError::NotEmpty);

    // Whoever gives a lamport cannot come between: the way out and the end go into one transaction.
    world.by(&ecosystem.emergency, ecosystem.emergency_pause(Some(&dat))).expect("emergency_pause");
    world.pass(3_600);
    let last = [ecosystem.withdraw(&dat, safe.pubkey()), ecosystem.close_token_stats(&dat)];
    let signers = [&world.rich(), &ecosystem.admin];
    // A lamport cannot live in an account of its own.
    let rent = world.rent(0);
    world.give(&safe.pubkey(), rent);
    world.send(&last, &signers).unwrap_or_else(|failure| panic!("{failure:#?}"));
    assert_eq!(world.lamports(&safe.pubkey()), rent + 1);
}

#[test]
fn a_token_with_tokens_to_burn_stays() {
    let mut world = World::new();
    let ecosystem = world.ecosystem("eco", |_| ());
    let dat = world.dat(&ecosystem, Kind::Token2022, Role::Secondary);
    world.somebody_gives_tokens(&dat, SOL);
    close(&mut world, &ecosystem, &dat).refused(DatError::NotEmpty);
    world.by(&ecosystem.operator, ecosystem.burn_and_update(&dat)).expect("burn_and_update");
    close(&mut world, &ecosystem, &dat).expect("close_token_stats");
}

#[test]
fn a_closed_token_does_nothing_until_it_comes_back() {
    let mut world = World::new();
    let (ecosystem, dat) = settled(&mut world, Role::Secondary);
    let supply = world.supply(&dat.coin.mint);
    close(&mut world, &ecosystem, &dat).expect("close_token_stats");
    // Its token account is gone, so make it and money again.
    let (rich, rent) = (world.rich(), world.rent(0));
    world.send(&[dat.coin.create_ata(&rich.pubkey(), &dat.authority)], &[&rich]).expect("an account");
    world.give(&dat.authority, rent + 20_000_000);
    world.pass(60);
    let operators = [ecosystem.cycle(&dat, 1), ecosystem.collect_fees(&dat), ecosystem.burn_and_update(&dat)];
    for instruction in operators {
        world.by(&ecosystem.operator, instruction).refused(DatError::DATNotActive);
    }
    world.admit(&ecosystem, &dat, Role::Secondary, None);
    // What its buy has paid its creator waits for it at pump.fun all the while.
    let fee = world.curve(&dat.coin).creator_fee;
    let event = world.cycle(&ecosystem, &dat);
    assert_eq!((event.cycle, event.carried_in, event.inflow), (2, 0, 20_000_000 + fee));
    assert_eq!(event.supply_before, supply);
    world.assert_books(&dat);
}

#[test]
fn a_closed_root_makes_room_for_another() {
    let mut world = World::new();
    let (ecosystem, root) = settled(&mut world, Role::Root);
    let secondary = world.dat(&ecosystem, Kind::Spl, Role::Secondary);
    assert_eq!((world.state(&root).token_count, world.state(&root).root_mint), (2, Some(root.coin.mint)));
    close(&mut world, &ecosystem, &root).expect("close_token_stats");
    assert_eq!((world.state(&root).token_count, world.state(&root).root_mint), (1, None));
    // Not at once: that would be a change of the root without its hour.
    let again = world.candidate(&ecosystem, Kind::Token2022);
    let admit = ecosystem.admit(&again, Role::Root, None);
    world.send(&[admit], &[&ecosystem.admin]).refused(DatError::TimelockActive);
    world.pass(3_600);
    world.admit(&ecosystem, &again, Role::Root, None);
    assert_eq!(world.state(&root).root_mint, Some(again.coin.mint));
    // A secondary that goes leaves the root where it is.
    close(&mut world, &ecosystem, &secondary).expect("close_token_stats");
    assert_eq!(world.state(&root).root_mint, Some(again.coin.mint));
}

#[test]
fn an_ecosystems_rents_come_back_to_the_lamport() {
    let mut world = World::new();
    let (admin, operator) = (world.wallet(SOL), world.wallet(SOL));
    let ecosystem = Ecosystem::new("eco", admin, operator);
    world.by(&ecosystem.admin, ecosystem.initialize(parameters())).expect("initialize_dat_state");
    assert!(purse(&world, &ecosystem) < SOL);
    // Of the shared authority it gets what anybody has left there, up to its rent.
    let rent = world.rent(0);
    world.give(&ecosystem.shared_authority, rent);
    let done = world.by(&ecosystem.admin, ecosystem.close_dat_state()).expect("close_dat_state");
    let event = done.event::<Closed>();
    assert_eq!((event.state, event.mint), (ecosystem.state, None));
    let kept = world.lamports(&ecosystem.state);
    assert_eq!(purse(&world, &ecosystem), SOL + rent - kept);
    for gone in [ecosystem.treasury, ecosystem.shared_authority] {
        assert_eq!(world.lamports(&gone), 0);
    }
    assert!(world.read::<DatState>(&ecosystem.state).closed);
    world.by(&ecosystem.admin, ecosystem.close_dat_state()).refused(DatError::DATNotActive);
}

#[test]
fn an_ecosystem_that_still_holds_something_stays() {
    let mut world = World::new();
    let ecosystem = world.ecosystem("eco", |_| ());
    let dat = world.dat(&ecosystem, Kind::Spl, Role::Secondary);
    let end = ecosystem.close_dat_state();
    world.by(&ecosystem.admin, end.clone()).refused(DatError::NotEmpty);
    close(&mut world, &ecosystem, &dat).expect("close_token_stats");
    let rent = world.rent(0);
    for (holder, least) in [(ecosystem.treasury, 0), (ecosystem.shared_authority, rent)] {
        world.give(&holder, least + 1);
        world.by(&ecosystem.admin, end.clone()).refused(DatError::NotEmpty);
        world.edit(&holder, |account| account.lamports -= 1);
    }
    world.by(&ecosystem.admin, end).expect("close_dat_state");
}
