//! A small Solana with pump.fun's true programs and ours, in one process.
//!
//! [`World`] is the chain, [`Coin`] a coin of pump.fun, [`Ecosystem`] and [`Dat`] are ours, and [`model`]
//! says what a cycle must do, in arithmetic of its own; [`compare`] holds a cycle against it. The tests are
//! in `tests/suite`.

pub mod addresses;
pub mod administration;
pub mod books;
pub mod client;
pub mod coin;
pub mod compare;
pub mod curve;
pub mod ecosystem;
pub mod failure;
pub mod fees;
pub mod flow;
pub mod graduation;
pub mod idl;
pub mod ledger;
pub mod liquidity;
pub mod looks;
pub mod model;
pub mod multi_hop;
pub mod names;
pub mod pool;
pub mod rates;
pub mod setup;
pub mod sharing;
pub mod steps;
pub mod swap;
pub mod tokens;
pub mod trades;
pub mod uses;
pub mod vocabulary;
pub mod world;

pub use addresses::*;
pub use anchor_lang::prelude::Pubkey;
pub use anchor_lang::solana_program::instruction::{AccountMeta, Instruction};
pub use coin::{transfer, Coin, Kind};
pub use curve::{Curve, CurveField};
pub use dat::errors::DatError;
pub use dat::events::CycleCompleted;
pub use dat::pump::BuyForm;
pub use dat::state::{DatState, Observation, Parameters, Role, RootShare, TokenStats};
pub use ecosystem::{ours, parameters, Dat, Ecosystem};
pub use failure::{Failure, Refusal};
pub use pool::{Pool, PoolField};
pub use rates::{Rates, RATES};
pub use solana_keypair::Keypair;
pub use solana_signer::Signer;
pub use world::{Done, World};

pub const SOL: u64 = 1_000_000_000;
