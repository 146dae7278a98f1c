"""Rows about money on chain. Those about wrapped SOL have a part in the engine, too."""

from hack.mutants.mutant import Mutant
from hack.mutants.row import Row

SOURCES = "programs/dat/src"
CYCLE, CLOSE, UNWRAP, WITHDRAW, CREDIT, PAUSE, ADMINISTER, STATE_MADE, TOKEN_MADE = (
    f"{SOURCES}/instructions/{name}.rs"
    for name in (
        *("cycle", "close", "unwrap", "withdraw", "credit_fees", "pause", "administer"),
        *("initialize_dat_state", "initialize_token_stats"),
    )
)
STATE, FEES, MARKET = f"{SOURCES}/state.rs", f"{SOURCES}/pump/fees.rs", f"{SOURCES}/pump/market.rs"
CHAIN, CYCLES = "operator/dat_operator/chain", "operator/dat_operator/cycle"

PROGRAM = [
    Row(
        "C1",
        Mutant(
            "wrapped SOL of the shared authority comes in",
            UNWRAP,
            "None => accounts.close(&accounts.state.shared_seeds(&state))?,",
            "None => return Err(crate::errors::refuse(DatError::MintMismatch)),",
        ),
        "unwrapping::what_is_collected_for_a_shared_creator_is_not_locked",
    ),
    Row(
        "C1",
        Mutant(
            "wrapped SOL comes in from any account",
            UNWRAP,
            "if !is_account ||",
            "if !is_account || self.wrapped.key() != associated(self.owner.key, &WSOL, &TOKEN) ||",
        ),
        "unwrapping::a_stranger_who_collects_first_takes_nothing_of_the_roots_share",
    ),
    Row(
        "C1",
        Mutant(
            "a buy spends no wrapped SOL that was there before",
            CYCLE,
            "Ok(lamports.min(amount()?.saturating_sub(before)))",
            "let _ = before;\n    amount()",
        ),
        "leftovers::wrapped_sol_that_was_given_is_never_spent_unsplit",
    ),
    Row(
        "C1",
        Mutant(
            "the account that buys need is made again",
            UNWRAP,
            "accounts.create_again(&seeds)?;",
            "let _ = &seeds;",
        ),
        "unwrapping::the_account_that_buys_need_is_there_again_at_the_rent_of_today",
    ),
    Row(
        "C1",
        Mutant(
            "a cycle unwraps first, wherever the wrapped SOL lies",
            "operator/dat_operator/cycle/assemble.py",
            "accounts = [Pubkey.from_string(address) for address, _ in state.wrapped]",
            "accounts: list[Pubkey] = []",
        ),
        "tests/unit/cycle/test_assemble.py::test_wrapped_sol_is_brought_in_from_every_account_that_has_some",
    ),
    Row(
        "C1",
        Mutant(
            "a run looks for wrapped SOL in all accounts",
            "operator/dat_operator/chain/spl/wrapped_sol.py",
            "        return await wrapped_of(rpc, owner)",
            "        return known",
        ),
        "tests/unit/chain/spl/test_wrapped_sol.py::test_a_graduated_coins_authority_is_asked_about",
    ),
    Row(
        "C1",
        Mutant(
            "what is wrapped for a closed token comes in whole",
            UNWRAP,
            "is_some_and(|stats| !stats.closed)",
            "is_some()",
        ),
        "unwrapping::closing_orphans_nothing_that_is_wrapped",
    ),
    Row(
        "C1",
        Mutant(
            "what somebody has unwrapped before is no failure",
            UNWRAP,
            "return Ok(());",
            "return Err(crate::errors::refuse(DatError::MintMismatch));",
        ),
        "unwrapping::a_stranger_who_unwraps_right_before_a_cycle_does_not_make_it_fail",
    ),
    Row(
        "H1",
        Mutant(
            "what falls behind each look is not bought at",
            "operator/dat_operator/cycle/observations.py",
            "return seen.price.rise(market.price, market.price.quote) > FALL_BPS * (ONE // BPS)",
            "return False",
        ),
        "tests/unit/cycle/test_run.py::test_a_price_that_falls_behind_each_look_is_not_bought_at",
    ),
    Row(
        "H1",
        Mutant(
            "a buy needs a look at the price before it",
            CYCLE,
            "ensure!(seen.is_fresh(slot) && settled, DatError::PriceNotObserved);",
            "let _ = settled;",
        ),
        "price_memory::a_look_serves_from_the_eighth_slot_to_the_hundred_and_fiftieth",
    ),
    Row(
        "H1",
        Mutant(
            "looking again cannot raise the price that was seen",
            STATE,
            "        if lower {\n            Self { quote, base, ..self }",
            "        if lower || true {\n            Self { quote, base, ..self }",
        ),
        "price_memory::looking_again_cannot_raise_the_price_that_was_seen",
    ),
    Row(
        "H1",
        Mutant(
            "a buy ends within the rise above what was seen",
            CYCLE,
            "limit = limit.min(market.price.room(earlier, may_rise).ok_or_else(overflow)?);",
        ),
        "price_bound::whatever_somebody_buys_ahead_the_price_ends_within_its_rise",
    ),
    Row(
        "H1",
        Mutant(
            "near its end a curve counts for the pool to be",
            MARKET,
            "if curve.may_complete() {",
            "if false && curve.may_complete() {",
        ),
        "sandwich_over_tiers::over_a_graduation",
    ),
    Row(
        "M1",
        Mutant(
            "a closed ecosystem is its last admin's",
            STATE_MADE,
            "ensure!(self.admin.key() == self.state.admin, DatError::UnauthorizedAccess);",
        ),
        "tombstones::the_old_admin_cannot_take_a_closed_ecosystems_addresses_over",
    ),
    Row(
        "M2",
        Mutant(
            "a root is named an hour before",
            ADMINISTER,
            "ensure!(now >= from, DatError::TimelockActive);",
        ),
        "timelocks::a_roots_share_cannot_be_sent_to_itself_for_a_moment",
    ),
    Row(
        "M2",
        Mutant(
            "a token comes back at the share that it had",
            TOKEN_MADE,
            "        ensure!(root_share_bps.is_none(), DatError::InvalidRootShare);\n        accounts.stats.closed = false;",
            "        if let Some(bps) = root_share_bps {\n"
            "            accounts.stats.root_share = Some(RootShare::fixed(bps)?);\n"
            "        }\n"
            "        accounts.stats.closed = false;",
        ),
        "tombstones::closing_and_coming_back_is_no_way_to_another_share",
    ),
    Row(
        "M2",
        Mutant(
            "another root waits an hour after the former was closed",
            TOKEN_MADE,
            "ensure!(Clock::get()?.unix_timestamp >= accounts.state.root_from, DatError::TimelockActive);",
        ),
        "promises::closing_the_root_and_admitting_another_is_no_way_around_the_hour",
    ),
    Row(
        "M3",
        Mutant(
            "what other ecosystems have bought since the look counts",
            CYCLE,
            "limit = limit.saturating_sub(market.price.worth(burned));",
        ),
        "other_ecosystems::together_they_spend_no_more_than_one_may",
    ),
    Row(
        "M4",
        Mutant(
            "whoever gets the creator's fee, coins spend alike",
            CYCLE,
            "let rise = market.price.rise(earlier, reserves).ok_or_else(overflow)?;",
            "let mut rise = market.price.rise(earlier, reserves).ok_or_else(overflow)?;\n"
            "        if market.creator != self.stats.authority {\n"
            "            rise = rise.max(10 * TOLERANCE);\n"
            "        }",
        ),
        "impact::an_adopted_or_foreign_coin_spends_as_much_as_an_own_one",
    ),
    Row(
        "L1",
        Mutant(
            "the hour counts from the pause",
            STATE,
            "self.withdraw_from.max(paused_at.saturating_add(TIMELOCK_SECONDS))",
            "self.withdraw_from.max(paused_at)",
        ),
        "timelocks::a_pause_and_a_withdrawal_do_not_fit_into_one_transaction",
    ),
    Row(
        "L1",
        Mutant(
            "a veto clears the address",
            ADMINISTER,
            "    state.withdraw_address = None;\n    state.pending_withdraw_address = None;\n    let event",
            "    state.pending_withdraw_address = None;\n    let event",
        ),
        "timelocks::the_emergency_admin_refuses_a_withdrawal",
    ),
    Row(
        "L1",
        Mutant(
            "an emergency admin is put aside after an hour",
            STATE,
            "Self { now: self.at(now), next, next_at: now.saturating_add(TIMELOCK_SECONDS) }",
            "Self { now: self.at(now), next, next_at: now }",
        ),
        "timelocks::the_emergency_admin_cannot_be_put_aside_before_a_withdrawal",
    ),
    Row(
        "L2",
        Mutant(
            "fees are credited to who shares the creator only",
            CREDIT,
            "ensure!(accounts.stats.shares_creator, DatError::CreatorMismatch);",
        ),
        "crediting::an_operator_cannot_push_the_pot_into_a_token_that_earns_nothing_of_it",
    ),
    Row(
        "L3",
        Mutant(
            "the least fee of the tiers beside counts",
            FEES,
            "let near = tiers().skip(at.saturating_sub(1)).take(at.min(1) + 2);",
            "let near = tiers().skip(at).take(1);",
        ),
        "impact::a_fee_that_rises_with_the_market_cap_counts_as_the_lower_one_beside_it",
    ),
    Row(
        "2",
        Mutant(
            "a token's pace is what the program has counted",
            CYCLE,
            "stats.count_at(now.time);",
            "stats.last_cycle_at = now.time;",
        ),
        "cycles::cycles_are_counted_by_the_hour_and_the_day",
    ),
]
