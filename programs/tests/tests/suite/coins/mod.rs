//! Kinds of coins: which of them work, and how their fees arrive.

mod coin_kinds;
mod fee_sharing_coins;
mod graduated_coins;
