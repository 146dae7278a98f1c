//! Every account of every instruction, replaced by others: the instruction fails with a named error, or our
//! accounts do not change.

use std::collections::{BTreeMap, BTreeSet};

use super::instruction_table::CASES;
use super::substitution::Reaction;
use dat_tests::idl::Idl;

#[test]
fn the_table_lists_every_instruction() {
    let ours: BTreeSet<_> = CASES.iter().map(|case| case.instruction.to_owned()).collect();
    let all: BTreeSet<_> = Idl::ours().instructions.iter().map(|described| described.name.clone()).collect();
    assert_eq!(ours, all);
}

#[test]
fn no_instruction_accepts_another_account() {
    let mut wrong = vec![];
    for case in CASES {
        let mut substitution = case.substitution();
        let known = Idl::ours().get(case.instruction);
        assert_eq!(substitution.instruction.data[..8], known.discriminator, "{}", case.instruction);
        let mut table: BTreeMap<usize, BTreeSet<Reaction>> = BTreeMap::new();
        for trial in substitution.trials() {
            table.entry(trial.position).or_default().insert(trial.reaction);
        }
        for (position, reaction) in &table {
            let name = known.accounts.get(*position).map_or("forwarded", |account| &account.name);
            let reaction: Vec<_> = reaction.iter().map(Reaction::to_string).collect();
            println!(
                "{:24}{:20}{position:3} {name:26}{}",
                case.instruction,
                case.variant,
                reaction.join(", ")
            );
        }
        let accepted =
            table.iter().filter(|(_, reaction)| reaction.contains(&Reaction::Accepted)).map(|(at, _)| *at);
        let expected: BTreeSet<_> = case.accepted.iter().map(|(at, _)| *at).collect();
        let accepted: BTreeSet<_> = accepted.collect();
        if accepted != expected {
            wrong.push((case.instruction, case.variant, accepted, expected));
        }
        assert_eq!(table.len(), substitution.instruction.accounts.len(), "every position");
    }
    assert!(wrong.is_empty(), "accepted positions, and allowed ones: {wrong:?}");
}

#[test]
fn no_instruction_works_without_a_signature() {
    for case in CASES {
        let substitution = case.substitution();
        let signers = substitution.instruction.accounts.iter().filter(|meta| meta.is_signer).count();
        // Anybody may unwrap, because the lamports can only go to the owner.
        assert_eq!(signers == 0, case.instruction == "unwrap", "{}", case.instruction);
        assert!(substitution.needless_signers().is_empty(), "{} {}", case.instruction, case.variant);
    }
}

#[test]
fn no_instruction_asks_for_a_needless_writable_account() {
    for case in CASES {
        assert_eq!(case.substitution().needlessly_writable(), [], "{} {}", case.instruction, case.variant);
    }
}
