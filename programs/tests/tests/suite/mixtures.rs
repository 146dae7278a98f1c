//! The accounts of two cycles, mixed in every way: only the two themselves run.

use dat_tests::*;

/// How many accounts stand before those that are forwarded, and how many of these are the sweep's.
const OWN: usize = 16;
const SWEEP: usize = 13;

/// Two cycles that would run. Their differing accounts are the bits of a mixture: each of the program's own, the
/// sweep's together, and the buy's together.
fn assert_only_the_pure_run(world: &World, first: &Instruction, second: &Instruction) {
    let differ: Vec<_> = (0..OWN).filter(|at| first.accounts[*at] != second.accounts[*at]).collect();
    let bits = differ.len() + 2;
    for mixture in 0u32..1 << bits {
        let mut mixed = first.clone();
        for (bit, at) in differ.iter().enumerate() {
            if mixture >> bit & 1 == 1 {
                mixed.accounts[*at] = second.accounts[*at].clone();
            }
        }
        let forwarded = [(bits - 2, OWN..OWN + SWEEP), (bits - 1, OWN + SWEEP..first.accounts.len())];
        for (bit, range) in forwarded {
            if mixture >> bit & 1 == 1 {
                mixed.accounts[range.clone()].clone_from_slice(&second.accounts[range]);
            }
        }
        let pure = mixture == 0 || mixture + 1 == 1 << bits;
        assert_eq!(world.attempt(&mixed).is_ok(), pure, "{mixture:b} of {differ:?}");
    }
}

#[test]
fn of_two_tokens() {
    let mut world = World::new();
    let ecosystem = world.ecosystem("eco", |_| ());
    let cycles = [Role::Root, Role::Secondary].map(|role| {
        let dat = world.dat(&ecosystem, Kind::Spl, role);
        world.somebody_buys(&dat.coin, 10 * SOL);
        ecosystem.cycle(&dat, 0)
    });
    assert_only_the_pure_run(&world, &cycles[0], &cycles[1]);
}

#[test]
fn of_two_ecosystems() {
    // Anybody may have an ecosystem, with an operator, a treasury and parameters as he likes.
    let mut world = World::new();
    let cycles = ["ours", "theirs"].map(|name| {
        let ecosystem = world.ecosystem(name, |_| ());
        let dat = world.dat(&ecosystem, Kind::Token2022, Role::Secondary);
        world.somebody_buys(&dat.coin, 10 * SOL);
        ecosystem.cycle(&dat, 0)
    });
    assert_only_the_pure_run(&world, &cycles[0], &cycles[1]);
}
