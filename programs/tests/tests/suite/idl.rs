//! The program's recorded IDL: which instructions there are, and what their accounts are called.

use std::collections::BTreeMap;

use serde::Deserialize;

#[derive(Deserialize)]
struct Idl {
    instructions: Vec<IdlInstruction>,
}

#[derive(Clone, Deserialize)]
pub struct IdlInstruction {
    name: String,
    pub discriminator: Vec<u8>,
    pub accounts: Vec<IdlAccount>,
}

#[derive(Clone, Deserialize)]
pub struct IdlAccount {
    pub name: String,
}

/// All instructions, by name.
pub fn instructions() -> BTreeMap<String, IdlInstruction> {
    let idl: Idl = serde_json::from_str(include_str!("../../../artifacts/dat.idl.json")).expect("an IDL");
    idl.instructions.into_iter().map(|instruction| (instruction.name.clone(), instruction)).collect()
}
