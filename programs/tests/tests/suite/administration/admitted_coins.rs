//! Which coins an ecosystem admits. A secondary needs its own fees; a root may live on the treasury.

use dat_tests::*;

fn admit(role: Role, change: impl FnOnce(&mut Chain, &Dat)) -> Result<Success, Failure> {
    let mut chain = Chain::new();
    let ecosystem = chain.ecosystem("eco", |_| ());
    let dat = chain.candidate(&ecosystem, Kind::Spl);
    change(&mut chain, &dat);
    chain.by(&ecosystem.admin, ecosystem.admit(&dat, role, None))
}

fn foreign(chain: &mut Chain, dat: &Dat) {
    chain.edit_curve(&dat.coin, CurveField::Creator, &[7; 32]);
}

fn cashback(chain: &mut Chain, dat: &Dat) {
    chain.edit_curve(&dat.coin, CurveField::Cashback, &[1]);
}

fn quoted_in_tokens(chain: &mut Chain, dat: &Dat) {
    chain.edit_curve(&dat.coin, CurveField::QuoteMint, WSOL.as_ref());
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
        admit(role, |chain, dat| chain.edit(&dat.coin.curve, |a| a.owner = SYSTEM))
            .refused(DatError::InvalidBondingCurve);
    }
}

#[test]
fn a_graduated_coin_is_admitted() {
    for role in [Role::Root, Role::Secondary] {
        admit(role, |chain, dat| chain.complete_curve(&dat.coin)).expect("a graduated coin");
    }
}

#[test]
fn a_secondary_of_the_shared_authority_or_of_its_own_sharing_config_is_admitted() {
    let mut chain = Chain::new();
    let [ecosystem, other] = ["one", "two"].map(|name| chain.ecosystem(name, |_| ()));
    let shared = chain.coin(Kind::Spl, |_| ecosystem.shared_authority);
    let sharing = chain.coin(Kind::Token2022, dat::pump::sharing_config_of);
    for coin in [shared, sharing] {
        let admit = ecosystem.admit(&ecosystem.dat(coin), Role::Secondary, None);
        chain.by(&ecosystem.admin, admit).unwrap_or_else(|failure| panic!("{failure:#?}"));
    }
    // Another ecosystem's shared authority and another coin's sharing config are not accepted.
    let theirs = chain.coin(Kind::Spl, |_| other.shared_authority);
    let of_another = chain.coin(Kind::Spl, |_| dat::pump::sharing_config_of(&shared.mint));
    for coin in [theirs, of_another] {
        let admit = ecosystem.admit(&ecosystem.dat(coin), Role::Secondary, None);
        chain.by(&ecosystem.admin, admit).refused(DatError::CreatorMismatch);
    }
}
