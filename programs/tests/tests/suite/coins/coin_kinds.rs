//! Kinds of coins. A secondary whose fees cannot arrive is refused with a named error. Every coin quoted in
//! SOL works as a root.

use dat_tests::*;

use crate::cycle::buy_forms::{CURVE_FORMS, POOL_FORMS};

/// A token with this coin, in an ecosystem whose treasury has 10 SOL.
fn member(
    chain: &mut Chain,
    coin: impl FnOnce(&mut Chain, &Ecosystem) -> Coin,
    role: Role,
) -> (Ecosystem, Dat) {
    let ecosystem = chain.ecosystem("eco", |_| ());
    let dat = ecosystem.dat(coin(chain, &ecosystem));
    chain.admit(&ecosystem, &dat, role, None);
    chain.airdrop(&dat.treasury, 10 * SOL);
    (ecosystem, dat)
}

fn own_coin(chain: &mut Chain, ecosystem: &Ecosystem) -> Coin {
    chain.coin(Kind::Token2022, |mint| ecosystem.authority(mint))
}

#[test]
fn a_secondary_that_loses_its_fees_is_refused() {
    type Change = fn(&mut Chain, &Dat);
    let of_another = |chain: &mut Chain, dat: &Dat| {
        chain.edit_curve(&dat.coin, CurveField::Creator, sharing_config(&WSOL).as_ref());
    };
    let changes: [(Change, DatError); 5] = [
        (of_another, DatError::CreatorMismatch),
        (|chain, dat| chain.edit_curve(&dat.coin, CurveField::Creator, &[7; 32]), DatError::CreatorMismatch),
        (|chain, dat| chain.edit_curve(&dat.coin, CurveField::Creator, &[0; 32]), DatError::CreatorMismatch),
        (|chain, dat| chain.edit_curve(&dat.coin, CurveField::Cashback, &[1]), DatError::CashbackCoin),
        (
            |chain, dat| chain.edit_curve(&dat.coin, CurveField::QuoteMint, WSOL.as_ref()),
            DatError::UnsupportedQuoteMint,
        ),
    ];
    for (change, error) in changes {
        let mut chain = Chain::new();
        let (ecosystem, dat) = member(&mut chain, own_coin, Role::Secondary);
        chain.airdrop(&dat.authority, SOL);
        change(&mut chain, &dat);
        for form in CURVE_FORMS {
            chain.simulate(&ecosystem.cycle_by(form, &dat, 0, 1)).refused(error);
        }
    }
}

#[test]
fn a_graduated_secondary_that_loses_its_fees_is_refused() {
    let creator: &[u8] = &[7; 32];
    let changes = [
        (PoolField::Creator, creator, DatError::CreatorMismatch),
        (PoolField::Creator, &[0; 32], DatError::CreatorMismatch),
        (PoolField::Cashback, &[1], DatError::CashbackCoin),
        (PoolField::QuoteMint, creator, DatError::UnsupportedQuoteMint),
    ];
    for (field, bytes, error) in changes {
        let mut chain = Chain::new();
        let (ecosystem, dat) = member(&mut chain, own_coin, Role::Secondary);
        chain.graduate(&dat.coin);
        chain.prepare_for_pool(&dat);
        chain.airdrop(&dat.authority, SOL);
        chain.edit_pool(&dat.coin, field, bytes);
        for form in POOL_FORMS {
            chain.simulate(&ecosystem.cycle_by(form, &dat, 0, 1)).refused(error);
        }
    }
}

#[test]
fn a_root_quoted_in_another_token_is_refused() {
    let mut chain = Chain::new();
    let (ecosystem, dat) = member(&mut chain, own_coin, Role::Root);
    chain.edit_curve(&dat.coin, CurveField::QuoteMint, &[7; 32]);
    chain.simulate(&ecosystem.cycle(&dat, 0)).refused(DatError::UnsupportedQuoteMint);
}

#[test]
fn a_root_of_a_foreign_creator_lives_on_the_treasury() {
    for kind in KINDS {
        let mut chain = Chain::new();
        let foreign = |chain: &mut Chain, _: &Ecosystem| chain.foreign_coin(kind).0;
        let (ecosystem, dat) = member(&mut chain, foreign, Role::Root);
        chain.somebody_buys(&dat.coin, 10 * SOL);
        for form in CURVE_FORMS {
            let event = chain.cycle_by(form, &ecosystem, &dat);
            assert_eq!(event.inflow, 0, "the creator's fees are not ours");
            assert!(event.spent > 0);
            chain.advance_seconds(60);
        }
        chain.graduate(&dat.coin);
        chain.prepare_for_pool(&dat);
        for form in POOL_FORMS {
            assert!(chain.cycle_by(form, &ecosystem, &dat).spent > 0);
            chain.advance_seconds(60);
        }
    }
}

#[test]
fn a_root_without_a_creator_works() {
    let mut chain = Chain::new();
    let (ecosystem, mut dat) = member(&mut chain, |chain, _| chain.foreign_coin(Kind::Spl).0, Role::Root);
    chain.edit_curve(&dat.coin, CurveField::Creator, &[0; 32]);
    assert_eq!(chain.cycle_at(&ecosystem, &dat, Rates::of_curve(95, 0)).inflow, 0);
    chain.graduate(&dat.coin);
    dat.coin = dat.coin.with_creator(Pubkey::default());
    assert_eq!(chain.pool(&dat.coin).creator, dat.coin.creator);
    chain.prepare_for_pool(&dat);
    for form in POOL_FORMS {
        chain.advance_seconds(60);
        assert!(chain.cycle_by(form, &ecosystem, &dat).spent > 0);
    }
}

