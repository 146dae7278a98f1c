//! Kinds of coins: which of them work, and over which ways their fees come.

mod coin_kinds;
mod fee_sharing_coins;
mod graduated_coins;
