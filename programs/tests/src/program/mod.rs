//! A client of our own program, and what the tests read of its accounts.

pub mod admin_instructions;
pub mod cycle_instructions;
pub mod ecosystem;
pub mod observations;
pub mod preparation;
pub mod totals;

pub use ecosystem::{our_instruction, parameters, Dat, Ecosystem, CYCLE_ID, ROOT_SHARE};
pub use totals::{assert_identity, assert_totals, assert_totals_after_rent_loss};
