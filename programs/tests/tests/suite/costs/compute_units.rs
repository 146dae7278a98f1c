//! What a cycle costs; `--nocapture` shows it. Bumps of addresses spread the figures, so they are of many mints.

use dat_tests::*;

const MINTS: usize = 20;
/// What an instruction may use in a transaction that asks for nothing.
const BOUND: u64 = 200_000;
/// What half of all cycles stay below, sweep and collection included, unless the price has risen.
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
