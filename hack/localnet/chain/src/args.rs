//! The command line.

use std::{
    net::{IpAddr, Ipv4Addr},
    path::PathBuf,
    str::FromStr,
};

use anyhow::{Context, Result, bail};
use solana_pubkey::Pubkey;

pub const USAGE: &str = "localnet-chain [options]
  --listen ADDRESS              IP address of both servers (127.0.0.1)
  --rpc-port N, --ws-port N     0: a free port (0)
  --slot-ms N                   time between two blocks (400)
  --accounts FILE               JSON list of {address, owner, lamports, data: base64}; repeatable
  --program ADDRESS=FILE        a program's .so; repeatable
  --wallet FILE=LAMPORTS        a keypair file, created if it is missing; repeatable
  --upgrade-authority FILE      the wallet that may upgrade the programs (default: none)
  --until-stdin-closes          stop when standard input ends";

/// The options of the command line.
pub struct Args {
    pub listen: IpAddr,
    pub rpc_port: u16,
    pub ws_port: u16,
    pub slot_ms: u64,
    pub accounts: Vec<PathBuf>,
    pub programs: Vec<(Pubkey, PathBuf)>,
    pub upgrade_authority: Option<PathBuf>,
    pub wallets: Vec<(PathBuf, u64)>,
    pub until_stdin_closes: bool,
}

impl Args {
    /// Reads the arguments after the program's name.
    pub fn parse(mut words: impl Iterator<Item = String>) -> Result<Self> {
        let mut args = Self {
            listen: Ipv4Addr::LOCALHOST.into(),
            rpc_port: 0,
            ws_port: 0,
            slot_ms: 400,
            accounts: vec![],
            programs: vec![],
            upgrade_authority: None,
            wallets: vec![],
            until_stdin_closes: false,
        };
        while let Some(option) = words.next() {
            if option == "--until-stdin-closes" {
                args.until_stdin_closes = true;
                continue;
            }
            let value = words
                .next()
                .with_context(|| format!("{option} needs a value"))?;
            match option.as_str() {
                "--listen" => args.listen = value_of(&option, &value)?,
                "--rpc-port" => args.rpc_port = value_of(&option, &value)?,
                "--ws-port" => args.ws_port = value_of(&option, &value)?,
                "--slot-ms" => args.slot_ms = value_of(&option, &value)?,
                "--accounts" => args.accounts.push(value.into()),
                "--program" => {
                    let (address, path) = pair(&option, &value)?;
                    args.programs
                        .push((value_of(&option, address)?, path.into()));
                }
                "--upgrade-authority" => args.upgrade_authority = Some(value.into()),
                "--wallet" => {
                    let (path, lamports) = pair(&option, &value)?;
                    args.wallets
                        .push((path.into(), value_of(&option, lamports)?));
                }
                _ => bail!("unknown option {option}"),
            }
        }
        Ok(args)
    }
}

fn value_of<T>(option: &str, value: &str) -> Result<T>
where
    T: FromStr,
    T::Err: std::error::Error + Send + Sync + 'static,
{
    value
        .parse()
        .with_context(|| format!("{option} cannot be {value:?}"))
}

fn pair<'a>(option: &str, value: &'a str) -> Result<(&'a str, &'a str)> {
    value
        .split_once('=')
        .with_context(|| format!("{option} needs A=B, not {value:?}"))
}
