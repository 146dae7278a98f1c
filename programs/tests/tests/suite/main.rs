//! The built program with the real pump.fun, in one process. `DAT_PROGRAM_SO` and `PUMP_ARTIFACTS` name their files.
//!
//! | folder | tests |
//! |---|---|
//! | `administration` | instructions of the admin and the emergency admin, and timelocks |
//! | `coins` | kinds of coins |
//! | `conservation` | random histories lose no lamport and no token |
//! | `costs` | compute units and rent |
//! | `cycle` | instructions that run cycles: `run_cycle`, `collect_fees`, `execute_buy`, `burn_and_update`, `record_failure` |
//! | `fees` | `credit_fees`, `unwrap`, donations |
//! | `prices` | `observe`, the price bound, the spending limit |
//! | `safety` | signers, accounts and errors of all instructions |
//! | `sandwich` | gains of sandwich attacks |
//! | `search` | a search for attacks |

mod administration;
mod coins;
mod conservation;
mod costs;
mod cycle;
mod fees;
mod prices;
mod safety;
mod sandwich;
mod search;
