//! All that anybody can send: the table of every instruction, and what an instruction is called.

use std::collections::BTreeMap;

use crate::idl::Idl;
use crate::tokens;
use crate::uses::*;
use crate::*;

/// A program of the vocabulary with an IDL.
pub fn with_idl() -> [(&'static str, &'static Idl, &'static Table); 4] {
    [
        ("pump", Idl::of_pump("pump"), PUMP_USES),
        ("pump_amm", Idl::of_pump("pump_amm"), PUMP_AMM_USES),
        ("pump_fees", Idl::of_pump("pump_fees"), PUMP_FEES_USES),
        ("dat", Idl::ours(), OUR_USES),
    ]
}

/// One that is kept by hand.
pub fn by_hand() -> [(&'static str, Pubkey, Vec<tokens::Listed>); 4] {
    let mut token_2022 = [tokens::SPL_TOKEN, tokens::TOKEN_2022_ONLY].concat();
    for (name, _, how) in &mut token_2022 {
        if *how == Use::Search && !["TransferChecked", "Burn"].contains(name) {
            *how = Use::Harmless(
                "what it does with coins, TransferChecked and Burn do; wrapped SOL is SPL Token's",
            );
        }
    }
    [
        ("spl_token", TOKEN, tokens::SPL_TOKEN.to_vec()),
        ("token_2022", TOKEN_2022, token_2022),
        ("ata", ATA_PROGRAM, tokens::ATA.to_vec()),
        ("system", SYSTEM, tokens::SYSTEM.to_vec()),
    ]
}

/// What a table says of each name; fails on a name that stands twice.
pub fn uses(table: &Table) -> BTreeMap<&'static str, Use> {
    let mut all = BTreeMap::new();
    for (how, names) in table {
        for name in *names {
            assert!(all.insert(*name, *how).is_none(), "{name} stands twice");
        }
    }
    all
}

/// The program and the name of an instruction, `pump.buy_v3`; none of a program that is not of the vocabulary.
pub fn name(instruction: &Instruction) -> Option<String> {
    let of_idl = with_idl().into_iter().find(|(_, idl, _)| idl.address == instruction.program_id);
    if let Some((program, idl, _)) = of_idl {
        let mut all = idl.instructions.iter();
        let found = all.find(|described| instruction.data.starts_with(&described.discriminator))?;
        return Some(format!("{program}.{}", found.name));
    }
    let (program, _, listed) = by_hand().into_iter().find(|(_, key, _)| *key == instruction.program_id)?;
    let first = instruction.data.first().copied().unwrap_or_default();
    let (name, ..) = listed.into_iter().find(|(_, number, _)| *number == first)?;
    Some(format!("{program}.{name}"))
}

/// The names of all instructions that attackers of the search send.
pub fn searched() -> Vec<String> {
    let mut all = vec![];
    for (program, _, table) in with_idl() {
        let names = uses(table).into_iter().filter(|(_, how)| *how == Use::Search);
        all.extend(names.map(|(name, _)| format!("{program}.{name}")));
    }
    for (program, _, listed) in by_hand() {
        let names = listed.into_iter().filter(|(_, _, how)| *how == Use::Search);
        all.extend(names.map(|(name, ..)| format!("{program}.{name}")));
    }
    all
}
