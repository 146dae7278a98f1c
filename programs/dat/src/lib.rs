//! Hierarchical buyback-and-burn of pump.fun tokens.
//!
//! A **DAT** is a token whose creator fees buy it back and burn it. One token of an ecosystem is the
//! **root**. Every **secondary** sends a share of its fees (the *root share*) to the ecosystem's treasury,
//! and the root's next cycle spends the treasury. The creator of a DAT is its **authority**, a bare PDA of
//! this program: pump.fun pays the fees to it, and it signs the buys.
//!
//! Sweeps and collections of pump.fun need no signature. Clients put them before a cycle in the same
//! transaction, and the program reads only balances.
//!
//! All amounts are integers in base units (lamports, token base units). Divisions round down.

use anchor_lang::prelude::*;

pub mod arithmetic;
pub mod errors;
pub mod events;
pub mod instructions;
pub mod pump;
pub mod state;
pub mod token;
pub mod transfer;

use instructions::*;

declare_id!("D44e13BqyRGFyfthSyL88pVXWdJgsN1BwxeELrnkqUf6");

#[program]
pub mod dat {
    use super::*;

    /// Creates an ecosystem with its state and its treasury. The signing admin pays the rent.
    ///
    /// The address of the state derives from `base_admin` and `name`, so one admin may have several
    /// ecosystems. `base_admin` is the signer. To reopen a closed ecosystem, pass the signer of its creation.
    pub fn initialize_dat_state(
        ctx: Context<InitializeDatState>,
        name: String,
        roles: Roles,
        root_share_bps: u16,
        parameters: Parameters,
    ) -> Result<()> {
        instructions::initialize_dat_state::initialize_dat_state(ctx, name, roles, root_share_bps, parameters)
    }

    /// Admits a token and pays, once, every rent that its buys on the curve need. Signer: the admin.
    ///
    /// The creator of a secondary must be its authority, the shared authority or its own sharing config. A
    /// root may be any coin. `root_share_bps` overrides the ecosystem's root share; it must be absent for a
    /// root.
    pub fn initialize_token_stats(
        ctx: Context<InitializeTokenStats>,
        role: Role,
        root_share_bps: Option<u16>,
    ) -> Result<()> {
        instructions::initialize_token_stats::initialize_token_stats(ctx, role, root_share_bps)
    }

