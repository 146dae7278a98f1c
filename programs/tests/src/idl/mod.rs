//! IDLs: those of pump.fun, which come with its programs, and ours.

pub mod catalog;
pub mod coverage;
pub mod token_programs;

use std::path::PathBuf;
use std::sync::OnceLock;

use serde::Deserialize;

use crate::Pubkey;

/// A program as its IDL describes it.
#[derive(Clone, Deserialize)]
pub struct Idl {
    #[serde(deserialize_with = "key")]
    pub address: Pubkey,
    pub instructions: Vec<IdlInstruction>,
}

#[derive(Clone, Deserialize)]
pub struct IdlInstruction {
    pub name: String,
    pub discriminator: Vec<u8>,
    pub accounts: Vec<IdlAccount>,
    #[serde(default)]
    pub args: Vec<IdlArg>,
}

/// One account of an instruction.
#[derive(Clone, Deserialize)]
pub struct IdlAccount {
    pub name: String,
    #[serde(default)]
    pub writable: bool,
    #[serde(default)]
    pub signer: bool,
    #[serde(default)]
    pub optional: bool,
    #[serde(default, deserialize_with = "some_key")]
    pub address: Option<Pubkey>,
    pub pda: Option<IdlPda>,
}

#[derive(Clone, Deserialize)]
pub struct IdlPda {
    pub seeds: Vec<IdlSeed>,
    pub program: Option<IdlSeed>,
}

#[derive(Clone, Deserialize)]
#[serde(tag = "kind", rename_all = "lowercase")]
pub enum IdlSeed {
    Const { value: Vec<u8> },
    Account { path: String },
    Arg { path: String },
}

#[derive(Clone, Deserialize)]
pub struct IdlArg {
    pub name: String,
    #[serde(rename = "type")]
    pub of: serde_json::Value,
}

impl IdlInstruction {
    pub fn signers(&self) -> impl Iterator<Item = &str> {
        self.accounts.iter().filter(|account| account.signer).map(|account| account.name.as_str())
    }
}

impl Idl {
    /// The IDL of a pump.fun program: `pump`, `pump_amm` or `pump_fees`.
    pub fn pump(name: &str) -> &'static Self {
        static ALL: OnceLock<[(&str, Idl); 3]> = OnceLock::new();
        let read = |name| {
            let directory = std::env::var_os("PUMP_ARTIFACTS").expect("PUMP_ARTIFACTS");
            let path = PathBuf::from(directory).join("idls").join(format!("{name}.json"));
            let text = std::fs::read_to_string(&path).expect("an IDL");
            (name, serde_json::from_str(&text).unwrap_or_else(|error| panic!("{name}: {error}")))
        };
        let all = ALL.get_or_init(|| ["pump", "pump_amm", "pump_fees"].map(read));
        &all.iter().find(|(known, _)| *known == name).expect("one of pump.fun's programs").1
    }

    /// Our IDL, as recorded with the program.
    pub fn ours() -> &'static Self {
        static OURS: OnceLock<Idl> = OnceLock::new();
        let text = include_str!("../../../artifacts/dat.idl.json");
        OURS.get_or_init(|| serde_json::from_str(text).expect("our IDL"))
    }

    pub fn get(&self, name: &str) -> &IdlInstruction {
        let mut all = self.instructions.iter();
        all.find(|described| described.name == name).unwrap_or_else(|| panic!("no instruction {name}"))
    }
}

fn key<'de, D: serde::Deserializer<'de>>(from: D) -> Result<Pubkey, D::Error> {
    let text = String::deserialize(from)?;
    text.parse().map_err(|_| serde::de::Error::custom(format!("{text} is no address")))
}

fn some_key<'de, D: serde::Deserializer<'de>>(from: D) -> Result<Option<Pubkey>, D::Error> {
    key(from).map(Some)
}
