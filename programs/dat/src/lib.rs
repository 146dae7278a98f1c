//! Hierarchical buyback-and-burn of pump.fun tokens.
//!
//! A **DAT** is a token whose creator fees buy it back and burn it. One token of an ecosystem is the
//! **root**; every **secondary** sends a share of its fees (the *root share*) to the ecosystem's
//! treasury, which the root's next cycle spends. The creator of a DAT is its **authority**, a bare PDA
//! of this program: pump.fun pays the fees to it, and it signs the buys.
//!
//! All amounts are integers in base units (lamports, token base units); divisions round down.

use anchor_lang::prelude::*;

pub mod arithmetic;
pub mod errors;
pub mod events;
pub mod instructions;
pub mod pump;
pub mod state;

use instructions::*;

declare_id!("D44e13BqyRGFyfthSyL88pVXWdJgsN1BwxeELrnkqUf6");

#[program]
pub mod dat {
    use super::*;

    /// Creates an ecosystem: its state and its treasury, which the signing admin funds with rent.
    ///
    /// The state's address follows from the admin and `name`, so one admin may run several ecosystems.
    pub fn initialize_dat_state(
        ctx: Context<InitializeDatState>,
        name: String,
        parameters: Parameters,
    ) -> Result<()> {
        instructions::create_ecosystem(ctx, name, parameters)
    }

    /// Brings a token into its ecosystem and pays, once, every rent that its later cycles need.
    ///
    /// `root_share_bps` overrides the ecosystem's root share; it must be absent for a root.
    pub fn initialize_token_stats(
        ctx: Context<InitializeTokenStats>,
        role: Role,
        root_share_bps: Option<u16>,
    ) -> Result<()> {
        instructions::admit_token(ctx, role, root_share_bps)
    }

    /// One cycle of one token, in one instruction: sweep and collect its fees, split, buy, burn.
    ///
    /// `expected_cycle` must equal the token's cycle count, so whatever was sent twice counts once.
    /// `cycle_id` names the run that asked for it and is kept in the stats, so that a restarted run
    /// knows its own work. `min_tokens_out` (at least 1) is the caller's bound on the price.
    ///
    /// The remaining accounts are those of pump.fun's `sweep_creator_fee` followed by those of its buy.
    pub fn run_cycle<'info>(
        ctx: Context<'info, RunCycle<'info>>,
        expected_cycle: u64,
        cycle_id: [u8; 16],
        min_tokens_out: u64,
    ) -> Result<()> {
        instructions::cycle(ctx, expected_cycle, cycle_id, min_tokens_out)
    }
}
