//! The state before the first block: accounts, wallets, programs.

use std::{
    fs::{self, OpenOptions},
    io::Write,
    os::unix::fs::OpenOptionsExt,
    path::Path,
};

use anyhow::{Context, Result};
use base64::{Engine, prelude::BASE64_STANDARD};
use serde::Deserialize;
use solana_account::Account;
use solana_keypair::Keypair;
use solana_pubkey::Pubkey;
use solana_signer::Signer;

use crate::chain::Chain;

/// One entry of programs/genesis/accounts.json.
#[derive(Deserialize)]
struct Entry {
    address: String,
    owner: String,
    lamports: u64,
    data: String,
}

/// Writes every account of a file.
pub fn accounts(chain: &Chain, file: &Path) -> Result<()> {
    let text =
        fs::read_to_string(file).with_context(|| format!("cannot read {}", file.display()))?;
    let entries: Vec<Entry> =
        serde_json::from_str(&text).with_context(|| format!("{} is no list", file.display()))?;
    for entry in entries {
        let account = Account {
            lamports: entry.lamports,
            data: BASE64_STANDARD.decode(&entry.data)?,
            owner: entry.owner.parse()?,
            ..Default::default()
        };
        put(chain, entry.address.parse()?, account)?;
    }
    Ok(())
}

/// Funds the wallet of a keypair file. The file is created if it is missing.
pub fn wallet(chain: &Chain, path: &Path, lamports: u64) -> Result<Pubkey> {
    if !path.exists() {
        let secret = serde_json::to_string(&Keypair::new().to_bytes().to_vec())?;
        OpenOptions::new()
            .write(true)
            .create_new(true)
            .mode(0o600)
            .open(path)
            .and_then(|mut file| file.write_all(secret.as_bytes()))
            .with_context(|| format!("cannot write {}", path.display()))?;
    }
    let address = address(path)?;
    let account = Account {
        lamports,
        ..Default::default()
    };
    put(chain, address, account)?;
    Ok(address)
}

/// The address of a keypair file.
pub fn address(path: &Path) -> Result<Pubkey> {
    let what = || format!("{} is no keypair file", path.display());
    let text = fs::read_to_string(path).with_context(what)?;
    let bytes: Vec<u8> = serde_json::from_str(&text).with_context(what)?;
    Ok(Keypair::try_from(bytes.as_slice())
        .with_context(what)?
        .pubkey())
}

/// Deploys a program under the upgradeable loader.
pub async fn program(
    chain: &Chain,
    address: Pubkey,
    authority: Option<Pubkey>,
    path: &Path,
) -> Result<()> {
    let code = fs::read(path).with_context(|| format!("cannot read {}", path.display()))?;
    let broken = |error| anyhow::anyhow!("{} does not load: {error}", path.display());
    chain
        .svm
        .write_program(address, authority, 0, &code, &None)
        .await
        .map_err(broken)?;
    // surfpool reports broken code only at the first call.
    chain
        .svm
        .with_svm_writer(move |svm| match svm.get_account(&address)? {
            Some(program) => svm.set_account(&address, program),
            None => Ok(()),
        })
        .map_err(broken)
}

fn put(chain: &Chain, address: Pubkey, account: Account) -> Result<()> {
    chain
        .svm
        .with_svm_writer(|svm| svm.set_account(&address, account))
        .map_err(|error| anyhow::anyhow!("cannot set {address}: {error}"))
}
