//! The accounts of the program. Authority and treasury are bare PDAs and hold nothing but lamports.

use anchor_lang::prelude::*;

pub const STATE_SEED: &[u8] = b"state";
pub const STATS_SEED: &[u8] = b"stats";
pub const AUTHORITY_SEED: &[u8] = b"authority";
pub const TREASURY_SEED: &[u8] = b"treasury";

/// Bytes of an ecosystem's name: the longest that still fits one PDA seed.
pub const MAX_NAME_LEN: usize = 32;

/// What a token is in its ecosystem.
#[derive(AnchorSerialize, AnchorDeserialize, InitSpace, Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// Takes in the treasury; keeps all of its own fees.
    Root,
    /// Sends its root share to the treasury.
    Secondary,
}

/// The limits an ecosystem's cycles keep to.
#[derive(AnchorSerialize, AnchorDeserialize, InitSpace, Clone, Copy, Debug, PartialEq, Eq)]
pub struct Parameters {
    /// Who may run cycles, and nothing else.
    pub operator: Pubkey,
    /// Share of a secondary's inflow that goes to the root, basis points, 1000 to 9000.
    pub root_share_bps: u16,
    /// What a root must have at hand (own and treasury) for a cycle, lamports, at least 1.
    pub min_fees_root_lamports: u64,
    /// What a secondary must have at hand for a cycle, lamports, at least 5,500,000.
    pub min_fees_secondary_lamports: u64,
    /// The most one cycle spends on its buy, lamports, at least 1.
    pub max_fees_per_cycle_lamports: u64,
    /// Time between two cycles of one token, seconds, 1 to 604,800.
    pub min_interval_seconds: u32,
    /// The most a buy may spend of the pool's quote reserves, basis points, 1 to 1000; the pool's fee
    /// bounds it further (`arithmetic::impact_limit`).
    pub max_price_impact_bps: u16,
}

/// An ecosystem. PDA `["state", admin at creation, name]`.
#[account]
#[derive(InitSpace)]
pub struct DatState {
    pub admin: Pubkey,
    pub treasury: Pubkey,
    pub treasury_bump: u8,
    pub parameters: Parameters,
    /// The mint of the ecosystem's one root token, once it has one.
    pub root_mint: Option<Pubkey>,
    #[max_len(MAX_NAME_LEN)]
    pub name: String,
}

/// One token of an ecosystem. PDA `["stats", state, mint]`.
///
/// At every moment `total_inflow + total_from_treasury = total_to_root + total_spent + carried`,
/// as long as rent does not rise.
#[account]
#[derive(InitSpace)]
pub struct TokenStats {
    pub state: Pubkey,
    pub mint: Pubkey,
    /// The token's creator: bare PDA `["authority", state, mint]`.
    pub authority: Pubkey,
    pub authority_bump: u8,
    /// The authority's associated token account; empty between cycles unless somebody donates.
    pub token_account: Pubkey,
    pub bonding_curve: Pubkey,
    /// Where pump.fun keeps the fees of the authority.
    pub creator_vault: Pubkey,
    pub role: Role,
    /// Lamports that the last cycle left unspent in the authority, on top of its rent.
    pub carried_lamports: u64,
    /// Cycles that have run; a cycle must name this number.
    pub cycle_count: u64,
    /// Unix time of the last cycle, seconds; 0 before the first.
    pub last_cycle_at: i64,
    /// The run that asked for the last cycle.
    pub last_cycle_id: [u8; 16],
    pub total_inflow_lamports: u64,
    pub total_from_treasury_lamports: u64,
    pub total_to_root_lamports: u64,
    pub total_spent_lamports: u64,
    /// Token base units.
    pub total_burned: u64,
    /// Instead of the ecosystem's root share, basis points.
    pub root_share_bps: Option<u16>,
}
