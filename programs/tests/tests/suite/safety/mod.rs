//! All instructions: who must sign, which accounts they take, which errors they return.

mod case_preparations;
mod error_setups;
mod errors;
mod forwarded_accounts;
mod instruction_coverage;
mod instruction_table;
mod mixed_accounts;
mod predecessor_faults;
mod signers;
mod substituted_accounts;
mod substituted_cycle_accounts;
mod substitution;
mod two_ecosystems;
