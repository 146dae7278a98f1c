//! `propose_root_token` and `set_root_token`: the root changes, and the treasury follows.

use dat::events::RootTokenSet;
use dat_tests::*;

/// Proposes the root and sets it an hour later.
fn set(
    chain: &mut Chain,
    ecosystem: &Ecosystem,
    root: &Dat,
    previous: Option<&Dat>,
) -> Result<Success, Failure> {
    // Both instructions refuse for the same reason.
    drop(chain.by(&ecosystem.admin, ecosystem.propose_root_token(root)));
    chain.advance_seconds(3_600);
    chain.by(&ecosystem.admin, ecosystem.set_root_token(root, previous))
}

fn roles(chain: &Chain, dats: [&Dat; 2]) -> [Role; 2] {
    dats.map(|dat| chain.stats(dat).role)
}

#[test]
fn the_treasury_follows_the_root() {
    let mut chain = Chain::new();
    let ecosystem = chain.ecosystem("eco", |p| p.max_fees_per_cycle_lamports = 10_000_000);
    let old = chain.dat(&ecosystem, Kind::Spl, Role::Root);
    let new = chain.dat_with(&ecosystem, Kind::Token2022, Role::Secondary, Some(1_000));
    chain.airdrop(&old.authority, 30_000_000);
    chain.airdrop(&new.authority, 100_000_000);
    assert_eq!(chain.cycle(&ecosystem, &old).carried_out, 20_000_000);
    assert_eq!(chain.cycle(&ecosystem, &new).to_root, 10_000_000);

    let event = set(&mut chain, &ecosystem, &new, Some(&old)).expect("a switch").event::<RootTokenSet>();
    assert_eq!((event.state, event.root_mint), (ecosystem.state, new.coin.mint));
    assert_eq!(event.previous, Some(old.coin.mint));
    assert_eq!(chain.state(&new).root_mint, Some(new.coin.mint));
    assert_eq!(roles(&chain, [&old, &new]), [Role::Secondary, Role::Root]);
    // A root has no share. It keeps its earlier share for the time when it is a secondary again.
    let own = RootShare::fixed(1_000).expect("a share");
    assert_eq!([&old, &new].map(|dat| chain.stats(dat).root_share), [None, Some(own)]);

    // The old root shares new inflow at the ecosystem's share. Its carried lamports are its own.
    chain.advance_seconds(60);
    let fee = chain.curve(&old.coin).creator_fee;
    chain.airdrop(&old.authority, 50_000_000 - fee);
    let event = chain.cycle(&ecosystem, &old);
    assert_eq!((event.carried_in, event.inflow, event.treasury_in), (20_000_000, 50_000_000, 0));
    assert_eq!(event.to_root, 22_400_000);
    // The new root takes the whole treasury, including lamports that it sent itself.
    let event = chain.cycle(&ecosystem, &new);
    assert_eq!((event.treasury_in, event.to_root), (32_400_000, 0));
    for dat in [old, new] {
        chain.assert_accounted(&dat);
    }

    // The change can be reversed.
    set(&mut chain, &ecosystem, &old, Some(&new)).expect("a switch");
    assert_eq!(roles(&chain, [&old, &new]), [Role::Root, Role::Secondary]);
    chain.airdrop(&new.authority, 10_000_000);
    let event = chain.cycle(&ecosystem, &new);
    assert_eq!(event.to_root, event.inflow / 10);
}

#[test]
fn the_first_root_can_be_named_later() {
    let mut chain = Chain::new();
    let ecosystem = chain.ecosystem("eco", |_| ());
    let [first, second] = [(); 2].map(|()| chain.dat(&ecosystem, Kind::Spl, Role::Secondary));
    chain.airdrop(&second.authority, 50_000_000);
    chain.cycle(&ecosystem, &second);
    set(&mut chain, &ecosystem, &first, Some(&second)).refused(DatError::InvalidRootToken);
    let event = set(&mut chain, &ecosystem, &first, None).expect("a first root").event::<RootTokenSet>();
    assert_eq!((event.root_mint, event.previous), (first.coin.mint, None));
    assert_eq!(chain.cycle(&ecosystem, &first).treasury_in, 22_400_000);
    let another = chain.candidate(&ecosystem, Kind::Spl);
    let admit = ecosystem.admit(&another, Role::Root, None);
    chain.by(&ecosystem.admin, admit).refused(DatError::RootTokenAlreadySet);
}

