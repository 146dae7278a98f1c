//! Compute units of a cycle; `--nocapture` prints them. Bumps of addresses change the numbers, so the test
//! uses many mints.

use dat_tests::*;

const MINTS: usize = 20;
/// The limit of an instruction in a transaction without a compute budget.
const BOUND: u64 = 200_000;
/// The limit of the median cycle, with sweep and collection, without a price rise.
const USUAL: u64 = 120_000;

#[test]
fn a_cycle_needs_no_compute_limit_of_its_own() {
    for kind in KINDS {
        let mut chain = Chain::new();
        let ecosystem = chain.ecosystem("eco", |_| ());

        let (mut first, mut later, mut risen, mut trace) = (vec![], vec![], vec![], 0);
        for _ in 0..MINTS {
            let dat = chain.dat(&ecosystem, kind, Role::Secondary);
            for (number, units) in [&mut first, &mut later, &mut risen].into_iter().enumerate() {
                chain.price_has_risen = number == 2;
                chain.somebody_buys(&dat.coin, 10 * SOL);
                let done = chain.try_cycle(&ecosystem, &dat).expect("a cycle");
                units.push(done.meta.compute_units_consumed);
                trace = done.meta.inner_instructions.iter().map(Vec::len).sum::<usize>();
                chain.advance_seconds(60);
            }
        }
        let named = [("first", &mut first), ("later", &mut later), ("risen price's", &mut risen)];
        for (name, units) in named {
            units.sort_unstable();
            let (low, middle, high) = (units[0], units[MINTS / 2], units[MINTS - 1]);
            println!("{kind:?}, {name} cycle: {low} / {middle} / {high} compute units");
            assert!(high < BOUND && (middle < USUAL || name.starts_with("risen")));
        }
        println!("{kind:?}: {trace} inner instructions");
    }
}
