//! The events of the program. They are inner instructions of the program itself, because logs can be cut.
//! Amounts are lamports or token base units, times are Unix seconds.

use anchor_lang::prelude::*;

use crate::state::{Parameters, Role, RootShare, TimelockedRole};

#[event]
pub struct DatInitialized {
    pub state: Pubkey,
    pub admin: Pubkey,
    pub operator: Pubkey,
    pub emergency_admin: Option<Pubkey>,
    pub root_share_bps: u16,
    pub parameters: Parameters,
}

#[event]
pub struct TokenStatsInitialized {
    pub state: Pubkey,
    pub mint: Pubkey,
    pub role: Role,
    pub root_share_bps: Option<u16>,
}

/// A finished cycle.
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
    /// The bought tokens and all other tokens of the token account.
    pub tokens_burned: u64,
    pub supply_before: u64,
    pub supply_after: u64,
    pub timestamp: i64,
}

/// The first step of a cycle alone: `carried_in + inflow + treasury_in = to_root + carried_out`.
#[event]
pub struct FeesCollected {
    pub state: Pubkey,
    pub mint: Pubkey,
    pub carried_in: u64,
    pub inflow: u64,
    pub treasury_in: u64,
    pub to_root: u64,
    pub carried_out: u64,
    pub timestamp: i64,
}

/// The second step of a cycle alone.
#[event]
pub struct BuyExecuted {
    pub state: Pubkey,
    pub mint: Pubkey,
    pub cycle_id: [u8; 16],
    pub cycle: u64,
    pub spent: u64,
    pub carried_out: u64,
    pub tokens_bought: u64,
    pub timestamp: i64,
}

/// The third step of a cycle alone.
#[event]
pub struct TokensBurned {
    pub state: Pubkey,
    pub mint: Pubkey,
    pub tokens_burned: u64,
    pub supply_before: u64,
    pub supply_after: u64,
    pub timestamp: i64,
}

/// A token has received a part of the shared creator's fees.
#[event]
pub struct FeesCredited {
    pub state: Pubkey,
    pub mint: Pubkey,
    pub lamports: u64,
    pub total_credited: u64,
}

#[event]
pub struct CycleFailed {
    pub state: Pubkey,
    pub mint: Pubkey,
    pub cycle_id: [u8; 16],
    /// The number of the error in the program that returned it.
    pub error_code: u32,
    pub consecutive_failures: u8,
    /// Whether the token is paused now.
    pub paused: bool,
}

/// `mint` is absent for the whole ecosystem.
#[event]
pub struct StatusChanged {
    pub state: Pubkey,
    pub mint: Option<Pubkey>,
    pub active: bool,
    pub paused: bool,
    pub by: Pubkey,
}

#[event]
pub struct RootTokenProposed {
    pub state: Pubkey,
    pub mint: Pubkey,
    /// From this Unix time the token may become the root, seconds.
    pub from: i64,
}

#[event]
pub struct RootTokenSet {
    pub state: Pubkey,
    pub root_mint: Pubkey,
    pub previous: Option<Pubkey>,
}

/// `mint` is absent for the ecosystem's share.
#[event]
pub struct RootShareChanged {
    pub state: Pubkey,
    pub mint: Option<Pubkey>,
    pub share: RootShare,
}

#[event]
pub struct LookupTableSet {
    pub state: Pubkey,
    pub mint: Pubkey,
    pub lookup_table: Option<Pubkey>,
}

#[event]
pub struct ParametersUpdated {
    pub state: Pubkey,
    pub before: Parameters,
    pub after: Parameters,
}

/// All roles and nominations after a change.
#[event]
pub struct RolesChanged {
    pub state: Pubkey,
    pub admin: Pubkey,
    pub pending_admin: Option<Pubkey>,
    pub operator: Pubkey,
    pub emergency_admin: TimelockedRole,
    pub withdraw_address: Option<Pubkey>,
    pub pending_withdraw_address: Option<Pubkey>,
    pub withdraw_from: i64,
}

/// Wrapped SOL has become lamports of `owner`. `mint` is absent for the treasury and the shared authority.
#[event]
pub struct Unwrapped {
    pub state: Pubkey,
    pub mint: Option<Pubkey>,
    pub owner: Pubkey,
    pub lamports: u64,
}

/// `mint` is absent for the treasury and the shared authority.
#[event]
pub struct Withdrawn {
    pub state: Pubkey,
    pub mint: Option<Pubkey>,
    pub to: Pubkey,
    pub lamports: u64,
}

/// `mint` is absent for the ecosystem.
#[event]
pub struct Closed {
    pub state: Pubkey,
    pub mint: Option<Pubkey>,
}
