//! What a cycle costs; `--nocapture` shows it. Bumps of addresses spread the figures, so they are of many mints.

use dat_tests::coin::KINDS;
use dat_tests::*;

const MINTS: usize = 20;
/// What an instruction may use in a transaction that asks for nothing.
const BOUND: u64 = 200_000;

#[test]
fn a_cycle_needs_no_compute_limit_of_its_own() {
    for kind in KINDS {
        let mut world = World::new();
        let ecosystem = world.ecosystem("eco", |_| ());

        let (mut first, mut later, mut trace) = (vec![], vec![], 0);
        for _ in 0..MINTS {
            let dat = world.dat(&ecosystem, kind, Role::Secondary);
            for units in [&mut first, &mut later] {
                world.somebody_buys(&dat.coin, 10 * SOL);
                let done = world.try_cycle(&ecosystem, &dat).expect("a cycle");
                units.push(done.meta.compute_units_consumed);
                trace = done.meta.inner_instructions.iter().map(Vec::len).sum::<usize>();
                world.pass(60);
            }
        }
        for (name, units) in [("first", &mut first), ("later", &mut later)] {
            units.sort_unstable();
            let (low, middle, high) = (units[0], units[MINTS / 2], units[MINTS - 1]);
            println!("{kind:?}, {name} cycle: {low} / {middle} / {high} compute units");
            assert!(high < BOUND);
        }
        println!("{kind:?}: {trace} inner instructions");
    }
}
