//! The costs of a cycle: compute units and rent.

mod compute_units;
mod rent;
mod short_accounts;
