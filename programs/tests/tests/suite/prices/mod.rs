//! The price and the size of a cycle's buy.

mod curve_fee_tiers;
mod front_running;
mod observe;
mod pool_fee_tiers;
mod price_bound;
mod spending_limit;
