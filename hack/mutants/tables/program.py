"""Rows about money on chain. Some rows about wrapped SOL have their fix in the Jobs."""

from hack.mutants.mutant import Mutant
from hack.mutants.row import Row

SOURCES = "programs/dat/src"
CYCLE, SPENDING_LIMIT, UNWRAP, CREDIT, ADMINISTER, INITIALIZE_STATE, INITIALIZE_STATS = (
    f"{SOURCES}/instructions/{name}.rs"
    for name in (
        *("cycle", "spending_limit", "unwrap", "credit_fees", "administer"),
        *("initialize_dat_state", "initialize_token_stats"),
    )
)
FEES, MARKET = f"{SOURCES}/pump/fees.rs", f"{SOURCES}/pump/market.rs"
STATE, OBSERVATION, TIMELOCK = (
    f"{SOURCES}/{name}.rs" for name in ("state", "state/observation", "state/timelock")
)
CHAIN, CYCLES = "operator/dat_operator/chain", "operator/dat_operator/cycle"

PROGRAM = [
    Row(
        "C1",
        Mutant(
            "unwrap accepts wrapped SOL of the shared authority",
            UNWRAP,
            "None => accounts.close(&accounts.state.shared_seeds(&state))?,",
            "None => return Err(crate::errors::refuse(DatError::MintMismatch)),",
        ),
        "fees::unwrap::fees_of_the_shared_creator_are_not_locked",
    ),
    Row(
        "C1",
        Mutant(
            "unwrap accepts any wrapped-SOL account of the owner",
            UNWRAP,
            "if !is_account ||",
            "if !is_account || self.wrapped.key() != associated(self.owner.key, &WSOL, &TOKEN) ||",
        ),
        "fees::unwrap::a_stranger_who_collects_first_does_not_reduce_the_roots_share",
    ),
    Row(
        "C1",
        Mutant(
            "a buy does not spend earlier wrapped SOL",
            CYCLE,
            "Ok(lamports.min(amount()?.saturating_sub(before)))",
            "let _ = before;\n    amount()",
        ),
        "cycle::unspent_lamports::donated_wrapped_sol_is_not_spent_before_it_is_split",
    ),
    Row(
        "C1",
        Mutant(
            "unwrap creates the account again that buys need",
            UNWRAP,
            "accounts.create_again(&seeds)?;",
            "let _ = &seeds;",
        ),
        "fees::unwrap::unwrap_recreates_the_account_at_todays_rent",
    ),
    Row(
        "C1",
        Mutant(
            "a cycle first unwraps every wrapped-SOL account",
            "operator/dat_operator/cycle/fee_instructions.py",
            "accounts = [Pubkey.from_string(address) for address, _ in state.wrapped]",
            "accounts: list[Pubkey] = []",
        ),
        "tests/unit/cycle/test_assemble.py::test_every_account_with_wrapped_sol_is_unwrapped",
    ),
    Row(
        "C1",
        Mutant(
            "a run searches all accounts for wrapped SOL",
            "operator/dat_operator/chain/spl/wrapped_sol.py",
            "        return await wrapped_of(rpc, owner)",
            "        return known",
        ),
        "tests/unit/chain/spl/test_wrapped_sol.py::test_a_graduated_coins_authority_is_asked_about",
    ),
    Row(
        "C1",
        Mutant(
            "unwrap for a closed token returns the rent, too",
            UNWRAP,
            "is_some_and(|stats| !stats.closed)",
            "is_some()",
        ),
        "fees::unwrap::closing_does_not_lose_wrapped_sol",
    ),
    Row(
        "C1",
        Mutant(
            "unwrap does nothing after somebody else has unwrapped",
            UNWRAP,
            "return Ok(());",
            "return Err(crate::errors::refuse(DatError::MintMismatch));",
        ),
        "fees::unwrap::a_stranger_who_unwraps_first_does_not_fail_the_cycle",
    ),
    Row(
        "H1",
        Mutant(
            "a run does not buy at a price that falls after each observation",
            "operator/dat_operator/cycle/observations.py",
            "return seen.price.rise(market.price, market.price.quote) > FALL_BPS * (ONE // BPS)",
            "return False",
        ),
        "tests/unit/cycle/test_run_observations.py::test_a_price_that_falls_after_each_observation_is_not_bought_at",
    ),
    Row(
        "H1",
        Mutant(
            "a buy needs an earlier observation",
            SPENDING_LIMIT,
            "ensure!(observed.is_fresh(slot) && old_enough, DatError::PriceNotObserved);",
            "let _ = old_enough;",
        ),
        "prices::observe::an_observation_is_valid_for_slots_8_to_150",
    ),
    Row(
        "H1",
        Mutant(
            "a second observation cannot raise the observed price",
            OBSERVATION,
            "        if lower {\n            Self { quote, base, ..self }",
            "        if lower || true {\n            Self { quote, base, ..self }",
        ),
        "prices::observe::a_second_observation_cannot_raise_the_observed_price",
    ),
    Row(
        "H1",
        Mutant(
            "the price after a buy is within the allowed rise",
            SPENDING_LIMIT,
            "limit = limit.min(market.price.room(observed_price, max_rise).ok_or_else(overflow)?);",
        ),
        "prices::price_bound::after_any_buy_ahead_the_price_ends_within_the_allowed_rise",
    ),
    Row(
        "H1",
        Mutant(
            "a nearly complete curve counts as its future pool",
            MARKET,
            "if curve.may_complete() {",
            "if false && curve.may_complete() {",
        ),
        "sandwich::across_tiers::a_sandwich_across_a_graduation_gains_little",
    ),
    Row(
        "M1",
        Mutant(
            "only the last admin can reopen an ecosystem",
            INITIALIZE_STATE,
            "ensure!(self.admin.key() == self.state.admin, DatError::UnauthorizedAccess);",
        ),
        "administration::reopen::the_old_admin_cannot_reopen_a_closed_ecosystem",
    ),
    Row(
        "M2",
        Mutant(
            "a new root waits for the timelock",
            ADMINISTER,
            "ensure!(now >= from, DatError::TimelockActive);",
        ),
        "administration::timelocks::a_root_change_back_and_forth_cannot_avoid_the_split",
    ),
    Row(
        "M2",
        Mutant(
            "a closed token returns with its earlier share",
            INITIALIZE_STATS,
            "        ensure!(root_share_bps.is_none(), DatError::InvalidRootShare);\n        accounts.stats.closed = false;",
            "        if let Some(bps) = root_share_bps {\n"
            "            accounts.stats.root_share = Some(RootShare::fixed(bps)?);\n"
            "        }\n"
            "        accounts.stats.closed = false;",
        ),
        "administration::reopen::closing_and_readmitting_cannot_change_the_share",
    ),
    Row(
        "M2",
        Mutant(
            "another root waits an hour after the former was closed",
            INITIALIZE_STATS,
            "ensure!(Clock::get()?.unix_timestamp >= accounts.state.root_from, DatError::TimelockActive);",
        ),
        "administration::timelocks::closing_the_root_and_admitting_another_does_not_avoid_the_timelock",
    ),
    Row(
        "M3",
        Mutant(
            "buys of other ecosystems since the observation count",
            SPENDING_LIMIT,
            "limit = limit.saturating_sub(market.price.worth(burned));",
        ),
        "sandwich::of_several_ecosystems::together_they_spend_no_more_than_one_ecosystem_may",
    ),
    Row(
        "M4",
        Mutant(
            "the receiver of the creator fee does not change the limit",
            SPENDING_LIMIT,
            "let rise = market.price.rise(observed_price, reserves).ok_or_else(overflow)?;",
            "let mut rise = market.price.rise(observed_price, reserves).ok_or_else(overflow)?;\n"
            "        if market.creator != self.stats.authority {\n"
            "            rise = rise.max(10 * TOLERANCE);\n"
            "        }",
        ),
        "prices::spending_limit::the_creator_of_a_coin_does_not_change_the_limit",
    ),
    Row(
        "L1",
        Mutant(
            "the timelock of a withdrawal starts at the pause",
            STATE,
            "self.withdraw_from.max(paused_at.saturating_add(TIMELOCK_SECONDS))",
            "self.withdraw_from.max(paused_at)",
        ),
        "administration::timelocks::a_pause_and_a_withdrawal_in_one_transaction_are_refused",
    ),
    Row(
        "L1",
        Mutant(
            "a refusal clears the withdrawal address",
            ADMINISTER,
            "    state.withdraw_address = None;\n    state.pending_withdraw_address = None;\n    let event",
            "    state.pending_withdraw_address = None;\n    let event",
        ),
        "administration::timelocks::the_emergency_admin_refuses_a_withdrawal",
    ),
    Row(
        "L1",
        Mutant(
            "an emergency admin is replaced after an hour",
            TIMELOCK,
            "Self { now: self.at(now), next, next_at: now.saturating_add(TIMELOCK_SECONDS) }",
            "Self { now: self.at(now), next, next_at: now }",
        ),
        "administration::timelocks::the_emergency_admin_cannot_be_removed_before_a_withdrawal",
    ),
    Row(
        "L2",
        Mutant(
            "only tokens with the shared creator can be credited",
            CREDIT,
            "ensure!(accounts.stats.shares_creator, DatError::CreatorMismatch);",
        ),
        "fees::credit_fees::a_token_without_the_shared_creator_cannot_be_credited",
    ),
    Row(
        "L3",
        Mutant(
            "the lowest fee of the neighbouring tiers counts",
            FEES,
            "let near = tiers().skip(at.saturating_sub(1)).take(at.min(1) + 2);",
            "let near = tiers().skip(at).take(1);",
        ),
        "prices::spending_limit::the_lowest_fee_of_the_neighbouring_tiers_counts",
    ),
    Row(
        "2",
        Mutant(
            "the program counts the cycles of an hour and a day",
            CYCLE,
            "stats.count_cycle(now.time);",
            "stats.last_cycle_at = now.time;",
        ),
        "cycle::run_cycle::cycles_are_counted_per_hour_and_per_day",
    ),
]
