"""Rows about Jobs: what they read, decide and send."""

from hack.mutants.mutant import Mutant
from hack.mutants.row import Row

CHAIN, CYCLES = "operator/dat_operator/chain", "operator/dat_operator/cycle"
TESTS = "tests/unit"

JOBS = [
    Row(
        "S1",
        Mutant(
            "trades of strangers do not count as failures of a token",
            "operator/dat_operator/domain/errors.py",
            '        # Others\' trades, between the reading and the landing.\n        "SlippageExceeded",\n',
        ),
        f"{TESTS}/cycle/test_failures.py::test_failures_that_a_stranger_can_cause_pause_no_token",
    ),
    Row(
        "1",
        Mutant(
            "an account with a wrong owner or length counts as absent",
            "operator/dat_operator/chain/accounts.py",
            "made = account is not None and account.owner in map(str, owners) and len(account.data) >= least",
            "made = account is not None",
        ),
        f"{TESTS}/chain/test_foreign_accounts.py::test_rent_at_all_of_them_at_once_costs_no_other_token",
    ),
    Row(
        "1",
        Mutant(
            "an account that cannot be decoded affects one token",
            "operator/dat_operator/chain/coin_accounts.py",
            "            self._faults[str(error)] = None\n            return None",
            "            raise",
        ),
        f"{TESTS}/chain/test_foreign_accounts.py::test_what_cannot_be_decoded_costs_one_token_and_says_so",
    ),
    Row(
        "2",
        Mutant(
            "events of other ecosystems are ignored",
            "operator/dat_operator/chain/dat/codec.py",
            'if fields["state"] != state:',
            "if False:",
        ),
        f"{TESTS}/chain/dat/test_history.py::test_a_strangers_ecosystem_on_our_program_is_not_seen",
    ),
    Row(
        "3",
        Mutant(
            "an error is named by the instructions that ran",
            "operator/dat_operator/chain/tx/failure.py",
            "    return _named(_stack(top, ran.get(index + BUDGET_INSTRUCTIONS, ())), number, logs)",
            "    return _by_logs(logs) or _unnamed(top, number, logs)",
        ),
        f"{TESTS}/chain/tx/test_failure.py::test_a_refusal_is_named_by_what_ran_though_its_logs_are_cut",
    ),
    Row(
        "3",
        Mutant(
            "an error without a name is simulated again alone",
            "operator/dat_operator/cycle/simulate.py",
            "if refusal.unnamed and len(kept) > 1:",
            "if False:",
        ),
        f"{TESTS}/cycle/test_simulate.py::test_a_refusal_without_a_name_is_simulated_again_alone",
    ),
    Row(
        "3",
        Mutant(
            "a run waits for a node that indexes late",
            "operator/dat_operator/chain/tx/sender.py",
            "for _ in range(INDEX_POLLS):",
            "for _ in range(1):",
        ),
        f"{TESTS}/cycle/test_retries.py::test_a_landed_failure_that_no_node_shows_yet_is_waited_for_and_tried_again",
    ),
    Row(
        "3",
        Mutant(
            "after a failed batch the other tokens are tried alone",
            "operator/dat_operator/cycle/simulate.py",
            "error if culprit in (None, number) else ProgramError.by_other_token()",
            "error",
        ),
        f"{TESTS}/cycle/test_retries.py::test_a_landed_failure_is_the_culprits_and_the_others_are_tried_alone",
    ),
    Row(
        "7",
        Mutant(
            "the current admin signs, not the first one",
            "operator/dat_operator/domain/onchain_changes.py",
            "if state is None or state.admin == admin:",
            "if admin == seed:",
        ),
        f"{TESTS}/controller/test_golden.py::test_plan[admin-transferred-and-named]",
    ),
    Row(
        "7",
        Mutant(
            "the state's address derives from the first admin",
            "operator/dat_operator/domain/job_config.py",
            "return self.admin_base or self.admin",
            "return self.admin",
        ),
        "tests/integration/commands/test_admin_transfer.py::test_after_a_transfer_the_new_admins_wallet_sets_a_token_up",
    ),
    Row(
        "8",
        Mutant(
            "a walk limits its calls at a time",
            "operator/dat_operator/chain/dat/history_walk.py",
            "while self.calls - start < calls:",
            "while True:",
        ),
        f"{TESTS}/chain/dat/test_history_walk.py::test_it_makes_no_more_calls_than_it_may_and_goes_on_from_there",
    ),
    Row(
        "8",
        Mutant(
            "a run limits its calls for the history",
            "operator/dat_operator/chain/dat/history_walk.py",
            "if self.done or self.calls >= most:",
            "most = 10**6\n            if self.done:",
        ),
        f"{TESTS}/cycle/test_landed_cycles.py::test_a_flood_of_strangers_costs_a_run_so_many_calls_and_no_cycle",
    ),
    Row(
        "8",
        Mutant(
            "a reconciliation limits its calls for the history",
            "operator/dat_operator/controller/cycle/recovery.py",
            "await search.walk.go_on(left)",
            "await search.walk.go_on(10**6)",
        ),
        f"{TESTS}/controller/cycle/test_recovery.py::test_a_flood_of_strangers_costs_a_pass_so_many_calls_and_the_next_one_goes_on",
    ),
    Row(
        "8",
        Mutant(
            "all attempts of a run share one limit of calls",
            "operator/dat_operator/cycle/landed_cycles.py",
            "self._left_for_hidden -= walk.calls",
            "self._left_for_hidden -= 0",
        ),
        f"{TESTS}/cycle/test_landed_cycles.py::test_a_flood_costs_a_run_that_tries_again_no_more_calls",
    ),
    Row(
        "8",
        Mutant(
            "the transactions closest in time are read first",
            "operator/dat_operator/chain/dat/history_walk.py",
            "deque(sorted(self._fresh, key=self._distance))",
            "deque(self._fresh)",
        ),
        f"{TESTS}/controller/cycle/test_recovery.py::test_a_flood_of_strangers_at_another_second_does_not_hold_a_record_up",
    ),
    Row(
        "14",
        Mutant(
            "every read names the newest known slot",
            "operator/dat_operator/chain/rpc/slots.py",
            "return ([*params[:at], bound] if floor else params), floor",
            "return params, 0 * len(bound)",
        ),
        f"{TESTS}/chain/rpc/test_one_chain.py::test_numbers_of_one_endpoint_never_go_back",
    ),
    Row(
        "14",
        Mutant(
            "another endpoint cannot go back in slots",
            "operator/dat_operator/chain/reader.py",
            "slots=self._slots",
            "slots=None",
        ),
        f"{TESTS}/chain/test_reader.py::test_another_endpoint_goes_back_no_further",
    ),
    Row(
        "16",
        Mutant(
            "the least requested signature comes first",
            "operator/dat_operator/controller/cycle/recovery.py",
            "in sorted(due, key=lambda one: self._tries[one])[:CALLS]:",
            "in list(ends)[:CALLS]:",
        ),
        f"{TESTS}/controller/cycle/test_recovery.py::test_signatures_that_no_node_knows_do_not_keep_newer_ones_from_being_asked_for",
    ),
    Row(
        "16",
        Mutant(
            "a search for a missing transaction ends",
            "operator/dat_operator/controller/cycle/recovery.py",
            "if landed is not None or self._is_given_up(signature, ends[signature], chain.time):",
            "if landed is not None:",
        ),
        f"{TESTS}/controller/cycle/test_recovery.py::test_after_a_day_it_is_given_up_and_the_record_says_so",
    ),
    Row(
        "18",
        Mutant(
            "an upgrade has the time of its block",
            "operator/dat_operator/chain/pump/upgrades.py",
            "return latest if time is None else int(time)",
            "return latest",
        ),
        f"{TESTS}/chain/pump/test_upgrades.py::test_an_upgrade_has_the_time_of_its_block",
    ),
    Row(
        "18",
        Mutant(
            "without its block an upgrade gets a late date, not an early one",
            "operator/dat_operator/domain/upgrade.py",
            "SHORTEST_SLOT_SECONDS = 0.2",
            "SHORTEST_SLOT_SECONDS = 0.4",
        ),
        f"{TESTS}/chain/pump/test_upgrades.py::test_without_its_block_an_upgrade_is_not_dated_before_it_was",
    ),
    Row(
        "19",
        Mutant(
            "a bucket is swept before every distribution",
            "operator/dat_operator/cycle/fee_instructions.py",
            "if state.curve and (state.curve.creator_fee or source is FeeSource.SHARING):",
            "if state.curve and state.curve.creator_fee:",
        ),
        f"{TESTS}/cycle/test_assemble.py::test_a_bucket_is_swept_before_every_distribute_though_it_read_0",
    ),
    Row(
        "20",
        Mutant(
            "an expired transaction gets a higher fee",
            "operator/dat_operator/chain/tx/sender.py",
            "return price.after(self._expiries)",
            "return price",
        ),
        f"{TESTS}/chain/tx/test_sender_all.py::test_what_expired_is_priced_higher_up_to_the_cap",
    ),
]
