//! The operator's instructions that run cycles, one file each, and the properties of cycles.

mod burn_and_update;
pub mod buy_forms;
mod carried_lamports;
mod collect_fees;
mod exactly_once;
mod execute_buy;
mod record_failure;
mod run_cycle;
mod steps_equal_a_cycle;
mod unspent_lamports;
