//! The coverage tables are complete: the search sends every instruction of every IDL, or a table states the
//! reason why not.

use std::collections::BTreeSet;

use dat_tests::idl::catalog::{coverage_by_name, idl_programs, listed_programs};
use dat_tests::idl::coverage::Coverage;
use dat_tests::pump::idl_call::IdlCall;
use dat_tests::*;

#[test]
fn the_search_covers_every_idl_instruction_or_states_a_reason() {
    for (program, idl, table) in idl_programs() {
        let listed: BTreeSet<_> = coverage_by_name(table).into_keys().collect();
        let there: BTreeSet<_> = idl.instructions.iter().map(|of| of.name.as_str()).collect();
        let missing: Vec<_> = there.difference(&listed).collect();
        let gone: Vec<_> = listed.difference(&there).collect();
        assert!(missing.is_empty(), "{program}: idl/coverage.rs does not list {missing:?}");
        assert!(gone.is_empty(), "{program}: the IDL no longer has {gone:?}");
    }
}

#[test]
fn every_needed_signer_is_a_signer_in_the_idl() {
    for (program, idl, table) in idl_programs() {
        for (name, how) in coverage_by_name(table) {
            if let Coverage::NeedsSigner(who) = how {
                let signs = idl.get(name).signers().any(|signer| signer == who);
                assert!(signs, "{program}.{name}: {who} is no signer in the IDL");
            }
        }
    }
}

#[test]
fn the_manual_lists_have_no_duplicate_number() {
    for (program, _, listed) in listed_programs() {
        let numbers: BTreeSet<_> = listed.iter().map(|(_, number, _)| number).collect();
        assert_eq!(numbers.len(), listed.len(), "{program}");
    }
}

/// A coin on its curve, a coin in its pool, and a user without any key of pump.fun.
fn somebody() -> (Chain, Keypair, [Coin; 2]) {
    let mut chain = Chain::new();
    let [young, old] = [(); 2].map(|()| chain.foreign_coin(Kind::Token2022).0);
    chain.graduate(&old);
    let user = chain.swapper(&young, 10 * SOL);
    let payer = chain.payer();
    chain.send(&[old.create_ata(&payer.pubkey(), &user.pubkey())], &[&payer]).expect("an account");
    (chain, user, [young, old])
}

#[test]
fn a_stranger_cannot_send_instructions_that_need_another_signer() {
    let (chain, user, coins) = somebody();
    for (program, idl, table) in idl_programs().into_iter().take(3) {
        for (name, _) in
            coverage_by_name(table).into_iter().filter(|(_, how)| matches!(how, Coverage::NeedsSigner(_)))
        {
            for coin in coins {
                let about = IdlCall::new(user.pubkey(), coin, chain.graduated(&coin), 1_000_000);
                let mut instruction = about.instruction(idl, idl.get(name));
                // The user signs for every signer. A PDA cannot sign.
                for meta in instruction.accounts.iter_mut().filter(|meta| meta.is_signer) {
                    meta.pubkey = user.pubkey();
                }
                let refused = chain.clone().send(&[instruction], &[&chain.payer(), &user]);
                assert!(refused.is_err(), "{program}.{name} accepts anybody's signature");
            }
        }
    }
}
