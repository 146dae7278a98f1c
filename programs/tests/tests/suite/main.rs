//! The built program with the true pump.fun, in one process. `DAT_PROGRAM_SO` and `PUMP_ARTIFACTS` say where they are.

mod carrying;
mod compute_units;
mod conservation;
mod cycles;
mod donations;
mod errors;
mod exactly_once;
mod fee_tiers;
mod mixtures;
mod parameters;
mod rent;
mod sandwich;
mod scene;
mod setting_up;
mod signers;
mod substitution;
mod substitution_in_cycles;