#[test]
fn a_cashback_root_gets_its_fee_back() {
    for form in [BuyForm::CurveLegacy, BuyForm::CurveV2] {
        let mut chain = Chain::new();
        let (ecosystem, mut dat) = member(&mut chain, own_coin, Role::Root);
        dat.coin = chain.with_cashback(dat.coin);
        let volume = user_volume_accumulator(&dat.authority);
        let rent = chain.lamports(&volume);
        let first = chain.cycle_by(form, &ecosystem, &dat);
        let cashback = chain.lamports(&volume) - rent;
        assert_eq!(cashback, first.spent * 30 / 10_125 + 1);

        let payer = chain.payer();
        chain.send(&[dat.coin.claim_cashback(&dat.authority)], &[&payer]).expect("claim_cashback");
        chain.advance_seconds(60);
        assert_eq!(chain.cycle_by(form, &ecosystem, &dat).inflow, cashback);
        // The newest form refuses cashback coins.
        chain.advance_seconds(60);
        let refused = chain.try_cycle_by(BuyForm::CurveV3, &ecosystem, &dat).refusal();
        refused.assert_is(&PUMP, 6_094, "CashbackCoinNotSupported");
    }
}

#[test]
fn a_graduated_cashback_root_gets_its_fee_back_wrapped() {
    let mut chain = Chain::new();
    let (ecosystem, mut dat) = member(&mut chain, own_coin, Role::Root);
    chain.graduate(&dat.coin);
    chain.prepare_for_pool(&dat);
    dat.coin = chain.with_cashback(dat.coin);
    let payer = chain.payer();
    let account = wsol(&amm_volume_accumulator(&dat.authority));
    let create = create_wsol(&payer.pubkey(), &amm_volume_accumulator(&dat.authority));
    chain.send(&[create], &[&payer]).expect("an account for the cashback");
    let first = chain.cycle(&ecosystem, &dat);
    let cashback = chain.tokens(&account);
    assert_eq!(cashback, first.spent * 95 / 10_120 + 1);

    chain.send(&[dat.coin.claim_pool_cashback(&dat.authority)], &[&payer]).expect("claim_cashback");
    assert_eq!(chain.tokens(&wsol(&dat.authority)), cashback);
    chain.advance_seconds(60);
    let unwrap = ecosystem.unwrap(&dat, wsol(&dat.authority));
    chain.send(&[unwrap], &[&payer]).expect("unwrap");
    assert_eq!(chain.cycle(&ecosystem, &dat).inflow, cashback);
    chain.advance_seconds(60);
    assert!(chain.try_cycle_by(BuyForm::PoolV2, &ecosystem, &dat).is_err());
}

#[test]
fn a_mayhem_coin_works() {
    for role in [Role::Root, Role::Secondary] {
        let mut chain = Chain::new();
        let (ecosystem, mut dat) = member(&mut chain, own_coin, role);
        dat.coin = chain.with_mayhem(dat.coin);
        let recipients = [BUYBACK_RECIPIENT, wsol(&BUYBACK_RECIPIENT)];
        for form in CURVE_FORMS {
            chain.somebody_buys(&dat.coin, 2 * SOL);
            let before = recipients.map(|key| chain.lamports(&key));
            chain.cycle_by(form, &ecosystem, &dat);
            assert_eq!(recipients.map(|key| chain.lamports(&key)), before, "no buyback fee");
            chain.advance_seconds(60);
        }
    }
}

#[test]
fn a_graduated_mayhem_coin_works() {
    let mut chain = Chain::new();
    let (ecosystem, mut dat) = member(&mut chain, own_coin, Role::Secondary);
    chain.graduate(&dat.coin);
    dat.coin = chain.with_mayhem(dat.coin);
    chain.prepare_for_pool(&dat);
    for form in POOL_FORMS {
        chain.somebody_swaps(&dat.coin, 10 * SOL);
        let before = chain.lamports(&wsol(&BUYBACK_RECIPIENT));
        chain.cycle_by(form, &ecosystem, &dat);
        assert_eq!(chain.lamports(&wsol(&BUYBACK_RECIPIENT)), before);
        chain.advance_seconds(60);
    }
}

#[test]
fn a_holder_reward_coin_of_our_own_works() {
    // The fees of a holder-reward coin go to the place of creator fees.
    let mut chain = Chain::new();
    let (ecosystem, dat) = member(&mut chain, own_coin, Role::Secondary);
    chain.edit_curve(&dat.coin, CurveField::HolderReward, &[1]);
    chain.somebody_buys(&dat.coin, 10 * SOL);
    assert_eq!(chain.cycle(&ecosystem, &dat).inflow, 29_629_630);
    chain.graduate(&dat.coin);
    chain.prepare_for_pool(&dat);
    chain.edit_pool(&dat.coin, PoolField::HolderReward, &[1]);
    chain.somebody_swaps(&dat.coin, 10 * SOL);
    chain.advance_seconds(60);
    chain.cycle(&ecosystem, &dat);
}
