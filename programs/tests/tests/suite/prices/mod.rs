//! At which price, and for how much, a cycle buys.

mod curve_fee_tiers;
mod front_running;
mod observe;
mod pool_fee_tiers;
mod price_bound;
mod spending_limit;
