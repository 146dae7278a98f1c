//! How money comes to a token: fees, credits, wrapped SOL, donations.

mod credit_fees;
mod donations;
mod unwrap;
mod wrapped_fees;
