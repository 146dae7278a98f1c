//! The built program with the real pump.fun, in one process. `DAT_PROGRAM_SO` and `PUMP_ARTIFACTS` name their files.

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
