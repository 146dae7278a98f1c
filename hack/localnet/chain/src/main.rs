//! A local Solana chain with JSON-RPC and websockets: surfpool, offline, with the given programs,
//! accounts and wallets in place before the first request is answered.
//!
//! The program prints one line of JSON when the chain is ready. It stops on SIGTERM, on SIGINT and, as an
//! option, when its standard input closes, that is when its parent has ended.

mod args;
mod chain;
mod genesis;

use std::{io::Read, net::TcpListener, process::ExitCode, thread, time::Instant};

use anyhow::{Context, Result};
use serde_json::json;
use tokio::signal::unix::{SignalKind, signal};

use crate::{args::Args, chain::Chain};

#[tokio::main]
async fn main() -> ExitCode {
    let args = match Args::parse(std::env::args().skip(1)) {
        Ok(args) => args,
        Err(error) => {
            eprintln!("error: {error:#}\n\n{}", args::USAGE);
            return ExitCode::from(2);
        }
    };
    match run(&args).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

async fn run(args: &Args) -> Result<()> {
    let started = Instant::now();
    let rpc_port = port(args, args.rpc_port)?;
    let ws_port = port(args, args.ws_port)?;
    let chain = Chain::new(&args.listen, rpc_port, ws_port, args.slot_ms)?;

    for file in &args.accounts {
        genesis::accounts(&chain, file)?;
    }
    let mut wallets = serde_json::Map::new();
    for (path, lamports) in &args.wallets {
        let address = genesis::wallet(&chain, path, *lamports)?;
        wallets.insert(path.display().to_string(), address.to_string().into());
    }
    let authority = args
        .upgrade_authority
        .as_deref()
        .map(genesis::address)
        .transpose()?;
    for (address, path) in &args.programs {
        genesis::program(&chain, *address, authority, path).await?;
    }

    let running = chain.start()?;
    println!(
        "{}",
        json!({
            "pid": std::process::id(),
            "rpc_url": format!("http://{}:{rpc_port}", args.listen),
            "ws_url": format!("ws://{}:{ws_port}", args.listen),
            "wallets": wallets,
            "ready_ms": started.elapsed().as_millis() as u64,
        })
    );
    let mut terminate = signal(SignalKind::terminate())?;
    tokio::select! {
        _ = terminate.recv() => {}
        result = tokio::signal::ctrl_c() => result?,
        () = closed_input(), if args.until_stdin_closes => {}
        () = running.ended() => anyhow::bail!("the chain ended by itself; see its log"),
    }
    running.stop().await;
    Ok(())
}

/// The wanted port, or a free one. Between the probe and its use another process may take the port:
/// surfpool then does not start, and the caller starts this program again.
fn port(args: &Args, wanted: u16) -> Result<u16> {
    let listener = TcpListener::bind((args.listen, wanted)).with_context(|| {
        format!(
            "cannot listen on {}:{wanted}; 0 takes a free port",
            args.listen
        )
    })?;
    Ok(listener.local_addr()?.port())
}

async fn closed_input() {
    let (sender, receiver) = tokio::sync::oneshot::channel();
    // A thread, because a blocked read in tokio would stop the runtime from ending.
    thread::spawn(move || {
        let mut buffer = [0; 64];
        while matches!(std::io::stdin().read(&mut buffer), Ok(1..)) {}
        let _ = sender.send(());
    });
    let _ = receiver.await;
}
