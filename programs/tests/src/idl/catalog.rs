//! A catalog of every instruction that anybody can send, with its name.

use std::collections::BTreeMap;

use super::coverage::*;
use super::token_programs::{self, ListedInstruction};
use crate::idl::Idl;
use crate::*;

/// The programs that have an IDL.
pub fn idl_programs() -> [(&'static str, &'static Idl, &'static Table); 4] {
    [
        ("pump", Idl::pump("pump"), PUMP_COVERAGE),
        ("pump_amm", Idl::pump("pump_amm"), PUMP_AMM_COVERAGE),
        ("pump_fees", Idl::pump("pump_fees"), PUMP_FEES_COVERAGE),
        ("dat", Idl::ours(), OUR_COVERAGE),
    ]
}

/// The programs without an IDL. Their instructions are listed by hand.
pub fn listed_programs() -> [(&'static str, Pubkey, Vec<ListedInstruction>); 4] {
    let mut token_2022 = [token_programs::SPL_TOKEN, token_programs::TOKEN_2022_ONLY].concat();
    for (name, _, how) in &mut token_2022 {
        if *how == Coverage::Searched && !["TransferChecked", "Burn"].contains(name) {
            *how = Coverage::Harmless(
                "its effect on coins is that of TransferChecked or Burn; wrapped SOL belongs to SPL Token",
            );
        }
    }
    [
        ("spl_token", TOKEN, token_programs::SPL_TOKEN.to_vec()),
        ("token_2022", TOKEN_2022, token_2022),
        ("ata", ATA_PROGRAM, token_programs::ATA.to_vec()),
        ("system", SYSTEM, token_programs::SYSTEM.to_vec()),
    ]
}

/// The coverage of each instruction. Panics if a name occurs twice.
pub fn coverage_by_name(table: &Table) -> BTreeMap<&'static str, Coverage> {
    let mut all = BTreeMap::new();
    for (how, names) in table {
        for name in *names {
            assert!(all.insert(*name, *how).is_none(), "{name} stands twice");
        }
    }
    all
}

/// The program and name of an instruction, for example `pump.buy_v3`. None if the catalog does not contain
/// the program.
pub fn name(instruction: &Instruction) -> Option<String> {
    let of_idl = idl_programs().into_iter().find(|(_, idl, _)| idl.address == instruction.program_id);
    if let Some((program, idl, _)) = of_idl {
        let mut all = idl.instructions.iter();
        let found = all.find(|described| instruction.data.starts_with(&described.discriminator))?;
        return Some(format!("{program}.{}", found.name));
    }
    let (program, _, listed) =
        listed_programs().into_iter().find(|(_, key, _)| *key == instruction.program_id)?;
    let first = instruction.data.first().copied().unwrap_or_default();
    let (name, ..) = listed.into_iter().find(|(_, number, _)| *number == first)?;
    Some(format!("{program}.{name}"))
}

/// The names of all instructions that the attackers of the search send.
pub fn searched() -> Vec<String> {
    let mut all = vec![];
    for (program, _, table) in idl_programs() {
        let names = coverage_by_name(table).into_iter().filter(|(_, how)| *how == Coverage::Searched);
        all.extend(names.map(|(name, _)| format!("{program}.{name}")));
    }
    for (program, _, listed) in listed_programs() {
        let names = listed.into_iter().filter(|(_, _, how)| *how == Coverage::Searched);
        all.extend(names.map(|(name, ..)| format!("{program}.{name}")));
    }
    all
}
