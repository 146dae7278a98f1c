//! Kinds of coins: a secondary whose fees cannot come is refused by name; as a root that lives on the
//! treasury, any coin quoted in SOL works.

use dat_tests::coin::KINDS;
use dat_tests::swap::create_wsol;
use dat_tests::*;

use crate::forms::{CURVE_FORMS, POOL_FORMS};

/// A token of this coin in an ecosystem whose treasury has ten SOL.
fn member(
    world: &mut World,
    coin: impl FnOnce(&mut World, &Ecosystem) -> Coin,
    role: Role,
) -> (Ecosystem, Dat) {
    let ecosystem = world.ecosystem("eco", |_| ());
    let dat = ecosystem.dat(coin(world, &ecosystem));
    world.admit(&ecosystem, &dat, role, None);
    world.give(&dat.treasury, 10 * SOL);
    (ecosystem, dat)
}

fn own_coin(world: &mut World, ecosystem: &Ecosystem) -> Coin {
    world.coin(Kind::Token2022, |mint| ecosystem.authority(mint))
}

#[test]
fn a_secondary_that_loses_its_fees_is_refused() {
    type Change = fn(&mut World, &Dat);
    let of_another = |world: &mut World, dat: &Dat| {
        world.edit_curve(&dat.coin, CurveField::Creator, sharing_config(&WSOL).as_ref());
    };
    let changes: [(Change, DatError); 5] = [
        (of_another, DatError::CreatorMismatch),
        (|world, dat| world.edit_curve(&dat.coin, CurveField::Creator, &[7; 32]), DatError::CreatorMismatch),
        (|world, dat| world.edit_curve(&dat.coin, CurveField::Creator, &[0; 32]), DatError::CreatorMismatch),
        (|world, dat| world.edit_curve(&dat.coin, CurveField::Cashback, &[1]), DatError::CashbackCoin),
        (
            |world, dat| world.edit_curve(&dat.coin, CurveField::QuoteMint, WSOL.as_ref()),
            DatError::UnsupportedQuoteMint,
        ),
    ];
    for (change, error) in changes {
        let mut world = World::new();
        let (ecosystem, dat) = member(&mut world, own_coin, Role::Secondary);
        world.give(&dat.authority, SOL);
        change(&mut world, &dat);
        for form in CURVE_FORMS {
            world.attempt(&ecosystem.cycle_by(form, &dat, 0, 1)).refused(error);
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
        let mut world = World::new();
        let (ecosystem, dat) = member(&mut world, own_coin, Role::Secondary);
        world.graduate(&dat.coin);
        world.prepare_for_pool(&dat);
        world.give(&dat.authority, SOL);
        world.edit_pool(&dat.coin, field, bytes);
        for form in POOL_FORMS {
            world.attempt(&ecosystem.cycle_by(form, &dat, 0, 1)).refused(error);
        }
    }
}

#[test]
fn a_root_quoted_in_another_token_is_refused() {
    let mut world = World::new();
    let (ecosystem, dat) = member(&mut world, own_coin, Role::Root);
    world.edit_curve(&dat.coin, CurveField::QuoteMint, &[7; 32]);
    world.attempt(&ecosystem.cycle(&dat, 0)).refused(DatError::UnsupportedQuoteMint);
}

#[test]
fn a_root_of_a_foreign_creator_lives_on_the_treasury() {
    for kind in KINDS {
        let mut world = World::new();
        let foreign = |world: &mut World, _: &Ecosystem| world.foreign_coin(kind).0;
        let (ecosystem, dat) = member(&mut world, foreign, Role::Root);
        world.somebody_buys(&dat.coin, 10 * SOL);
        for form in CURVE_FORMS {
            let event = world.cycle_by(form, &ecosystem, &dat);
            assert_eq!(event.inflow, 0, "the creator's fees are not ours");
            assert!(event.spent > 0);
            world.pass(60);
        }
        world.graduate(&dat.coin);
        world.prepare_for_pool(&dat);
        for form in POOL_FORMS {
            assert!(world.cycle_by(form, &ecosystem, &dat).spent > 0);
            world.pass(60);
        }
    }
}

#[test]
fn a_root_without_a_creator_works() {
    let mut world = World::new();
    let (ecosystem, mut dat) = member(&mut world, |world, _| world.foreign_coin(Kind::Spl).0, Role::Root);
    world.edit_curve(&dat.coin, CurveField::Creator, &[0; 32]);
    assert_eq!(world.cycle_at(&ecosystem, &dat, Rates::of_curve(95, 0)).inflow, 0);
    world.graduate(&dat.coin);
    dat.coin = dat.coin.with_creator(Pubkey::default());
    assert_eq!(world.pool(&dat.coin).creator, dat.coin.creator);
    world.prepare_for_pool(&dat);
    for form in POOL_FORMS {
        world.pass(60);
        assert!(world.cycle_by(form, &ecosystem, &dat).spent > 0);
    }
}

#[test]
fn a_cashback_root_gets_its_fee_back() {
    for form in [BuyForm::CurveLegacy, BuyForm::CurveV2] {
        let mut world = World::new();
        let (ecosystem, mut dat) = member(&mut world, own_coin, Role::Root);
        dat.coin = world.with_cashback(dat.coin);
        let volume = user_volume_accumulator(&dat.authority);
        let rent = world.lamports(&volume);
        let first = world.cycle_by(form, &ecosystem, &dat);
        let cashback = world.lamports(&volume) - rent;
        assert_eq!(cashback, first.spent * 30 / 10_125 + 1);

        let rich = world.rich();
        world.send(&[dat.coin.claim_cashback(&dat.authority)], &[&rich]).expect("claim_cashback");
        world.pass(60);
        assert_eq!(world.cycle_by(form, &ecosystem, &dat).inflow, cashback);
        // The newest form takes no such coins.
        world.pass(60);
        let refused = world.try_cycle_by(BuyForm::CurveV3, &ecosystem, &dat).refusal();
        refused.assert_is(&PUMP, 6_094, "CashbackCoinNotSupported");
    }
}

#[test]
fn a_graduated_cashback_root_gets_its_fee_back_wrapped() {
    let mut world = World::new();
    let (ecosystem, mut dat) = member(&mut world, own_coin, Role::Root);
    world.graduate(&dat.coin);
    world.prepare_for_pool(&dat);
    dat.coin = world.with_cashback(dat.coin);
    let rich = world.rich();
    let account = wsol(&amm_volume_accumulator(&dat.authority));
    let create = create_wsol(&rich.pubkey(), &amm_volume_accumulator(&dat.authority));
    world.send(&[create], &[&rich]).expect("an account for the cashback");
    let first = world.cycle(&ecosystem, &dat);
    let cashback = world.tokens(&account);
    assert_eq!(cashback, first.spent * 95 / 10_120 + 1);

    world.send(&[dat.coin.claim_pool_cashback(&dat.authority)], &[&rich]).expect("claim_cashback");
    assert_eq!(world.tokens(&wsol(&dat.authority)), cashback);
    world.pass(60);
    let unwrap = ecosystem.unwrap(&dat, wsol(&dat.authority));
    world.send(&[unwrap], &[&rich]).expect("unwrap");
    assert_eq!(world.cycle(&ecosystem, &dat).inflow, cashback);
    world.pass(60);
    assert!(world.try_cycle_by(BuyForm::PoolV2, &ecosystem, &dat).is_err());
}

#[test]
fn a_mayhem_coin_works() {
    for role in [Role::Root, Role::Secondary] {
        let mut world = World::new();
        let (ecosystem, mut dat) = member(&mut world, own_coin, role);
        dat.coin = world.with_mayhem(dat.coin);
        let recipients = [BUYBACK_RECIPIENT, wsol(&BUYBACK_RECIPIENT)];
        for form in CURVE_FORMS {
            world.somebody_buys(&dat.coin, 2 * SOL);
            let before = recipients.map(|key| world.lamports(&key));
            world.cycle_by(form, &ecosystem, &dat);
            assert_eq!(recipients.map(|key| world.lamports(&key)), before, "nothing of it is bought back");
            world.pass(60);
        }
    }
}

#[test]
fn a_graduated_mayhem_coin_works() {
    let mut world = World::new();
    let (ecosystem, mut dat) = member(&mut world, own_coin, Role::Secondary);
    world.graduate(&dat.coin);
    dat.coin = world.with_mayhem(dat.coin);
    world.prepare_for_pool(&dat);
    for form in POOL_FORMS {
        world.somebody_swaps(&dat.coin, 10 * SOL);
        let before = world.lamports(&wsol(&BUYBACK_RECIPIENT));
        world.cycle_by(form, &ecosystem, &dat);
        assert_eq!(world.lamports(&wsol(&BUYBACK_RECIPIENT)), before);
        world.pass(60);
    }
}

#[test]
fn a_holder_reward_coin_of_our_own_works() {
    // Its fees are meant for its holders, and go where its creator's would.
    let mut world = World::new();
    let (ecosystem, dat) = member(&mut world, own_coin, Role::Secondary);
    world.edit_curve(&dat.coin, CurveField::HolderReward, &[1]);
    world.somebody_buys(&dat.coin, 10 * SOL);
    assert_eq!(world.cycle(&ecosystem, &dat).inflow, 29_629_630);
    world.graduate(&dat.coin);
    world.prepare_for_pool(&dat);
    world.edit_pool(&dat.coin, PoolField::HolderReward, &[1]);
    world.somebody_swaps(&dat.coin, 10 * SOL);
    world.pass(60);
    world.cycle(&ecosystem, &dat);
}
