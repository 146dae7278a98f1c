//! Every account of every instruction, replaced: refused by name, or without effect on anything of ours.

use std::collections::{BTreeMap, BTreeSet};

use crate::idl;
use crate::instructions::TABLE;
use crate::scene::Said;

#[test]
fn every_instruction_stands_in_the_table() {
    let ours: BTreeSet<_> = TABLE.iter().map(|row| row.instruction.to_owned()).collect();
    let all: BTreeSet<_> = idl::instructions().into_keys().collect();
    assert_eq!(ours, all);
}

#[test]
fn no_instruction_takes_another_account() {
    let idl = idl::instructions();
    let mut wrong = vec![];
    for row in TABLE {
        let mut scene = row.scene();
        let known = &idl[row.instruction];
        assert_eq!(scene.instruction.data[..8], known.discriminator, "{}", row.instruction);
        let mut table: BTreeMap<usize, BTreeSet<Said>> = BTreeMap::new();
        for tried in scene.tried() {
            table.entry(tried.position).or_default().insert(tried.said);
        }
        for (position, said) in &table {
            let name = known.accounts.get(*position).map_or("forwarded", |account| &account.name);
            let said: Vec<_> = said.iter().map(Said::to_string).collect();
            println!("{:24}{:20}{position:3} {name:26}{}", row.instruction, row.way, said.join(", "));
        }
        let taken = table.iter().filter(|(_, said)| said.contains(&Said::Taken)).map(|(at, _)| *at);
        let expected: BTreeSet<_> = row.taken.iter().map(|(at, _)| *at).collect();
        let taken: BTreeSet<_> = taken.collect();
        if taken != expected {
            wrong.push((row.instruction, row.way, taken, expected));
        }
        assert_eq!(table.len(), scene.instruction.accounts.len(), "every position");
    }
    assert!(wrong.is_empty(), "what was taken, and what may be: {wrong:?}");
}

#[test]
fn no_instruction_goes_without_a_signature() {
    for row in TABLE {
        let scene = row.scene();
        let signers = scene.instruction.accounts.iter().filter(|meta| meta.is_signer).count();
        // Bringing in what is wrapped is anybody's, and can go nowhere else.
        assert_eq!(signers == 0, row.instruction == "unwrap", "{}", row.instruction);
        assert!(scene.needless_signers().is_empty(), "{} {}", row.instruction, row.way);
    }
}

#[test]
fn no_instruction_asks_to_write_what_it_need_not() {
    for row in TABLE {
        assert_eq!(row.scene().needlessly_writable(), [], "{} {}", row.instruction, row.way);
    }
}
