//! Sandwich attacks: what an attacker gains who trades around our cycles.

mod across_tiers;
pub mod attack;
mod by_another_route;
mod in_pool;
mod of_several_ecosystems;
mod on_curve;
