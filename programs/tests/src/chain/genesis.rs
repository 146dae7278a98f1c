//! A new chain: programs from files, pump.fun's accounts from `programs/genesis`.

use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::sync::OnceLock;

use anchor_lang::prelude::Pubkey;
use base64::prelude::{Engine, BASE64_STANDARD};
use litesvm::LiteSVM;
use serde::de::DeserializeOwned;
use serde::Deserialize;
use solana_account::Account;

#[derive(Deserialize)]
struct GenesisProgram {
    name: String,
    address: String,
}

#[derive(Deserialize)]
struct GenesisAccount {
    address: String,
    owner: String,
    lamports: u64,
    data: String,
}

/// A copy of the new chain. The programs are loaded once.
pub fn fresh_chain() -> LiteSVM {
    static CHAIN: OnceLock<LiteSVM> = OnceLock::new();
    CHAIN.get_or_init(load).clone()
}

fn load() -> LiteSVM {
    let artifacts = path_of("PUMP_ARTIFACTS", "the directory that `python3 -m hack.pump` prints");
    let program = path_of("DAT_PROGRAM_SO", "the file that `python3 -m hack.program path` prints");
    let mut svm = LiteSVM::new().with_log_bytes_limit(None);
    svm.add_program_from_file(dat::ID, program).expect("DAT_PROGRAM_SO is a program");
    for GenesisProgram { name, address } in genesis("programs.json") {
        let file = artifacts.join("artifacts").join(format!("{name}.so"));
        svm.add_program_from_file(key(&address), &file)
            .unwrap_or_else(|error| panic!("{}: {error}", file.display()));
    }
    for account in genesis::<GenesisAccount>("accounts.json") {
        let data = BASE64_STANDARD.decode(&account.data).expect("base64");
        let owner = key(&account.owner);
        let value = Account { lamports: account.lamports, data, owner, ..Account::default() };
        svm.set_account(key(&account.address), value).expect("a genesis account");
    }
    svm
}

fn path_of(variable: &str, what: &str) -> PathBuf {
    let value = std::env::var_os(variable)
        .unwrap_or_else(|| panic!("{variable} is not set. Run `make test-program`, or set it to {what}."));
    let path = PathBuf::from(value);
    assert!(path.exists(), "{variable}: {} does not exist; set it to {what}", path.display());
    path
}

fn genesis<T: DeserializeOwned>(file: &str) -> Vec<T> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../genesis").join(file);
    let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn key(text: &str) -> Pubkey {
    Pubkey::from_str(text).unwrap_or_else(|error| panic!("{text}: {error}"))
}
