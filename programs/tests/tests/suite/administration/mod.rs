//! The instructions of the admin and the emergency admin, one file each, and the promises to holders that no
//! order of them breaks.

mod admitted_coins;
mod close;
mod composed_transactions;
mod initialize_dat_state;
mod initialize_token_stats;
mod pause;
mod reopen;
mod roles;
mod set_lookup_table;
mod set_root_token;
mod timelocks;
mod update_parameters;
mod update_root_share;
mod withdraw_to;