    /// Runs one cycle of a token: collect, split, buy, burn. Signer: the operator.
    ///
    /// `expected_cycle` must equal the token's cycle count, so a cycle that is sent twice runs once. The
    /// stats keep `cycle_id`, the id of the requesting run, so a restarted run finds its own cycle.
    /// `min_tokens_out` (at least 1) is the caller's minimum for a buy of `planned_lamports`. A smaller buy
    /// needs proportionally fewer tokens. The remaining accounts are those of the form of buy.
    pub fn run_cycle<'info>(
        ctx: Context<'info, Cycle<'info>>,
        form: BuyForm,
        expected_cycle: u64,
        cycle_id: [u8; 16],
        min_tokens_out: u64,
        planned_lamports: u64,
    ) -> Result<()> {
        instructions::run_cycle::run_cycle(
            ctx,
            form,
            CycleRequest { expected_cycle, cycle_id, min_tokens_out, planned_lamports },
        )
    }

    /// Records a token's price. The next buy may exceed it only by `max_price_rise_bps`. Signer: the
    /// operator.
    ///
    /// The buy must come 8 to 150 slots after the first observation, and consumes it. Until then, or for 150
    /// slots, another observation can only lower the price.
    pub fn observe<'info>(ctx: Context<'info, Observe<'info>>) -> Result<()> {
        instructions::observe::observe(ctx)
    }

    /// Turns wrapped SOL of a token's authority, the shared authority or the treasury into lamports of the
    /// same account. Signer: anybody.
    ///
    /// Does nothing if there is no wrapped SOL.
    pub fn unwrap(ctx: Context<Unwrap>) -> Result<()> {
        instructions::unwrap::unwrap(ctx)
    }

    /// Runs the first step of a cycle alone: collect and split. Signer: the operator.
    pub fn collect_fees<'info>(ctx: Context<'info, Cycle<'info>>) -> Result<()> {
        instructions::run_cycle::collect_fees(ctx)
    }

    /// Runs the second step alone: buy with the carried lamports. This counts as the cycle. Signer: the
    /// operator.
    ///
    /// The price may be above the observed price by a small tolerance only. Other ecosystems of the same coin
    /// count burned tokens, and this step does not burn.
    pub fn execute_buy<'info>(
        ctx: Context<'info, Cycle<'info>>,
        form: BuyForm,
        expected_cycle: u64,
        cycle_id: [u8; 16],
        min_tokens_out: u64,
        planned_lamports: u64,
    ) -> Result<()> {
        instructions::run_cycle::execute_buy(
            ctx,
            form,
            CycleRequest { expected_cycle, cycle_id, min_tokens_out, planned_lamports },
        )
    }

    /// Runs the third step alone: burn the tokens of the token account. Signer: the operator.
    pub fn burn_and_update<'info>(ctx: Context<'info, Cycle<'info>>) -> Result<()> {
        instructions::run_cycle::burn_and_update(ctx)
    }

    /// Gives a token its part of the fees of the shared authority. Signer: the operator.
    ///
    /// `total_before` must equal the token's credited total, so a credit that is sent twice counts once.
    pub fn credit_fees(ctx: Context<CreditFees>, total_before: u64, lamports: u64) -> Result<()> {
        instructions::credit_fees::credit_fees(ctx, total_before, lamports)
    }

    /// Counts a failed run of a token. The fifth failure in a row pauses the token. Signer: the operator.
    pub fn record_failure(ctx: Context<RecordFailure>, cycle_id: [u8; 16], error_code: u32) -> Result<()> {
        instructions::pause::record_failure(ctx, cycle_id, error_code)
    }

    /// Pauses an ecosystem or one token. Signer: the admin or the emergency admin.
    pub fn emergency_pause(ctx: Context<ChangeStatus>) -> Result<()> {
        instructions::pause::emergency_pause(ctx)
    }

    /// Ends the pause of an ecosystem or of one token. For a token it also resets the consecutive failures.
    /// Signer: the admin.
    pub fn resume(ctx: Context<ChangeStatus>) -> Result<()> {
        instructions::pause::resume(ctx)
    }

    /// Switches the cycles of an ecosystem or of one token on or off. Signer: the admin.
    pub fn set_active(ctx: Context<ChangeStatus>, active: bool) -> Result<()> {
        instructions::pause::set_active(ctx, active)
    }

    /// Sets all limits. Signer: the admin.
    pub fn update_parameters(ctx: Context<Administer>, parameters: Parameters) -> Result<()> {
        instructions::administer::update_parameters(ctx, parameters)
    }

    /// Changes the root share of an ecosystem or of one secondary by at most 500 basis points. Signer: the
    /// admin.
    ///
    /// The change applies an hour later. Another change in the meantime replaces it.
    pub fn update_root_share(ctx: Context<UpdateRootShare>, root_share_bps: u16) -> Result<()> {
        instructions::administer::update_root_share(ctx, root_share_bps)
    }

    /// Nominates a secondary that may become the root an hour later. Signer: the admin.
    pub fn propose_root_token(ctx: Context<AdministerRoot>) -> Result<()> {
        instructions::administer::propose_root_token(ctx)
    }

    /// Makes the nominated secondary the root. The present root becomes a secondary with its earlier share.
    /// Signer: the admin.
    pub fn set_root_token(ctx: Context<SetRootToken>) -> Result<()> {
        instructions::administer::set_root_token(ctx)
    }

    /// Sets or clears the address lookup table with the accounts of a token's cycles. Signer: the admin.
    pub fn set_lookup_table(ctx: Context<AdministerToken>, lookup_table: Option<Pubkey>) -> Result<()> {
        instructions::administer::set_lookup_table(ctx, lookup_table)
    }

    /// Sets the operator. Signer: the admin.
    pub fn set_operator(ctx: Context<Administer>, operator: Pubkey) -> Result<()> {
        instructions::administer::set_operator(ctx, operator)
    }

    /// Sets or removes the emergency admin. The change applies an hour later. Signer: the admin.
    pub fn set_emergency_admin(ctx: Context<Administer>, emergency_admin: Option<Pubkey>) -> Result<()> {
        instructions::administer::set_emergency_admin(ctx, emergency_admin)
    }

    /// Nominates the next admin, who must accept. Signer: the admin.
    pub fn propose_admin_transfer(ctx: Context<Administer>, new_admin: Pubkey) -> Result<()> {
        instructions::administer::propose_admin_transfer(ctx, new_admin)
    }

    /// Accepts the role of the admin. Signer: the nominated key.
    pub fn accept_admin_transfer(ctx: Context<Accept>) -> Result<()> {
        instructions::administer::accept_admin_transfer(ctx)
    }

    /// Cancels the nomination of the next admin. Signer: the admin.
    pub fn cancel_admin_transfer(ctx: Context<Administer>) -> Result<()> {
        instructions::administer::cancel_admin_transfer(ctx)
    }

    /// Nominates the withdrawal address, which must accept. Signer: the admin.
    pub fn propose_withdraw_address(ctx: Context<Administer>, address: Pubkey) -> Result<()> {
        instructions::administer::propose_withdraw_address(ctx, address)
    }

    /// Accepts the role of the withdrawal address, which applies an hour later. Signer: the nominated
    /// address.
    pub fn accept_withdraw_address(ctx: Context<Accept>) -> Result<()> {
        instructions::administer::accept_withdraw_address(ctx)
    }

    /// Clears the withdrawal address and its nomination. Signer: the admin or the emergency admin.
    pub fn clear_withdraw_address(ctx: Context<RefuseWithdrawal>) -> Result<()> {
        instructions::administer::clear_withdraw_address(ctx)
    }

    /// Sends all lamports above rent of a paused token's authority, or of a paused ecosystem's treasury or
    /// shared authority, to the withdrawal address. The pause must be at least an hour old. Signer: the
    /// admin.
    pub fn withdraw_to(ctx: Context<WithdrawTo>) -> Result<()> {
        instructions::withdraw::withdraw_to(ctx)
    }

    /// Closes a token whose authority and token account are empty. Signer: the admin.
    ///
    /// The stats stay. `initialize_token_stats` admits the token again with its earlier role, share and
    /// counts.
    pub fn close_token_stats(ctx: Context<CloseTokenStats>) -> Result<()> {
        instructions::close::close_token_stats(ctx)
    }

    /// Closes an ecosystem without tokens and lamports. Signer: the admin.
    ///
    /// The state stays. Only its last admin can reopen it with `initialize_dat_state`, at its earlier share.
    pub fn close_dat_state(ctx: Context<CloseDatState>) -> Result<()> {
        instructions::close::close_dat_state(ctx)
    }
}
