//! PumpSwap pays a creator's fees to whoever's account for wrapped SOL a stranger names, if it is the creator's. Whoever
//! collects, in whatever form, the root gets its share.

use dat_tests::coin::readonly;
use dat_tests::names::About;
use dat_tests::*;

/// What waits for the creator, and more.
const FEES: u64 = 100_000_000;

/// A graduated secondary whose fees wait in its pool.
fn graduated(creator: impl FnOnce(&Ecosystem, &Pubkey) -> Pubkey) -> (World, Ecosystem, Dat) {
    let mut world = World::new();
    world.looks_in_time = false;
    let ecosystem = world.ecosystem("eco", |_| ());
    let dat = ecosystem.dat(world.coin(Kind::Token2022, |mint| creator(&ecosystem, mint)));
    world.admit(&ecosystem, &dat, Role::Secondary, None);
    world.graduate(&dat.coin);
    world.prepare_for_pool(&dat);
    world.set_pool_fee_tiers(&[(0, Rates::new(20, 5, 95))]);
    world.somebody_swaps(&dat.coin, 20 * SOL);
    assert!(world.pool(&dat.coin).creator_fees > FEES);
    (world, ecosystem, dat)
}

/// A stranger collects all that waits on PumpSwap into an account of the creator's.
fn stranger_collects(world: &mut World, coin: &Coin, into: Pubkey) {
    let stranger = world.wallet(SOL);
    let idl = idl::Idl::of_pump("pump_amm");
    let about = About { collector: into, ..About::new(stranger.pubkey(), *coin, true, 0) };
    let collect = about.instruction(idl, idl.get("collect_coin_creator_fee"));
    world
        .send(&[coin.sweep_pool(&stranger.pubkey()), collect], &[&stranger])
        .expect("collect_coin_creator_fee");
    assert!(world.tokens(&into) > FEES);
}

/// An account for wrapped SOL at an address of its own, which anybody may make for anybody.
fn open_elsewhere(world: &mut World, owner: &Pubkey) -> Pubkey {
    let (rich, account) = (world.rich(), world.keypair());
    let key = account.pubkey();
    let create =
        [&[0; 4][..], &world.rent(165).to_le_bytes(), &165u64.to_le_bytes(), TOKEN.as_ref()].concat();
    let accounts = vec![coin::signer(rich.pubkey()), coin::signer(key)];
    let create = Instruction { program_id: SYSTEM, accounts, data: create };
    let accounts = vec![coin::writable(key), readonly(WSOL)];
    let data = [&[18], owner.as_ref()].concat(); // InitializeAccount3
    let initialize = Instruction { program_id: TOKEN, accounts, data };
    world.send(&[create, initialize], &[&rich, &account]).expect("an account for wrapped SOL");
    key
}

/// The next cycle as our client runs it.
fn cycle(world: &mut World, ecosystem: &Ecosystem, dat: &Dat) -> CycleCompleted {
    world.observe(ecosystem, dat);
    world.pass_slots(client::SLOTS_BEFORE_A_BUY);
    world.unwrap_all(ecosystem, dat);
    let done = world.try_cycle_by(BuyForm::PoolV2, ecosystem, dat);
    done.unwrap_or_else(|failure| panic!("{failure:#?}")).event()
}

#[track_caller]
fn assert_shared(world: &World, dat: &Dat, cycle: &CycleCompleted) {
    assert!(cycle.inflow > FEES, "{:#?}", compare::fields(cycle));
    assert_eq!(cycle.to_root, cycle.inflow * u64::from(ecosystem::ROOT_SHARE) / 10_000);
    assert_eq!(world.wrapped_of(&dat.authority), []);
    world.assert_books(dat);
}

#[test]
fn a_stranger_who_collects_into_wrapped_sol_takes_nothing_from_the_root() {
    let (mut world, ecosystem, dat) = graduated(Ecosystem::authority);
    stranger_collects(&mut world, &dat.coin, wsol(&dat.authority));
    let cycle = cycle(&mut world, &ecosystem, &dat);
    assert_shared(&world, &dat, &cycle);
}

#[test]
fn nor_does_one_who_collects_into_an_account_elsewhere() {
    let (mut world, ecosystem, dat) = graduated(Ecosystem::authority);
    let account = open_elsewhere(&mut world, &dat.authority);
    stranger_collects(&mut world, &dat.coin, account);
    let cycle = cycle(&mut world, &ecosystem, &dat);
    assert_shared(&world, &dat, &cycle);
}

#[test]
fn nor_does_one_who_gives_the_minimum_besides() {
    let (mut world, ecosystem, dat) = graduated(Ecosystem::authority);
    stranger_collects(&mut world, &dat.coin, wsol(&dat.authority));
    world.give(&dat.authority, 5_690_000);
    let cycle = cycle(&mut world, &ecosystem, &dat);
    assert_shared(&world, &dat, &cycle);
}

#[test]
fn a_stranger_who_collects_into_wrapped_sol_locks_nothing_of_a_shared_creator() {
    let (mut world, ecosystem, dat) = graduated(|ecosystem, _| ecosystem.shared_authority);
    let shared = ecosystem.shared_authority;
    let account = open_elsewhere(&mut world, &shared);
    stranger_collects(&mut world, &dat.coin, account);
    world.unwrap_all(&ecosystem, &dat);
    let lamports = world.lamports(&shared).saturating_sub(world.rent(0));
    assert!(lamports > FEES, "{lamports}");
    world.by(&ecosystem.operator, ecosystem.credit_fees(&dat, 0, lamports)).expect("credit_fees");
    let cycle = cycle(&mut world, &ecosystem, &dat);
    assert_shared(&world, &dat, &cycle);
}
