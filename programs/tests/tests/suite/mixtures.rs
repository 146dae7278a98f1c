//! The accounts of two cycles, mixed in every way: only the two themselves run.

use dat_tests::*;

/// How many accounts stand before those that are forwarded.
const OWN: usize = 16;
const SWEEP: usize = OWN;
const BUY: usize = OWN + 13;
/// Forwarded accounts that follow from one of our own: the curve's, the vault's, the authority's.
const DERIVED: [(usize, usize); 6] =
    [(SWEEP + 8, 7), (SWEEP + 10, 8), (BUY + 6, 7), (BUY + 7, 7), (BUY + 10, 4), (BUY + 11, 4)];

/// Two cycles that would run. The program's own accounts that differ are the bits of a mixture; each is exchanged
/// wherever it stands, with what follows from it.
fn assert_only_the_pure_run(world: &World, first: &Instruction, second: &Instruction) {
    let differ: Vec<_> = (0..OWN).filter(|at| first.accounts[*at] != second.accounts[*at]).collect();
    for mixture in 0u32..1 << differ.len() {
        let mut mixed = first.clone();
        for (_, own) in differ.iter().enumerate().filter(|(bit, _)| mixture >> bit & 1 == 1) {
            let (one, other) = (first.accounts[*own].pubkey, second.accounts[*own].pubkey);
            mixed.accounts.iter_mut().filter(|meta| meta.pubkey == one).for_each(|meta| meta.pubkey = other);
            for (at, _) in DERIVED.iter().filter(|(_, from)| from == own) {
                mixed.accounts[*at].pubkey = second.accounts[*at].pubkey;
            }
        }
        let pure = mixture == 0 || mixture + 1 == 1 << differ.len();
        assert!(mixture != 0 || mixed == *first);
        assert!(!pure || mixture == 0 || mixed == *second);
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
