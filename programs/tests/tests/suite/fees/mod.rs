//! How lamports reach a token: credits, wrapped SOL, donations.

mod credit_fees;
mod donations;
mod unwrap;
mod wrapped_fees;
