//! Tests of our program with pump.fun's real programs, on a local chain in one process.
//!
//! | module | subject |
//! |---|---|
//! | [`chain`] | the local chain: transactions, accounts, clock |
//! | [`pump`] | a client of pump.fun's programs |
//! | [`program`] | a client of our program: [`Ecosystem`], and [`Dat`], a token of it |
//! | [`model`] | computes what a cycle must do, and compares the cycle with it |
//! | [`idl`] | reads the IDLs, and lists every instruction that anybody can send |
//!
//! The tests are in `tests/suite`.

pub mod addresses;
pub mod chain;
pub mod idl;
pub mod model;
pub mod program;
pub mod pump;

pub use addresses::*;
pub use anchor_lang::prelude::Pubkey;
pub use anchor_lang::solana_program::instruction::{AccountMeta, Instruction};
pub use chain::instructions::{create_ata, readonly, signer, transfer, writable};
pub use chain::wrapped_sol::create_wsol;
pub use chain::{u64_in, Chain, Failure, Refusal, Success};
pub use dat::errors::DatError;
pub use dat::events::CycleCompleted;
pub use dat::pump::BuyForm;
pub use dat::state::{DatState, Observation, Parameters, Role, RootShare, TokenStats};
pub use program::*;
pub use pump::*;
pub use solana_keypair::Keypair;
pub use solana_signer::Signer;

pub const SOL: u64 = 1_000_000_000;