#[test]
fn the_present_root_must_be_passed_with_the_new_one() {
    let mut chain = Chain::new();
    let [ecosystem, other] = ["one", "two"].map(|name| chain.ecosystem(name, |_| ()));
    let root = chain.dat(&ecosystem, Kind::Spl, Role::Root);
    let [new, third] = [(); 2].map(|()| chain.dat(&ecosystem, Kind::Token2022, Role::Secondary));
    let [theirs, their_root] = [Role::Secondary, Role::Root].map(|role| chain.dat(&other, Kind::Spl, role));
    set(&mut chain, &ecosystem, &new, None).refused(DatError::InvalidRootToken);
    set(&mut chain, &ecosystem, &new, Some(&third)).refused(DatError::InvalidRootToken);
    set(&mut chain, &ecosystem, &new, Some(&their_root)).refused(DatError::MintMismatch);
    set(&mut chain, &ecosystem, &theirs, Some(&root)).refused(DatError::MintMismatch);
    // The root cannot replace itself.
    set(&mut chain, &ecosystem, &root, None).refused(DatError::InvalidRootToken);
    set(&mut chain, &ecosystem, &root, Some(&third)).refused(DatError::InvalidRootToken);
    let twice = set(&mut chain, &ecosystem, &root, Some(&root)).refusal();
    assert_eq!(twice.reason(), "ConstraintDuplicateMutableAccount");
    assert_eq!(chain.state(&root).root_mint, Some(root.coin.mint));
    set(&mut chain, &ecosystem, &new, Some(&root)).expect("a switch");
}

#[test]
fn a_root_of_a_foreign_creator_lives_on_the_treasury_alone() {
    let mut chain = Chain::new();
    let ecosystem = chain.ecosystem("eco", |_| ());
    let stranger = chain.payer().pubkey();
    let foreign = ecosystem.dat(chain.coin(Kind::Token2022, |_| stranger));
    chain.send(&[ecosystem.admit(&foreign, Role::Root, None)], &[&ecosystem.admin]).expect("admitted");
    let own = chain.dat(&ecosystem, Kind::Spl, Role::Secondary);
    chain.airdrop(&ecosystem.treasury, 5_000_000);
    assert_eq!(chain.cycle(&ecosystem, &foreign).treasury_in, 5_000_000);

    // As a secondary the coin has no own fees, so its cycle is refused.
    set(&mut chain, &ecosystem, &own, Some(&foreign)).expect("a switch");
    chain.advance_seconds(60);
    chain.airdrop(&foreign.authority, 50_000_000);
    chain.by(&ecosystem.operator, ecosystem.cycle(&foreign, 1)).refused(DatError::CreatorMismatch);
}

#[test]
fn an_expired_proposal_must_be_made_again() {
    let mut chain = Chain::new();
    let ecosystem = chain.ecosystem("eco", |_| ());
    let root = chain.dat(&ecosystem, Kind::Spl, Role::Root);
    let next = chain.dat(&ecosystem, Kind::Token2022, Role::Secondary);
    let set = ecosystem.set_root_token(&next, Some(&root));
    chain.by(&ecosystem.admin, ecosystem.propose_root_token(&next)).expect("propose_root_token");
    chain.advance_seconds(3_600 + 24 * 3_600);
    assert!(chain.simulate(&set).is_ok());
    chain.advance_seconds(1);
    chain.by(&ecosystem.admin, set).refused(DatError::RootTokenNotProposed);
}
