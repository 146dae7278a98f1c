//! What a division leaves over, and wrapped SOL that somebody gives to the authority: all of it ends in a
//! burn.

use dat_tests::compare::assert_totals;
use dat_tests::swap::create_wsol;
use dat_tests::*;

use crate::forms::{CURVE_FORMS, POOL_FORMS};

/// A root whose cycles spend exactly so much.
fn spending(lamports: u64, graduated: bool) -> (World, Ecosystem, Dat) {
    let mut world = World::new();
    let ecosystem = world.ecosystem("eco", |p| p.max_fees_per_cycle_lamports = lamports);
    let dat = world.dat(&ecosystem, Kind::Token2022, Role::Root);
    world.give(&dat.authority, SOL);
    if graduated {
        world.graduate(&dat.coin);
        world.prepare_for_pool(&dat);
        assert_eq!(world.rates(&dat.coin), Rates::new(20, 5, 95));
    }
    (world, ecosystem, dat)
}

#[test]
fn a_lamport_that_a_curve_leaves_is_carried() {
    // Spends that are 1 more than a multiple of 2025 leave one at 0.95 % and 0.3 %.
    for spend in [2_026, 405_001, 4_050_001] {
        for form in CURVE_FORMS {
            let (mut world, ecosystem, dat) = spending(spend, false);
            let cycles = [0; 3].map(|_| {
                world.pass(60);
                world.cycle_by(form, &ecosystem, &dat)
            });
            assert_eq!(cycles.each_ref().map(|cycle| cycle.spent), [spend - 1; 3], "{form:?}");
            assert_totals(&world, &dat, &cycles);
        }
    }
}

#[test]
fn a_lamport_that_a_pool_leaves_is_spent_first() {
    // Spends that are 1 more than a multiple of 2024 leave one at 0.2 %, 0.05 % and 0.95 %.
    for spend in [2_025, 404_801, 20_240_001] {
        for form in POOL_FORMS {
            let (mut world, ecosystem, dat) = spending(spend, true);
            let cycles = [0; 3].map(|_| {
                world.pass(60);
                let event = world.cycle_by(form, &ecosystem, &dat);
                assert_eq!(world.tokens(&wsol(&dat.authority)), 1, "{form:?}");
                event
            });
            assert_eq!(cycles.each_ref().map(|cycle| cycle.spent), [spend, spend - 1, spend - 1]);
            assert_totals(&world, &dat, &cycles);
        }
    }
}

#[test]
fn wrapped_sol_that_was_given_is_spent_first() {
    let spend = 10_000_000;
    for form in POOL_FORMS {
        for gift in [1, spend - 1, spend, spend + 1, 3 * spend + 7] {
            let (mut world, ecosystem, dat) = spending(spend, true);
            world.give_wsol(&wsol(&dat.authority), gift);
            let mut left = gift;
            for _ in 0..5 {
                world.pass(60);
                // The cap is on what is bought for; the lamports come from the gift as long as it lasts.
                assert_eq!(world.cycle_by(form, &ecosystem, &dat).spent, spend - left.min(spend));
                left = left.saturating_sub(spend);
                assert_eq!(world.tokens(&wsol(&dat.authority)), left);
            }
        }
    }
}

#[test]
fn lamports_that_were_given_to_the_wrapped_account_are_spent() {
    // Without telling the token program of them.
    for form in POOL_FORMS {
        let (mut world, ecosystem, dat) = spending(10_000_000, true);
        world.give(&wsol(&dat.authority), 4_000_000);
        assert_eq!(world.cycle_by(form, &ecosystem, &dat).spent, 10_000_000);
        world.pass(60);
        assert_eq!(world.cycle_by(form, &ecosystem, &dat).spent, 6_000_000);
    }
}

#[test]
fn wrapped_sol_does_not_disturb_a_coin_on_its_curve() {
    let (mut world, ecosystem, dat) = spending(10_000_000, false);
    let rich = world.rich();
    world.send(&[create_wsol(&rich.pubkey(), &dat.authority)], &[&rich]).expect("an account");
    world.give_wsol(&wsol(&dat.authority), 4_000_000);
    for form in CURVE_FORMS {
        assert_eq!(world.cycle_by(form, &ecosystem, &dat).spent, 10_000_000);
        world.pass(60);
    }
    // It is spent once the coin has graduated.
    world.graduate(&dat.coin);
    world.prepare_for_pool(&dat);
    assert_eq!(world.cycle(&ecosystem, &dat).spent, 6_000_000);
}

#[test]
fn a_gift_alone_makes_no_cycle() {
    let (mut world, ecosystem, dat) = spending(10_000_000, true);
    world.give_wsol(&wsol(&dat.authority), SOL);
    let (rich, rent) = (world.rich(), world.rent(0));
    world.send(&world.gather(&dat, &rich.pubkey()), &[&rich]).expect("all fees");
    world.edit(&dat.authority, |account| account.lamports = rent);
    world.try_cycle_by(BuyForm::PoolV2, &ecosystem, &dat).refused(DatError::InsufficientFees);
    // It waits for lamports that may stand for it.
    world.give(&dat.authority, 2_000_000);
    assert_eq!(world.cycle(&ecosystem, &dat).spent, 0);
    assert_eq!(world.tokens(&wsol(&dat.authority)), SOL - 2_000_000);
}
