//! Anybody may send lamports and tokens anywhere: all of it ends in a burn.

use dat_tests::*;

/// A token that has 29,629,630 lamports of fees.
fn earning(world: &mut World, kind: Kind, role: Role) -> (Ecosystem, Dat) {
    let ecosystem = world.ecosystem("eco", |_| ());
    let dat = world.dat(&ecosystem, kind, role);
    world.somebody_buys(&dat.coin, 10 * SOL);
    (ecosystem, dat)
}

#[test]
fn lamports_for_the_authority_are_inflow() {
    let mut world = World::new();
    let (ecosystem, dat) = earning(&mut world, Kind::Spl, Role::Secondary);
    world.give(&dat.authority, 5_000_000);
    assert_eq!(world.cycle(&ecosystem, &dat).inflow, 34_629_630);
}

#[test]
fn lamports_for_the_vault_are_inflow() {
    let mut world = World::new();
    let (ecosystem, dat) = earning(&mut world, Kind::Token2022, Role::Secondary);
    world.give(&dat.coin.vault, 5_000_000);
    assert_eq!(world.cycle(&ecosystem, &dat).inflow, 34_629_630);
}

#[test]
fn lamports_for_the_treasury_are_the_roots() {
    let mut world = World::new();
    let (ecosystem, dat) = earning(&mut world, Kind::Spl, Role::Root);
    world.give(&ecosystem.treasury, 1);
    let event = world.cycle(&ecosystem, &dat);
    assert_eq!((event.inflow, event.treasury_in), (29_629_630, 1));
}

#[test]
fn a_secondary_leaves_the_treasury_alone() {
    let mut world = World::new();
    let (ecosystem, dat) = earning(&mut world, Kind::Spl, Role::Secondary);
    world.give(&ecosystem.treasury, 7 * SOL);
    assert_eq!(world.cycle(&ecosystem, &dat).treasury_in, 0);
}

#[test]
fn lamports_for_the_curve_stay_there() {
    let mut world = World::new();
    let (ecosystem, dat) = earning(&mut world, Kind::Spl, Role::Secondary);
    world.give(&dat.coin.curve, SOL);
    assert_eq!(world.cycle(&ecosystem, &dat).inflow, 29_629_630);
}

#[test]
fn tokens_for_the_authority_are_burned() {
    for kind in dat_tests::coin::KINDS {
        let mut world = World::new();
        let (ecosystem, dat) = earning(&mut world, kind, Role::Secondary);
        let (trader, tokens) = world.somebody_buys(&dat.coin, SOL);
        let user = trader.pubkey();
        let accounts = vec![
            dat_tests::coin::writable(dat.coin.ata(&user)),
            dat_tests::coin::readonly(dat.coin.mint),
            dat_tests::coin::writable(dat.token_account),
            dat_tests::coin::signer(user),
        ];
        let data = [&[12][..], &tokens.to_le_bytes(), &[6]].concat(); // TransferChecked, 6 decimals
        let donate = Instruction { program_id: dat.coin.token_program, accounts, data };
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
