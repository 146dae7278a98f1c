//! A client of pump.fun's programs. It is an independent oracle: it shares no code with the operator's client
//! (`operator/dat_operator/chain`) or with `hack/pump`, so a mistake in one of the three shows in a test.

pub mod coin;
pub mod creator_fees;
pub mod curve;
pub mod curve_trades;
pub mod fee_rates;
pub mod fee_sharing;
pub mod graduation;
pub mod idl_call;
pub mod liquidity;
pub mod multi_hop;
pub mod pool;
pub mod pool_trades;

pub use coin::{init_user_volume_accumulator, Coin, Kind, KINDS};
pub use curve::{Curve, CurveField};
pub use fee_rates::{Rates, SpendParts, RATES};
pub use pool::{Pool, PoolField};
pub use pool_trades::init_amm_volume_accumulator;
