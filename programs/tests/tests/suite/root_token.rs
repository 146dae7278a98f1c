//! Which token is the root: the others feed it, and the money follows.

use dat::events::RootTokenSet;
use dat_tests::*;

/// Named, and made the root an hour later.
fn set(
    world: &mut World,
    ecosystem: &Ecosystem,
    root: &Dat,
    previous: Option<&Dat>,
) -> Result<Done, Failure> {
    // What is refused is refused for the same by both.
    drop(world.by(&ecosystem.admin, ecosystem.propose_root_token(root)));
    world.pass(3_600);
    world.by(&ecosystem.admin, ecosystem.set_root_token(root, previous))
}

fn roles(world: &World, dats: [&Dat; 2]) -> [Role; 2] {
    dats.map(|dat| world.stats(dat).role)
}

#[test]
fn the_money_follows_the_root() {
    let mut world = World::new();
    let ecosystem = world.ecosystem("eco", |p| p.max_fees_per_cycle_lamports = 10_000_000);
    let old = world.dat(&ecosystem, Kind::Spl, Role::Root);
    let new = world.dat_with(&ecosystem, Kind::Token2022, Role::Secondary, Some(1_000));
    world.give(&old.authority, 30_000_000);
    world.give(&new.authority, 100_000_000);
    assert_eq!(world.cycle(&ecosystem, &old).carried_out, 20_000_000);
    assert_eq!(world.cycle(&ecosystem, &new).to_root, 10_000_000);

    let event = set(&mut world, &ecosystem, &new, Some(&old)).expect("a switch").event::<RootTokenSet>();
    assert_eq!((event.state, event.root_mint), (ecosystem.state, new.coin.mint));
    assert_eq!(event.previous, Some(old.coin.mint));
    assert_eq!(world.state(&new).root_mint, Some(new.coin.mint));
    assert_eq!(roles(&world, [&old, &new]), [Role::Secondary, Role::Root]);
    // A root has no share, and keeps what it had for when it is a secondary again.
    let own = RootShare::fixed(1_000).expect("a share");
    assert_eq!([&old, &new].map(|dat| world.stats(dat).root_share), [None, Some(own)]);

    // The old root shares what comes from now on, by the ecosystem's share; what it carries was its own.
    world.pass(60);
    let fee = world.curve(&old.coin).creator_fee;
    world.give(&old.authority, 50_000_000 - fee);
    let event = world.cycle(&ecosystem, &old);
    assert_eq!((event.carried_in, event.inflow, event.treasury_in), (20_000_000, 50_000_000, 0));
    assert_eq!(event.to_root, 22_400_000);
    // The new one takes all that waits in the treasury, also what it has sent itself.
    let event = world.cycle(&ecosystem, &new);
    assert_eq!((event.treasury_in, event.to_root), (32_400_000, 0));
    for dat in [old, new] {
        world.assert_books(&dat);
    }

    // And back.
    set(&mut world, &ecosystem, &old, Some(&new)).expect("a switch");
    assert_eq!(roles(&world, [&old, &new]), [Role::Root, Role::Secondary]);
    world.give(&new.authority, 10_000_000);
    let event = world.cycle(&ecosystem, &new);
    assert_eq!(event.to_root, event.inflow / 10);
}

#[test]
fn a_first_root_is_named_later() {
    let mut world = World::new();
    let ecosystem = world.ecosystem("eco", |_| ());
    let [first, second] = [(); 2].map(|()| world.dat(&ecosystem, Kind::Spl, Role::Secondary));
    world.give(&second.authority, 50_000_000);
    world.cycle(&ecosystem, &second);
    set(&mut world, &ecosystem, &first, Some(&second)).refused(DatError::InvalidRootToken);
    let event = set(&mut world, &ecosystem, &first, None).expect("a first root").event::<RootTokenSet>();
    assert_eq!((event.root_mint, event.previous), (first.coin.mint, None));
    assert_eq!(world.cycle(&ecosystem, &first).treasury_in, 22_400_000);
    let another = world.candidate(&ecosystem, Kind::Spl);
    let admit = ecosystem.admit(&another, Role::Root, None);
    world.by(&ecosystem.admin, admit).refused(DatError::RootTokenAlreadySet);
}

#[test]
fn the_present_root_is_named_beside_the_new_one() {
    let mut world = World::new();
    let [ecosystem, other] = ["one", "two"].map(|name| world.ecosystem(name, |_| ()));
    let root = world.dat(&ecosystem, Kind::Spl, Role::Root);
    let [new, third] = [(); 2].map(|()| world.dat(&ecosystem, Kind::Token2022, Role::Secondary));
    let [theirs, their_root] = [Role::Secondary, Role::Root].map(|role| world.dat(&other, Kind::Spl, role));
    set(&mut world, &ecosystem, &new, None).refused(DatError::InvalidRootToken);
    set(&mut world, &ecosystem, &new, Some(&third)).refused(DatError::InvalidRootToken);
    set(&mut world, &ecosystem, &new, Some(&their_root)).refused(DatError::MintMismatch);
    set(&mut world, &ecosystem, &theirs, Some(&root)).refused(DatError::MintMismatch);
    // It cannot follow itself.
    set(&mut world, &ecosystem, &root, None).refused(DatError::InvalidRootToken);
    set(&mut world, &ecosystem, &root, Some(&third)).refused(DatError::InvalidRootToken);
    let twice = set(&mut world, &ecosystem, &root, Some(&root)).refusal();
    assert_eq!(twice.said(), "ConstraintDuplicateMutableAccount");
    assert_eq!(world.state(&root).root_mint, Some(root.coin.mint));
    set(&mut world, &ecosystem, &new, Some(&root)).expect("a switch");
}

#[test]
fn a_root_of_a_foreign_creator_lives_on_the_treasury_alone() {
    let mut world = World::new();
    let ecosystem = world.ecosystem("eco", |_| ());
    let stranger = world.rich().pubkey();
    let foreign = ecosystem.dat(world.coin(Kind::Token2022, |_| stranger));
    world.send(&[ecosystem.admit(&foreign, Role::Root, None)], &[&ecosystem.admin]).expect("admitted");
    let own = world.dat(&ecosystem, Kind::Spl, Role::Secondary);
    world.give(&ecosystem.treasury, 5_000_000);
    assert_eq!(world.cycle(&ecosystem, &foreign).treasury_in, 5_000_000);

    // Once it is a secondary it has no fees of its own to share, so it is refused.
    set(&mut world, &ecosystem, &own, Some(&foreign)).expect("a switch");
    world.pass(60);
    world.give(&foreign.authority, 50_000_000);
    world.by(&ecosystem.operator, ecosystem.cycle(&foreign, 1)).refused(DatError::CreatorMismatch);
}
