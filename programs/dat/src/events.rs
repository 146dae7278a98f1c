//! What the program reports, as inner instructions of itself: logs may be cut, these never are.

use anchor_lang::prelude::*;

/// One finished cycle. Lamports, token base units.
///
/// Always `carried_in + inflow + treasury_in = to_root + spent + carried_out`.
#[event]
pub struct CycleCompleted {
    pub state: Pubkey,
    pub mint: Pubkey,
    pub cycle_id: [u8; 16],
    /// The number of this cycle of the token, from 1.
    pub cycle: u64,
    pub carried_in: u64,
    /// Fees and donations since the last cycle.
    pub inflow: u64,
    pub treasury_in: u64,
    pub to_root: u64,
    pub spent: u64,
    pub carried_out: u64,
    pub tokens_bought: u64,
    /// What was bought and whatever else lay in the token account.
    pub tokens_burned: u64,
    pub supply_before: u64,
    pub supply_after: u64,
    /// Unix time, seconds.
    pub timestamp: i64,
}
