//! Every instruction of pump.fun's programs and of ours: whether the attackers of the search send it. If not,
//! the reason.

use Coverage::{Harmless, NeedsSigner, Searched};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Coverage {
    /// Anybody may send it, and the attackers of the search do.
    Searched,
    /// Only the holder of this key may send it. The IDL lists the key as a signer.
    NeedsSigner(&'static str),
    /// Anybody may send it. It moves nothing of ours, for this reason.
    Harmless(&'static str),
}

pub type Table = [(Coverage, &'static [&'static str])];

const REPAIRS: Coverage =
    Harmless("repairs the creator of older fee-sharing coins; pump.fun now sets it at once");
const READS: Coverage = Harmless("only reads");

pub const PUMP_COVERAGE: &Table = &[
    (
        Searched,
        &["buy", "buy_exact_quote_in_v2", "buy_exact_quote_in_v3", "buy_exact_sol_in", "buy_v2", "buy_v3"],
    ),
    (Searched, &["sell", "sell_v2", "sell_v3", "create", "create_v2", "migrate", "migrate_v2"]),
    (Searched, &["sweep_creator_fee", "sweep_protocol_fee", "collect_creator_fee", "collect_creator_fee_v2"]),
    (Searched, &["distribute_creator_fees", "distribute_creator_fees_v2"]),
    (Searched, &["claim_cashback", "claim_cashback_v2", "set_metaplex_creator", "extend_account"]),
    (
        Searched,
        &["init_user_volume_accumulator", "sync_user_volume_accumulator", "close_user_volume_accumulator"],
    ),
    (REPAIRS, &["migrate_bonding_curve_creator"]),
    (READS, &["get_minimum_distributable_fee"]),
    (Harmless("pays pump.fun's incentives to the named user, in another token"), &["claim_token_incentives"]),
    (Harmless("creates a settings account that already exists"), &["initialize", "initialize_quote_control"]),
    (NeedsSigner("pump_amm_global_config"), &["multi_hop_curve_swap"]),
    (NeedsSigner("admin_set_creator_authority"), &["admin_cto"]),
    (NeedsSigner("set_creator_authority"), &["set_creator"]),
    (NeedsSigner("holder_reward_claim_authority"), &["distribute_fee_to_holders"]),
    (NeedsSigner("sol_vault_authority"), &["set_mayhem_virtual_params"]),
    (NeedsSigner("authority"), &["add_quote_control_mint", "add_quote_mint", "admin_set_idl_authority"]),
    (
        NeedsSigner("authority"),
        &["admin_update_token_incentives", "remove_quote_control_mint", "remove_quote_mint"],
    ),
    (NeedsSigner("authority"), &["set_max_curve_depth", "set_params", "set_quote_control_admin"]),
    (NeedsSigner("authority"), &["set_quote_control_mint_reserves", "set_quote_control_reserves_admin"]),
    (
        NeedsSigner("authority"),
        &["set_reserved_fee_recipients", "set_virtual_quote_reserves", "toggle_cashback_enabled"],
    ),
    (NeedsSigner("authority"), &["toggle_create_v2", "toggle_mayhem_mode", "update_buyback_config"]),
    (
        NeedsSigner("authority"),
        &["update_creator_fee_config", "update_global_authority", "update_holder_reward_config"],
    ),
];

pub const PUMP_AMM_COVERAGE: &Table = &[
    (
        Searched,
        &[
            "buy",
            "buy_exact_quote_in",
            "buy_exact_quote_in_v2",
            "buy_v2",
            "sell",
            "sell_v2",
            "multi_hop_swap",
        ],
    ),
    (Searched, &["create_pool", "deposit", "withdraw", "extend_account", "claim_cashback"]),
    (Searched, &["sweep_creator_fee", "sweep_protocol_fee", "collect_coin_creator_fee"]),
    (Searched, &["transfer_creator_fees_to_pump", "transfer_creator_fees_to_pump_v2"]),
    (Searched, &["set_coin_creator", "init_boost"]),
    (REPAIRS, &["migrate_pool_coin_creator"]),
    (
        Searched,
        &["init_user_volume_accumulator", "sync_user_volume_accumulator", "close_user_volume_accumulator"],
    ),
    (Harmless("pays pump.fun's incentives to the named user, in another token"), &["claim_token_incentives"]),
    (NeedsSigner("pool_authority"), &["admin_cto_pool"]),
    (NeedsSigner("authority"), &["boost_buy_and_burn"]),
    (
        NeedsSigner("admin"),
        &["admin_update_token_incentives", "create_config", "disable", "set_boost_authority"],
    ),
    (NeedsSigner("admin"), &["set_reserved_fee_recipients", "toggle_boost", "toggle_cashback_enabled"]),
    (NeedsSigner("admin"), &["toggle_mayhem_mode", "update_admin", "update_buyback_config"]),
    (NeedsSigner("admin"), &["update_creator_fee_config", "update_fee_config"]),
];

const NO_CREATOR_OF_OURS: Coverage =
    Harmless("creates an account that the payer pays; only a signing creator can send fees there");

pub const PUMP_FEES_COVERAGE: &Table = &[
    (
        Searched,
        &["create_fee_sharing_config", "update_fee_shares", "update_fee_shares_v2", "extend_fee_config"],
    ),
    (READS, &["get_fees", "get_fees_with_quote_mint"]),
    (NO_CREATOR_OF_OURS, &["create_social_fee_pda", "create_donation_fee_pda", "initialize_buyback"]),
    (Harmless("forwards the balance of a donation account"), &["crank_donation_fee_pda"]),
    (Harmless("pays the signer's own referral vault"), &["withdraw"]),
    (Harmless("takes no accounts: pump.fun has disabled it"), &["revoke_fee_sharing_authority"]),
    (Harmless("takes no accounts: pump.fun has disabled it"), &["transfer_fee_sharing_authority"]),
    (NeedsSigner("pool_authority"), &["admin_cto_sharing_config"]),
    (NeedsSigner("social_claim_authority"), &["claim_social_fee_pda", "claim_social_fee_pda_v2"]),
    (NeedsSigner("authority"), &["initialize_fee_program_global", "set_authority", "set_claim_rate_limit"]),
    (NeedsSigner("authority"), &["set_disable_flags", "set_social_claim_authority", "sweep_buyback"]),
    (NeedsSigner("authority"), &["update_buyback_authority", "update_buyback_claim_rate_limit"]),
    (
        NeedsSigner("admin"),
        &["initialize_fee_config", "set_exotic_flat_fees", "update_admin", "update_fee_config"],
    ),
    (NeedsSigner("admin"), &["update_stable_fee_config", "upsert_fee_tiers", "upsert_stable_fee_tiers"]),
];

/// Anybody may create an ecosystem, so attackers of the search use their own ecosystems with our coins.
/// `safety/substituted_accounts.rs` tests the instructions that need one of our keys.
pub const OUR_COVERAGE: &Table = &[
    (
        Searched,
        &["initialize_dat_state", "initialize_token_stats", "run_cycle", "collect_fees", "execute_buy"],
    ),
    (Searched, &["burn_and_update", "credit_fees", "record_failure", "observe", "unwrap"]),
    (NeedsSigner("signer"), &["emergency_pause", "resume", "set_active", "clear_withdraw_address"]),
    (NeedsSigner("named"), &["accept_admin_transfer", "accept_withdraw_address"]),
    (
        NeedsSigner("admin"),
        &[
            "update_parameters",
            "update_root_share",
            "propose_root_token",
            "set_root_token",
            "set_lookup_table",
        ],
    ),
    (
        NeedsSigner("admin"),
        &["set_operator", "set_emergency_admin", "propose_admin_transfer", "cancel_admin_transfer"],
    ),
    (
        NeedsSigner("admin"),
        &["propose_withdraw_address", "withdraw_to", "close_token_stats", "close_dat_state"],
    ),
];
