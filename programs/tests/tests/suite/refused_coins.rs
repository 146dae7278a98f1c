//! Which coins an ecosystem takes: a secondary's fees must be its own, a root lives on the treasury.

use dat_tests::*;

use crate::provocations::graduate;

fn admit(role: Role, change: impl FnOnce(&mut World, &Dat)) -> Result<Done, Failure> {
    let mut world = World::new();
    let ecosystem = world.ecosystem("eco", |_| ());
    let dat = world.candidate(&ecosystem, Kind::Spl);
    change(&mut world, &dat);
    world.by(&ecosystem.admin, ecosystem.admit(&dat, role, None))
}

fn foreign(world: &mut World, dat: &Dat) {
    world.edit_curve(&dat.coin, CurveField::Creator, &[7; 32]);
}

fn cashback(world: &mut World, dat: &Dat) {
    world.edit_curve(&dat.coin, CurveField::Cashback, &[1]);
}

fn quoted_in_tokens(world: &mut World, dat: &Dat) {
    world.edit_curve(&dat.coin, CurveField::QuoteMint, WSOL.as_ref());
}

#[test]
fn a_secondary_needs_fees_of_its_own() {
    admit(Role::Secondary, foreign).refused(DatError::CreatorMismatch);
    admit(Role::Secondary, cashback).refused(DatError::CashbackCoin);
}

#[test]
fn a_root_may_be_any_coin_quoted_in_sol() {
    admit(Role::Root, foreign).expect("a root of a foreign creator");
    admit(Role::Root, cashback).expect("a root with cashback");
    for role in [Role::Root, Role::Secondary] {
        admit(role, quoted_in_tokens).refused(DatError::UnsupportedQuoteMint);
        admit(role, |world, dat| world.edit(&dat.coin.curve, |a| a.owner = SYSTEM))
            .refused(DatError::InvalidBondingCurve);
    }
}

#[test]
fn a_coin_that_has_graduated_is_admitted() {
    for role in [Role::Root, Role::Secondary] {
        admit(role, graduate).expect("a graduated coin");
    }
}

#[test]
fn a_secondary_of_the_shared_authority_or_of_its_own_sharing_config_is_admitted() {
    let mut world = World::new();
    let [ecosystem, other] = ["one", "two"].map(|name| world.ecosystem(name, |_| ()));
    let shared = world.coin(Kind::Spl, |_| ecosystem.shared_authority);
    let sharing = world.coin(Kind::Token2022, dat::pump::sharing_config_of);
    for coin in [shared, sharing] {
        let admit = ecosystem.admit(&ecosystem.dat(coin), Role::Secondary, None);
        world.by(&ecosystem.admin, admit).unwrap_or_else(|failure| panic!("{failure:#?}"));
    }
    // Neither another ecosystem's shared authority nor the sharing config of another coin.
    let theirs = world.coin(Kind::Spl, |_| other.shared_authority);
    let of_another = world.coin(Kind::Spl, |_| dat::pump::sharing_config_of(&shared.mint));
    for coin in [theirs, of_another] {
        let admit = ecosystem.admit(&ecosystem.dat(coin), Role::Secondary, None);
        world.by(&ecosystem.admin, admit).refused(DatError::CreatorMismatch);
    }
}
