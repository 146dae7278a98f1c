//! A small Solana with pump.fun's true programs and ours, in one process.
//!
//! [`World`] is the chain, [`Coin`] a coin of pump.fun, [`Ecosystem`] and [`Dat`] are ours, and [`model`] says what
//! a cycle must do, in arithmetic of its own. The tests are in `tests/suite`.

pub mod addresses;
pub mod coin;
pub mod curve;
pub mod ecosystem;
pub mod failure;
pub mod model;
pub mod setup;
pub mod world;

pub use addresses::*;
pub use anchor_lang::prelude::Pubkey;
pub use anchor_lang::solana_program::instruction::{AccountMeta, Instruction};
pub use coin::{Coin, Kind};
pub use curve::{Curve, CurveField};
pub use dat::errors::DatError;
pub use dat::events::CycleCompleted;
pub use dat::state::{DatState, Parameters, Role, TokenStats};
pub use ecosystem::{parameters, Dat, Ecosystem};
pub use failure::Failure;
pub use solana_keypair::Keypair;
pub use solana_signer::Signer;
pub use world::{Done, World};

pub const SOL: u64 = 1_000_000_000;
