//! Mixtures of the accounts of two cycles, or of two steps. Only the two unmixed instructions succeed.

use dat_tests::*;

/// The number of accounts before the forwarded ones.
const BUY: usize = 11;
const MINT: usize = 3;
const AUTHORITY: usize = 4;
const CURVE: usize = BUY + 5;
/// Forwarded accounts that depend on another one: on the curve or on the authority.
const DERIVED: [(usize, usize); 4] =
    [(BUY + 6, CURVE), (BUY + 7, CURVE), (BUY + 10, AUTHORITY), (BUY + 11, AUTHORITY)];

/// Makes an instruction for a token.
type Make = fn(&Ecosystem, &Dat) -> Instruction;

const CYCLE: Make = |ecosystem, dat| ecosystem.cycle(dat, 0);
const STEPS: [Make; 3] = [
    |ecosystem, dat| ecosystem.collect_fees(dat),
    |ecosystem, dat| ecosystem.execute_buy(dat, 0),
    |ecosystem, dat| ecosystem.burn_and_update(dat),
];

/// Mixes the accounts of two instructions that both succeed. Each differing account of the program, and the
/// curve, is one bit of a mixture. An exchanged account is exchanged everywhere, together with the accounts
/// that depend on it.
fn assert_only_the_pure_run(chain: &Chain, first: &Instruction, second: &Instruction) {
    let bits = (0..BUY).chain([CURVE]).filter(|at| first.accounts.get(*at) != second.accounts.get(*at));
    let differ: Vec<_> = bits.collect();
    assert!(differ.contains(&MINT) && differ.contains(&AUTHORITY));
    for mixture in 0u32..1 << differ.len() {
        let mut mixed = first.clone();
        for (_, at) in differ.iter().enumerate().filter(|(bit, _)| mixture >> bit & 1 == 1) {
            let (one, other) = (first.accounts[*at].pubkey, second.accounts[*at].pubkey);
            mixed.accounts.iter_mut().filter(|meta| meta.pubkey == one).for_each(|meta| meta.pubkey = other);
            for (derived, _) in DERIVED.iter().filter(|(_, from)| from == at) {
                if let Some(meta) = mixed.accounts.get_mut(*derived) {
                    meta.pubkey = second.accounts[*derived].pubkey;
                }
            }
        }
        let pure = mixture == 0 || mixture + 1 == 1 << differ.len();
        assert!(mixture != 0 || mixed == *first);
        assert!(!pure || mixture == 0 || mixed == *second);
        assert_eq!(chain.simulate(&mixed).is_ok(), pure, "{mixture:b} of {differ:?}");
    }
}

/// The same for a cycle and for each step, with both tokens ready for it.
fn assert_so_of_cycle_and_steps(mut chain: Chain, sides: [(&Ecosystem, Dat); 2]) {
    let both = |make: Make| sides.map(|(ecosystem, dat)| make(ecosystem, &dat));
    for (_, dat) in &sides {
        chain.airdrop(&dat.authority, 50_000_000);
        chain.somebody_donates_tokens(dat, SOL);
    }
    let [first, second] = both(CYCLE);
    assert_only_the_pure_run(&chain, &first, &second);
    for make in STEPS {
        let [first, second] = both(make);
        assert_only_the_pure_run(&chain, &first, &second);
        for (step, (ecosystem, _)) in [first, second].into_iter().zip(sides) {
            chain.by(&ecosystem.operator, step).expect("a step");
        }
    }
}

#[test]
fn accounts_of_two_tokens_cannot_be_mixed() {
    let mut chain = Chain::new();
    let ecosystem = chain.ecosystem("eco", |_| ());
    let dats = [Role::Root, Role::Secondary].map(|role| chain.dat(&ecosystem, Kind::Spl, role));
    assert_so_of_cycle_and_steps(chain, dats.map(|dat| (&ecosystem, dat)));
}

#[test]
fn accounts_of_two_ecosystems_cannot_be_mixed() {
    // Anybody may create an ecosystem with any operator, treasury and parameters.
    let mut chain = Chain::new();
    let [ours, theirs] = ["ours", "theirs"].map(|name| chain.ecosystem(name, |_| ()));
    let dats =
        [&ours, &theirs].map(|ecosystem| (ecosystem, chain.dat(ecosystem, Kind::Token2022, Role::Secondary)));
    assert_so_of_cycle_and_steps(chain, dats);
}
