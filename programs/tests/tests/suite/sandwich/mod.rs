//! Sandwich attacks: the gain of an attacker who buys before our cycle and sells after it.

mod across_tiers;
pub mod attack;
mod by_another_route;
mod in_pool;
mod of_several_ecosystems;
mod on_curve;
