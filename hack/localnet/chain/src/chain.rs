//! surfpool at an address and ports of our choice. Its own SDK uses loopback and free ports only.

use std::{
    net::IpAddr,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::Duration,
};

use anyhow::{Context, Result, bail};
use crossbeam_channel::{Receiver, Sender, unbounded};
use surfpool_core::{
    runloops::start_local_surfnet_runloop,
    surfnet::{
        GeyserEvent,
        locker::SurfnetSvmLocker,
        svm::{SurfnetSvm, SurfnetSvmConfig},
    },
};
use surfpool_types::{
    BlockProductionMode, RpcConfig, SimnetCommand, SimnetConfig, SimnetEvent, SurfpoolConfig,
};
use tokio::{runtime::Handle, sync::Notify, time::timeout};

/// HTTP and websocket server: each reports its end.
const SERVERS: usize = 2;
const STOP_WITHIN: Duration = Duration::from_secs(5);

/// A chain whose servers do not listen yet. Accounts are written now.
pub struct Chain {
    pub svm: SurfnetSvmLocker,
    config: SurfpoolConfig,
    events: Receiver<SimnetEvent>,
    geyser_events: Receiver<GeyserEvent>,
}

/// A chain that answers.
pub struct Running {
    commands: Sender<SimnetCommand>,
    down: Arc<Notify>,
    stopping: Arc<AtomicBool>,
    watcher: Mutex<Option<thread::JoinHandle<()>>>,
}

impl Chain {
    pub fn new(listen: &IpAddr, rpc_port: u16, ws_port: u16, slot_ms: u64) -> Result<Self> {
        let simnet = SimnetConfig {
            offline_mode: true,
            remote_rpc_url: None,
            slot_time: slot_ms,
            block_production_mode: BlockProductionMode::Clock,
            // Profiles would run every transaction twice, for a web page that we do not serve.
            instruction_profiling_enabled: false,
            ..Default::default()
        };
        let (svm, events, geyser_events) = SurfnetSvm::new(SurfnetSvmConfig {
            surfnet_id: simnet.surfnet_id.clone(),
            slot_time: simnet.slot_time,
            instruction_profiling_enabled: simnet.instruction_profiling_enabled,
            max_profiles: simnet.max_profiles,
            log_bytes_limit: simnet.log_bytes_limit,
            ..Default::default()
        })
        .map_err(|error| anyhow::anyhow!("surfpool did not start: {error}"))?;
        Ok(Self {
            svm: SurfnetSvmLocker::new(svm),
            config: SurfpoolConfig {
                simnets: vec![simnet],
                rpc: RpcConfig {
                    bind_host: listen.to_string(),
                    bind_port: rpc_port,
                    ws_port,
                    ..Default::default()
                },
                ..Default::default()
            },
            events,
            geyser_events,
        })
    }

    /// Opens the servers and returns once they answer.
    pub fn start(self) -> Result<Running> {
        let (commands, received) = unbounded();
        let (svm, config, loopback) = (self.svm, self.config, commands.clone());
        let geyser_events = self.geyser_events;
        let runtime = Handle::current();
        thread::Builder::new()
            .name("chain".into())
            .spawn(move || {
                let ended = runtime.block_on(start_local_surfnet_runloop(
                    svm,
                    config,
                    loopback,
                    received,
                    geyser_events,
                ));
                if let Err(error) = ended {
                    eprintln!("error: {error}");
                }
            })
            .context("no thread for the chain")?;
        wait_until_ready(&self.events)?;
        Ok(Running::watch(commands, self.events))
    }
}

fn wait_until_ready(events: &Receiver<SimnetEvent>) -> Result<()> {
    loop {
        match events.recv() {
            Ok(SimnetEvent::CoreStarted(_)) => return Ok(()),
            Ok(SimnetEvent::Aborted(error)) => bail!("surfpool stopped: {error}"),
            Ok(SimnetEvent::Shutdown) | Err(_) => bail!("surfpool ended while it was starting"),
            Ok(event) => log(&event),
        }
    }
}

impl Running {
    /// Reads all events: surfpool blocks on a full queue.
    fn watch(commands: Sender<SimnetCommand>, events: Receiver<SimnetEvent>) -> Self {
        let down = Arc::new(Notify::new());
        let stopping = Arc::new(AtomicBool::new(false));
        let (notify, expected) = (down.clone(), stopping.clone());
        let watcher = thread::spawn(move || {
            let mut servers = SERVERS;
            while servers > 0 {
                match events.recv() {
                    Ok(SimnetEvent::Shutdown) => servers -= 1,
                    Ok(event) => log(&event),
                    Err(_) => break,
                }
                if !expected.load(Ordering::Relaxed) && servers < SERVERS {
                    break;
                }
            }
            notify.notify_one();
        });
        Self {
            commands,
            down,
            stopping,
            watcher: Mutex::new(Some(watcher)),
        }
    }

    /// Returns when the chain has ended.
    pub async fn ended(&self) {
        self.down.notified().await;
    }

    /// Closes both servers, so that their ports are free at the end of the process.
    pub async fn stop(&self) {
        self.stopping.store(true, Ordering::Relaxed);
        let _ = self.commands.send(SimnetCommand::Terminate(None));
        if timeout(STOP_WITHIN, self.ended()).await.is_err() {
            eprintln!("warning: the servers did not close within {STOP_WITHIN:?}");
        } else if let Some(watcher) = self.watcher.lock().ok().and_then(|mut w| w.take()) {
            let _ = watcher.join();
        }
    }
}

fn log(event: &SimnetEvent) {
    match event {
        SimnetEvent::WarnLog(at, text) => eprintln!("{at} warning: {text}"),
        SimnetEvent::ErrorLog(at, text) => eprintln!("{at} error: {text}"),
        SimnetEvent::Aborted(text) => eprintln!("aborted: {text}"),
        _ => {}
    }
}
