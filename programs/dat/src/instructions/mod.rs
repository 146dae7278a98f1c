pub mod initialize_dat_state;
pub mod initialize_token_stats;
pub mod run_cycle;

pub use crate::state::{Parameters, Role};
pub use initialize_dat_state::*;
pub use initialize_token_stats::*;
pub use run_cycle::*;
