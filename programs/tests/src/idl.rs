//! Instructions as IDLs describe them: pump.fun's, which come with its programs, and ours.

use std::path::PathBuf;
use std::sync::OnceLock;

use serde::Deserialize;

use crate::Pubkey;

/// A program as its IDL describes it.
#[derive(Clone, Deserialize)]
pub struct Idl {
    #[serde(deserialize_with = "key")]
    pub address: Pubkey,
    pub instructions: Vec<Described>,
}

#[derive(Clone, Deserialize)]
pub struct Described {
    pub name: String,
    pub discriminator: Vec<u8>,
    pub accounts: Vec<Slot>,
    #[serde(default)]
    pub args: Vec<Arg>,
}

/// One account of an instruction.
#[derive(Clone, Deserialize)]
pub struct Slot {
    pub name: String,
    #[serde(default)]
    pub writable: bool,
    #[serde(default)]
    pub signer: bool,
    #[serde(default)]
    pub optional: bool,
    #[serde(default, deserialize_with = "some_key")]
    pub address: Option<Pubkey>,
    pub pda: Option<Derivation>,
    #[serde(default)]
    relations: Vec<String>,
}

#[derive(Clone, Deserialize)]
pub struct Derivation {
    pub seeds: Vec<Seed>,
    pub program: Option<Seed>,
}

#[derive(Clone, Deserialize)]
#[serde(tag = "kind", rename_all = "lowercase")]
pub enum Seed {
    Const { value: Vec<u8> },
    Account { path: String },
    Arg { path: String },
}

#[derive(Clone, Deserialize)]
pub struct Arg {
    pub name: String,
    #[serde(rename = "type")]
    pub of: serde_json::Value,
}

/// What a caller may put at a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Freedom {
    /// Whoever signs: his own key, for somebody who has no other.
    Signer,
    /// One address.
    Fixed,
    /// What follows from other accounts.
    Derived,
    /// What another account names.
    Related,
    /// Anything, as far as the IDL goes; the program may look closer.
    Free,
}

impl Slot {
    pub fn freedom(&self) -> Freedom {
        match self {
            Self { signer: true, .. } => Freedom::Signer,
            Self { address: Some(_), .. } => Freedom::Fixed,
            Self { pda: Some(_), .. } => Freedom::Derived,
            Self { relations, .. } if !relations.is_empty() => Freedom::Related,
            _ => Freedom::Free,
        }
    }

    /// An account of a hand-kept list: `source:ws` is writable and signs.
    pub fn listed(text: &str) -> Self {
        let (name, flags) = text.split_once(':').unwrap_or((text, ""));
        Self {
            name: name.to_owned(),
            writable: flags.contains('w'),
            signer: flags.contains('s'),
            optional: false,
            address: None,
            pda: None,
            relations: vec![],
        }
    }
}

impl Described {
    pub fn signers(&self) -> impl Iterator<Item = &str> {
        self.accounts.iter().filter(|slot| slot.signer).map(|slot| slot.name.as_str())
    }
}

impl Idl {
    /// pump.fun's programs: `pump`, `pump_amm` or `pump_fees`.
    pub fn of_pump(name: &str) -> &'static Self {
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

    /// Ours, as recorded with the program.
    pub fn ours() -> &'static Self {
        static OURS: OnceLock<Idl> = OnceLock::new();
        let text = include_str!("../../artifacts/dat.idl.json");
        OURS.get_or_init(|| serde_json::from_str(text).expect("our IDL"))
    }

    pub fn get(&self, name: &str) -> &Described {
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
