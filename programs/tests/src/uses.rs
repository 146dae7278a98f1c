//! Every instruction of pump.fun's programs and ours: whether an attacker of the search sends it, and if not, why not.

use Use::{Harmless, Search, Signed};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Use {
    /// Anybody may send it, and attackers of the search do.
    Search,
    /// Only whoever has this key may: an account of the IDL that signs.
    Signed(&'static str),
    /// Anybody may, and it moves nothing of ours, for this reason.
    Harmless(&'static str),
}

pub type Table = [(Use, &'static [&'static str])];

const REPAIRS: Use = Harmless(
    "brings a coin's fees to the sharing config that its creator has made; pump.fun does so at once now",
);
const READS: Use = Harmless("reads, and returns what it read");

pub const PUMP_USES: &Table = &[
    (
        Search,
        &["buy", "buy_exact_quote_in_v2", "buy_exact_quote_in_v3", "buy_exact_sol_in", "buy_v2", "buy_v3"],
    ),
    (Search, &["sell", "sell_v2", "sell_v3", "create", "create_v2", "migrate", "migrate_v2"]),
    (Search, &["sweep_creator_fee", "sweep_protocol_fee", "collect_creator_fee", "collect_creator_fee_v2"]),
    (Search, &["distribute_creator_fees", "distribute_creator_fees_v2"]),
    (Search, &["claim_cashback", "claim_cashback_v2", "set_metaplex_creator", "extend_account"]),
    (
        Search,
        &["init_user_volume_accumulator", "sync_user_volume_accumulator", "close_user_volume_accumulator"],
    ),
    (REPAIRS, &["migrate_bonding_curve_creator"]),
    (READS, &["get_minimum_distributable_fee"]),
    (
        Harmless("pays pump.fun's incentives, in a token of its own, to the user it names"),
        &["claim_token_incentives"],
    ),
    (
        Harmless("makes a settings account that pump.fun has made long ago"),
        &["initialize", "initialize_quote_control"],
    ),
    (Signed("pump_amm_global_config"), &["multi_hop_curve_swap"]),
    (Signed("admin_set_creator_authority"), &["admin_cto"]),
    (Signed("set_creator_authority"), &["set_creator"]),
    (Signed("holder_reward_claim_authority"), &["distribute_fee_to_holders"]),
    (Signed("sol_vault_authority"), &["set_mayhem_virtual_params"]),
    (Signed("authority"), &["add_quote_control_mint", "add_quote_mint", "admin_set_idl_authority"]),
    (
        Signed("authority"),
        &["admin_update_token_incentives", "remove_quote_control_mint", "remove_quote_mint"],
    ),
    (Signed("authority"), &["set_max_curve_depth", "set_params", "set_quote_control_admin"]),
    (Signed("authority"), &["set_quote_control_mint_reserves", "set_quote_control_reserves_admin"]),
    (
        Signed("authority"),
        &["set_reserved_fee_recipients", "set_virtual_quote_reserves", "toggle_cashback_enabled"],
    ),
    (Signed("authority"), &["toggle_create_v2", "toggle_mayhem_mode", "update_buyback_config"]),
    (
        Signed("authority"),
        &["update_creator_fee_config", "update_global_authority", "update_holder_reward_config"],
    ),
];

pub const PUMP_AMM_USES: &Table = &[
    (
        Search,
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
    (Search, &["create_pool", "deposit", "withdraw", "extend_account", "claim_cashback"]),
    (Search, &["sweep_creator_fee", "sweep_protocol_fee", "collect_coin_creator_fee"]),
    (Search, &["transfer_creator_fees_to_pump", "transfer_creator_fees_to_pump_v2"]),
    (Search, &["set_coin_creator", "init_boost"]),
    (REPAIRS, &["migrate_pool_coin_creator"]),
    (
        Search,
        &["init_user_volume_accumulator", "sync_user_volume_accumulator", "close_user_volume_accumulator"],
    ),
    (
        Harmless("pays pump.fun's incentives, in a token of its own, to the user it names"),
        &["claim_token_incentives"],
    ),
    (Signed("pool_authority"), &["admin_cto_pool"]),
    (Signed("authority"), &["boost_buy_and_burn"]),
    (Signed("admin"), &["admin_update_token_incentives", "create_config", "disable", "set_boost_authority"]),
    (Signed("admin"), &["set_reserved_fee_recipients", "toggle_boost", "toggle_cashback_enabled"]),
    (Signed("admin"), &["toggle_mayhem_mode", "update_admin", "update_buyback_config"]),
    (Signed("admin"), &["update_creator_fee_config", "update_fee_config"]),
];

const NO_CREATOR_OF_OURS: Use =
    Harmless("makes an account at the payer's cost; fees come there only if a creator who signs says so");

pub const PUMP_FEES_USES: &Table = &[
    (
        Search,
        &["create_fee_sharing_config", "update_fee_shares", "update_fee_shares_v2", "extend_fee_config"],
    ),
    (READS, &["get_fees", "get_fees_with_quote_mint"]),
    (NO_CREATOR_OF_OURS, &["create_social_fee_pda", "create_donation_fee_pda", "initialize_buyback"]),
    (Harmless("passes on what lies in a donation's own account"), &["crank_donation_fee_pda"]),
    (Harmless("pays out the referral vault of whoever signs"), &["withdraw"]),
    (Harmless("takes no accounts: pump.fun has taken it back"), &["revoke_fee_sharing_authority"]),
    (Harmless("takes no accounts: pump.fun has taken it back"), &["transfer_fee_sharing_authority"]),
    (Signed("pool_authority"), &["admin_cto_sharing_config"]),
    (Signed("social_claim_authority"), &["claim_social_fee_pda", "claim_social_fee_pda_v2"]),
    (Signed("authority"), &["initialize_fee_program_global", "set_authority", "set_claim_rate_limit"]),
    (Signed("authority"), &["set_disable_flags", "set_social_claim_authority", "sweep_buyback"]),
    (Signed("authority"), &["update_buyback_authority", "update_buyback_claim_rate_limit"]),
    (
        Signed("admin"),
        &["initialize_fee_config", "set_exotic_flat_fees", "update_admin", "update_fee_config"],
    ),
    (Signed("admin"), &["update_stable_fee_config", "upsert_fee_tiers", "upsert_stable_fee_tiers"]),
];

/// Anybody may have an ecosystem: attackers of the search run theirs over our coins. What needs a key of ours with our
/// accounts in every place, `substitution.rs` tries.
pub const OUR_USES: &Table = &[
    (Search, &["initialize_dat_state", "initialize_token_stats", "run_cycle", "collect_fees", "execute_buy"]),
    (Search, &["burn_and_update", "credit_fees", "record_failure", "observe", "unwrap"]),
    (Signed("signer"), &["emergency_pause", "resume", "set_active", "clear_withdraw_address"]),
    (Signed("named"), &["accept_admin_transfer", "accept_withdraw_address"]),
    (
        Signed("admin"),
        &[
            "update_parameters",
            "update_root_share",
            "propose_root_token",
            "set_root_token",
            "set_lookup_table",
        ],
    ),
    (
        Signed("admin"),
        &["set_operator", "set_emergency_admin", "propose_admin_transfer", "cancel_admin_transfer"],
    ),
    (Signed("admin"), &["propose_withdraw_address", "withdraw_to", "close_token_stats", "close_dat_state"]),
];
