//! What a division leaves over, and wrapped SOL that somebody gives to the authority: no buy spends it, because it has not
//! been split; `unwrap` makes inflow of it, and all of it ends in a burn.

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

/// Brings in what is wrapped, as anybody may.
fn unwrap(world: &mut World, ecosystem: &Ecosystem, dat: &Dat) {
    let rich = world.rich();
    world.send(&[ecosystem.unwrap(dat, wsol(&dat.authority))], &[&rich]).expect("unwrap");
}

#[test]
fn a_lamport_that_a_pool_leaves_is_inflow_once_it_is_unwrapped() {
    // Spends that are 1 more than a multiple of 2024 leave one at 0.2 %, 0.05 % and 0.95 %.
    for spend in [2_025, 404_801, 20_240_001] {
        for form in POOL_FORMS {
            let (mut world, ecosystem, dat) = spending(spend, true);
            let mut cycles = vec![];
            for left in 1..=3 {
                world.pass(60);
                let event = world.cycle_by(form, &ecosystem, &dat);
                assert_eq!((world.tokens(&wsol(&dat.authority)), event.spent), (left, spend), "{form:?}");
                cycles.push(event);
            }
            unwrap(&mut world, &ecosystem, &dat);
            let fees =
                world.pool(&dat.coin).creator_fees + world.tokens(&wsol(&amm_creator_vault(&dat.authority)));
            world.pass(60);
            cycles.push(world.cycle_by(form, &ecosystem, &dat));
            assert_eq!(cycles[3].inflow, fees + 3, "{form:?}");
            assert_totals(&world, &dat, &cycles);
        }
    }
}

#[test]
fn wrapped_sol_that_was_given_is_never_spent_unsplit() {
    let spend = 10_000_000;
    for form in POOL_FORMS {
        for gift in [1, spend - 1, spend, 3 * spend + 7] {
            let (mut world, ecosystem, dat) = spending(spend, true);
            world.give_wsol(&wsol(&dat.authority), gift);
            for _ in 0..3 {
                world.pass(60);
                assert_eq!(world.cycle_by(form, &ecosystem, &dat).spent, spend);
                assert!(world.tokens(&wsol(&dat.authority)) >= gift);
            }
            let held = world.tokens(&wsol(&dat.authority));
            let before = world.lamports(&dat.authority);
            unwrap(&mut world, &ecosystem, &dat);
            assert_eq!(world.lamports(&dat.authority), before + held);
            assert_eq!(world.tokens(&wsol(&dat.authority)), 0);
            world.pass(60);
            assert!(world.cycle_by(form, &ecosystem, &dat).inflow >= held);
        }
    }
}

#[test]
fn lamports_that_were_given_to_the_wrapped_account_come_in() {
    // Without telling the token program of them.
    for form in POOL_FORMS {
        let (mut world, ecosystem, dat) = spending(10_000_000, true);
        world.give(&wsol(&dat.authority), 4_000_000);
        for _ in 0..2 {
            assert_eq!(world.cycle_by(form, &ecosystem, &dat).spent, 10_000_000);
            world.pass(60);
        }
        world.give(&wsol(&dat.authority), 5_000_000);
        let before = world.lamports(&dat.authority);
        unwrap(&mut world, &ecosystem, &dat);
        assert!(world.lamports(&dat.authority) >= before + 9_000_000, "{form:?}");
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
    unwrap(&mut world, &ecosystem, &dat);
    let fees = world.curve(&dat.coin).creator_fee + world.lamports(&dat.coin.vault) - world.rent(0);
    assert_eq!(world.cycle(&ecosystem, &dat).inflow, 4_000_000 + fees);
}

#[test]
fn a_gift_of_wrapped_sol_makes_a_cycle_once_it_is_unwrapped() {
    let (mut world, ecosystem, dat) = spending(10_000_000, true);
    world.give_wsol(&wsol(&dat.authority), SOL);
    let (rich, rent) = (world.rich(), world.rent(0));
    world.send(&world.gather(&dat, &rich.pubkey()), &[&rich]).expect("all fees");
    world.edit(&dat.authority, |account| account.lamports = rent);
    world.try_cycle_by(BuyForm::PoolV2, &ecosystem, &dat).refused(DatError::InsufficientFees);
    // In one transaction, as the client does it.
    let all = [ecosystem.unwrap(&dat, wsol(&dat.authority)), ecosystem.cycle_by(BuyForm::PoolV2, &dat, 0, 1)];
    let event = world.send(&all, &[&ecosystem.operator]).expect("a cycle").event::<CycleCompleted>();
    assert_eq!((event.inflow, event.spent, event.carried_out), (SOL, 10_000_000, SOL - 10_000_000));
}
