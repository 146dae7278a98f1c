//! Accounts of pump.fun that are shorter than today's: whoever trades first pays their growth, but never a
//! cycle.

use dat_tests::coin::KINDS;
use dat_tests::*;

use crate::forms::{CURVE_FORMS, POOL_FORMS};

/// Cuts an account to a length that it may have had once, and takes the rent of the rest.
fn shorten(world: &mut World, address: &Pubkey, length: usize) {
    let whole = world.account(address).data.len();
    let less = world.rent(whole) - world.rent(length);
    world.edit(address, |account| {
        account.data.truncate(length);
        account.lamports -= less;
    });
}

fn rich_root(kind: Kind, graduated: bool) -> (World, Ecosystem, Dat) {
    let mut world = World::new();
    let ecosystem = world.ecosystem("eco", |_| ());
    let dat = world.dat(&ecosystem, kind, Role::Root);
    world.give(&dat.authority, SOL);
    if graduated {
        world.graduate(&dat.coin);
        world.prepare_for_pool(&dat);
    }
    (world, ecosystem, dat)
}

#[test]
fn a_cycle_does_not_pay_for_a_curve_that_is_too_short() {
    for length in [115, 125, 150, 151] {
        for (form, kind) in CURVE_FORMS.into_iter().flat_map(|f| KINDS.map(|k| (f, k))) {
            let (mut world, ecosystem, dat) = rich_root(kind, false);
            shorten(&mut world, &dat.coin.curve, length);
            let cycle = ecosystem.cycle_by(form, &dat, 0, 1);
            world.attempt(&cycle).refused(DatError::ConservationViolated);
            let rich = world.rich();
            world.send(&[dat.coin.extend_curve(&rich.pubkey())], &[&rich]).expect("extend_account");
            world.cycle_by(form, &ecosystem, &dat);
        }
    }
}

#[test]
fn a_cycle_does_not_pay_for_a_pool_that_is_too_short() {
    for length in [244, 245, 261, 270, 271] {
        for form in POOL_FORMS {
            let (mut world, ecosystem, dat) = rich_root(Kind::Token2022, true);
            shorten(&mut world, &dat.coin.pool, length);
            let cycle = ecosystem.cycle_by(form, &dat, 0, 1);
            world.attempt(&cycle).refused(DatError::ConservationViolated);
            let rich = world.rich();
            world.send(&[dat.coin.extend_pool(&rich.pubkey())], &[&rich]).expect("extend_account");
            world.cycle_by(form, &ecosystem, &dat);
        }
    }
}

#[test]
fn sweeps_in_front_of_a_cycle_pay_it() {
    for graduated in [false, true] {
        let (mut world, ecosystem, dat) = rich_root(Kind::Token2022, graduated);
        let (market, length) = if graduated { (dat.coin.pool, 271) } else { (dat.coin.curve, 151) };
        let before = world.account(&market);
        shorten(&mut world, &market, length);
        let operator = world.lamports(&ecosystem.operator.pubkey());
        let done = world.try_cycle_by(world.form(&dat.coin), &ecosystem, &dat).expect("a cycle");
        assert!(done.event::<CycleCompleted>().tokens_bought > 0);
        let after = world.account(&market);
        assert!(
            after.data.len() >= before.data.len().min(287) && after.lamports >= world.rent(after.data.len())
        );
        let paid = operator - world.lamports(&ecosystem.operator.pubkey()) - done.meta.fee;
        assert_eq!(paid, world.rent(after.data.len()) - world.rent(length));
    }
}
