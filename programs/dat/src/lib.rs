//! Hierarchical buyback-and-burn of pump.fun tokens.
//!
//! A **DAT** is a token whose creator fees buy it back and burn it. One token of an ecosystem is the
//! **root**; every **secondary** sends a share of its fees (the *root share*) to the ecosystem's
//! treasury, which the root's next cycle spends. The creator of a DAT is its **authority**, a bare PDA
//! of this program: pump.fun pays the fees to it, and it signs the buys.
//!
//! pump.fun's sweeps and collections need no signature, so they stand in front of a cycle in the same
//! transaction; the program judges by balances, whoever brought the lamports.
//!
//! All amounts are integers in base units (lamports, token base units); divisions round down.

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

    /// Creates an ecosystem: its state and its treasury, which the signing admin funds with rent.
    ///
    /// The state's address follows from the admin and `name`, so one admin may run several ecosystems. `base_admin`
    /// is the signer; for an ecosystem that was closed, whoever was the signer when it was created.
    pub fn initialize_dat_state(
        ctx: Context<InitializeDatState>,
        name: String,
        roles: Roles,
        root_share_bps: u16,
        parameters: Parameters,
    ) -> Result<()> {
        instructions::initialize_dat_state::initialize_dat_state(ctx, name, roles, root_share_bps, parameters)
    }

    /// Brings a token into its ecosystem and pays, once, every rent that its buys on the curve need.
    ///
    /// A secondary must have its authority, the shared authority or its own sharing config as creator. A root may
    /// be any coin. `root_share_bps` overrides the ecosystem's root share; it must be absent for a root.
    pub fn initialize_token_stats(
        ctx: Context<InitializeTokenStats>,
        role: Role,
        root_share_bps: Option<u16>,
    ) -> Result<()> {
        instructions::initialize_token_stats::initialize_token_stats(ctx, role, root_share_bps)
    }

    /// One cycle of one token in one instruction: take in what has come, split it, buy, burn. Operator.
    ///
    /// `expected_cycle` must equal the token's cycle count, so whatever was sent twice counts once.
    /// `cycle_id` names the run that asked for it and is kept in the stats, so that a restarted run
    /// knows its own work. `min_tokens_out` (at least 1) is the caller's bound on the price, for a buy of
    /// `planned_lamports`; a smaller one must bring so much the less.
    /// The remaining accounts are those of the form of buy.
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
            Turn { expected_cycle, cycle_id, min_tokens_out, planned_lamports },
        )
    }

    /// Looks at a token's price, which its next buy may exceed only by `max_price_rise_bps`. Operator.
    ///
    /// The buy must come 8 to 150 slots after the first look, and uses it up. Until then, or for 150 slots, another look
    /// only lowers the price.
    pub fn observe<'info>(ctx: Context<'info, Observe<'info>>) -> Result<()> {
        instructions::observe::observe(ctx)
    }

    /// Turns wrapped SOL of a token's authority, the shared authority or the treasury into lamports of it. Anybody.
    ///
    /// Without effect where there is none, or none any more.
    pub fn unwrap(ctx: Context<Unwrap>) -> Result<()> {
        instructions::unwrap::unwrap(ctx)
    }

    /// The first step of a cycle alone: take in what has come and split it. Operator.
    pub fn collect_fees<'info>(ctx: Context<'info, Cycle<'info>>) -> Result<()> {
        instructions::run_cycle::collect_fees(ctx)
    }

    /// The second step alone: buy with what is carried; this counts as the cycle. Operator.
    ///
    /// Only while the price is above the observed one by a trifle at most: a cycle at once burns what it buys, which
    /// other ecosystems of the same coin see.
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
            Turn { expected_cycle, cycle_id, min_tokens_out, planned_lamports },
        )
    }

    /// The third step alone: burn what lies in the token account. Operator.
    pub fn burn_and_update<'info>(ctx: Context<'info, Cycle<'info>>) -> Result<()> {
        instructions::run_cycle::burn_and_update(ctx)
    }

    /// Gives a token its part of what the shared authority has collected. Operator.
    ///
    /// `total_before` must equal the token's credited total, so whatever was sent twice counts once.
    pub fn credit_fees(ctx: Context<CreditFees>, total_before: u64, lamports: u64) -> Result<()> {
        instructions::credit_fees::credit_fees(ctx, total_before, lamports)
    }

    /// Counts a failed run of a token; the fifth in a row pauses it. Operator.
    pub fn record_failure(ctx: Context<RecordFailure>, cycle_id: [u8; 16], error_code: u32) -> Result<()> {
        instructions::pause::record_failure(ctx, cycle_id, error_code)
    }

    /// Stops an ecosystem, or one token of it. Admin or emergency admin.
    pub fn emergency_pause(ctx: Context<ChangeStatus>) -> Result<()> {
        instructions::pause::emergency_pause(ctx)
    }

    /// Lifts a pause of an ecosystem, or of one token, whose failures it forgets. Admin.
    pub fn resume(ctx: Context<ChangeStatus>) -> Result<()> {
        instructions::pause::resume(ctx)
    }

    /// Switches the cycles of an ecosystem, or of one token, on or off. Admin.
    pub fn set_active(ctx: Context<ChangeStatus>, active: bool) -> Result<()> {
        instructions::pause::set_active(ctx, active)
    }

    /// Sets all limits. Admin.
    pub fn update_parameters(ctx: Context<Administer>, parameters: Parameters) -> Result<()> {
        instructions::administer::update_parameters(ctx, parameters)
    }

    /// Changes the root share of an ecosystem, or of one secondary, by at most 500 basis points. Admin.
    ///
    /// The change holds an hour later, by itself; another one meanwhile takes its place.
    pub fn update_root_share(ctx: Context<UpdateRootShare>, root_share_bps: u16) -> Result<()> {
        instructions::administer::update_root_share(ctx, root_share_bps)
    }

    /// Names the secondary that may become the root an hour later. Admin.
    pub fn propose_root_token(ctx: Context<AdministerRoot>) -> Result<()> {
        instructions::administer::propose_root_token(ctx)
    }

    /// Makes the named secondary the root; the present root becomes a secondary, at the share it had. Admin.
    pub fn set_root_token(ctx: Context<SetRootToken>) -> Result<()> {
        instructions::administer::set_root_token(ctx)
    }

    /// Names the address lookup table that holds the accounts of a token's cycles, or none. Admin.
    pub fn set_lookup_table(ctx: Context<AdministerToken>, lookup_table: Option<Pubkey>) -> Result<()> {
        instructions::administer::set_lookup_table(ctx, lookup_table)
    }

    /// Names who may run cycles. Admin.
    pub fn set_operator(ctx: Context<Administer>, operator: Pubkey) -> Result<()> {
        instructions::administer::set_operator(ctx, operator)
    }

    /// Names who may pause and refuse a withdrawal, or nobody; holds an hour later. Admin.
    pub fn set_emergency_admin(ctx: Context<Administer>, emergency_admin: Option<Pubkey>) -> Result<()> {
        instructions::administer::set_emergency_admin(ctx, emergency_admin)
    }

    /// Names the next admin, who has to accept. Admin.
    pub fn propose_admin_transfer(ctx: Context<Administer>, new_admin: Pubkey) -> Result<()> {
        instructions::administer::propose_admin_transfer(ctx, new_admin)
    }

    /// Becomes admin. Whoever was named.
    pub fn accept_admin_transfer(ctx: Context<Accept>) -> Result<()> {
        instructions::administer::accept_admin_transfer(ctx)
    }

    /// Takes the naming of a next admin back. Admin.
    pub fn cancel_admin_transfer(ctx: Context<Administer>) -> Result<()> {
        instructions::administer::cancel_admin_transfer(ctx)
    }

    /// Names the address that withdrawals go to, whose owner has to accept. Admin.
    pub fn propose_withdraw_address(ctx: Context<Administer>, address: Pubkey) -> Result<()> {
        instructions::administer::propose_withdraw_address(ctx, address)
    }

    /// Becomes the address that withdrawals go to, an hour later. Whoever was named.
    pub fn accept_withdraw_address(ctx: Context<Accept>) -> Result<()> {
        instructions::administer::accept_withdraw_address(ctx)
    }

    /// Forgets the withdrawal address and who was named for it. Admin or emergency admin.
    pub fn clear_withdraw_address(ctx: Context<RefuseWithdrawal>) -> Result<()> {
        instructions::administer::clear_withdraw_address(ctx)
    }

    /// Sends all that a paused token's authority, or a paused ecosystem's treasury or shared authority, holds to the
    /// withdrawal address, an hour after the pause at the earliest. Admin.
    pub fn withdraw_to(ctx: Context<WithdrawTo>) -> Result<()> {
        instructions::withdraw::withdraw_to(ctx)
    }

    /// Takes a token out of its ecosystem once its authority and its token account are empty. Admin.
    ///
    /// Its stats stay, so `initialize_token_stats` brings it back with the role, share and counts that it had.
    pub fn close_token_stats(ctx: Context<CloseTokenStats>) -> Result<()> {
        instructions::close::close_token_stats(ctx)
    }

    /// Closes an ecosystem that has no token and no lamports left. Admin.
    ///
    /// Its state stays, so nobody but its last admin can open it again (`initialize_dat_state`), at the share it had.
    pub fn close_dat_state(ctx: Context<CloseDatState>) -> Result<()> {
        instructions::close::close_dat_state(ctx)
    }
}
