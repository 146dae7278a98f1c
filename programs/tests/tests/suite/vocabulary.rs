//! The attackers' vocabulary is whole: no IDL has an instruction that the search neither sends nor names with a reason.

use std::collections::BTreeSet;

use dat_tests::names::About;
use dat_tests::uses::Use;
use dat_tests::vocabulary::{by_hand, uses, with_idl};
use dat_tests::*;

#[test]
fn every_instruction_of_every_idl_is_searched_or_named_with_a_reason() {
    for (program, idl, table) in with_idl() {
        let listed: BTreeSet<_> = uses(table).into_keys().collect();
        let there: BTreeSet<_> = idl.instructions.iter().map(|of| of.name.as_str()).collect();
        let missing: Vec<_> = there.difference(&listed).collect();
        let gone: Vec<_> = listed.difference(&there).collect();
        assert!(missing.is_empty(), "{program}: say in uses.rs what attackers do with {missing:?}");
        assert!(gone.is_empty(), "{program}: the IDL has no {gone:?} any more");
    }
}

#[test]
fn who_must_sign_is_a_signer_of_the_idl() {
    for (program, idl, table) in with_idl() {
        for (name, how) in uses(table) {
            if let Use::Signed(who) = how {
                let signs = idl.get(name).signers().any(|signer| signer == who);
                assert!(signs, "{program}.{name}: the IDL does not ask {who} for a signature");
            }
        }
    }
}

#[test]
fn the_lists_kept_by_hand_have_each_number_once() {
    for (program, _, listed) in by_hand() {
        let numbers: BTreeSet<_> = listed.iter().map(|(_, number, _)| number).collect();
        assert_eq!(numbers.len(), listed.len(), "{program}");
    }
}

/// A coin on its curve and one in its pool, and somebody without any key of pump.fun's.
fn somebody() -> (World, Keypair, [Coin; 2]) {
    let mut world = World::new();
    let [young, old] = [(); 2].map(|()| world.foreign_coin(Kind::Token2022).0);
    world.graduate(&old);
    let user = world.swapper(&young, 10 * SOL);
    let rich = world.rich();
    world.send(&[old.create_ata(&rich.pubkey(), &user.pubkey())], &[&rich]).expect("an account");
    (world, user, [young, old])
}

#[test]
fn nobody_sends_what_another_must_sign() {
    let (world, user, coins) = somebody();
    for (program, idl, table) in with_idl().into_iter().take(3) {
        for (name, _) in uses(table).into_iter().filter(|(_, how)| matches!(how, Use::Signed(_))) {
            for coin in coins {
                let about = About::new(user.pubkey(), coin, world.graduated(&coin), 1_000_000);
                let mut instruction = about.instruction(idl, idl.get(name));
                // Whoever is asked for, he signs; a PDA cannot.
                for meta in instruction.accounts.iter_mut().filter(|meta| meta.is_signer) {
                    meta.pubkey = user.pubkey();
                }
                let refused = world.clone().send(&[instruction], &[&world.rich(), &user]);
                assert!(refused.is_err(), "{program}.{name} takes anybody's signature");
            }
        }
    }
}
