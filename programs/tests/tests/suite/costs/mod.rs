//! What a cycle costs: compute units and rent.

mod compute_units;
mod rent;
mod short_accounts;
