"""Records and breakers of many tokens: reports have no room for everything, histories have a limit."""

from typing import Any

import pytest
from solders.pubkey import Pubkey

from dat_operator.controller.objects.writes import Plan
from dat_operator.domain.report import Outcome, Report, TokenReport
from tests.support.golden_cases import CASES, NOW, GoldenInput, input_of, merged, plan_of, written

NAMES = [f"a-token-with-a-long-name-{number:02}" for number in range(30)]
OUTCOMES = dict(
    zip(NAMES, [*[Outcome.COMPLETED] * 20, *[Outcome.SKIPPED] * 5, *[Outcome.FAILED] * 5], strict=True)
)
DONE = [name for name, outcome in OUTCOMES.items() if outcome is Outcome.COMPLETED]


def mint(name: str) -> str:
    return str(Pubkey(bytes([100 + NAMES.index(name)] * 32)))


def reported(name: str, outcome: Outcome) -> TokenReport:
    reason = {Outcome.FAILED: "InvalidFeeConfig", Outcome.SKIPPED: "InsufficientFees"}.get(outcome)
    signature = f"{name}".ljust(88, "5") if outcome is Outcome.COMPLETED else None
    return TokenReport(name=name, outcome=outcome, reason=reason or "CycleCompleted", signature=signature)


def after_runs(count: int) -> Plan:
    """Of 30 tokens, of which 20 completed and 5 failed, each time."""
    given = input_of(CASES / "steady")
    spec = {"ecosystemRef": {"name": "fruit"}, "role": "Secondary"}
    given["tokens"] |= {name: {"spec": {**spec, "mint": mint(name)}} for name in NAMES}
    tokens = tuple(reported(name, outcome) for name, outcome in OUTCOMES.items())
    said = Report(run_id="00" * 16, outcome=Outcome.FAILED, tokens=tokens, total=30).encode()
    plan = plan_of(given)
    for number in range(count):
        run: dict[str, Any] = {"purpose": "cycle", "ended": "Failed", "at": f"2026-11-21T11:59:{number:02}Z"}
        name = f"run-{number}"
        given["jobs"] = {**given["jobs"], name: run}
        given["pods"] = {**given["pods"], name: {"job": name, "said": said}}
        given["cycles"] = {**given["cycles"], name: {"spec": {"ecosystemRef": {"name": "fruit"}}}}
        landed = {f"5{one}": {"mint": mint(one), "cycle": 1, "tokens_burned": 7} for one in DONE}
        given["recovered"] = {**given.get("recovered", {}), name: landed}
        plan = plan_of(given, NOW)
        given = written(given, plan)
    return plan


def statuses(plan: Plan, kind: str) -> dict[str, dict[str, Any]]:
    return {b["metadata"]["name"]: status for b, status in plan.statuses if b["kind"] == kind}


def test_the_record_of_a_run_of_thirty_tokens_names_all_with_what_they_burned() -> None:
    record = statuses(after_runs(1), "DATCycle")["run-0"]
    assert {t["name"]: t["outcome"] for t in record["tokens"]} == OUTCOMES
    assert {t["name"]: t["burned"] for t in record["tokens"] if "burned" in t} == dict.fromkeys(DONE, 7)
    assert record["display"]["tokens"] == "20/30"
    assert "total" not in record


def test_breakers_of_thirty_tokens_open_for_those_that_failed_and_no_others() -> None:
    """Cut after 20, the report of three runs opened the wrong ones."""
    plan = after_runs(3)
    found = {n: s["breaker"]["state"] for n, s in statuses(plan, "DATToken").items() if n in OUTCOMES}
    failed = {name for name, outcome in OUTCOMES.items() if outcome is Outcome.FAILED}
    assert {name for name, state in found.items() if state != "Closed"} == failed
    assert not statuses(plan, "DATEcosystem"), "its own breaker stays as it is, closed"


def after_cycles_of_each(outcomes: list[Outcome], limit: int) -> tuple[GoldenInput, Plan]:
    """30 tokens in PerToken mode, each with cycles of its own that ended so, one token after the other."""
    given = input_of(CASES / "steady")
    given["ecosystem"] = merged(
        given["ecosystem"], {"spec": {"cycle": {"mode": "PerToken", "history": {"limit": limit}}}}
    )
    spec = {"ecosystemRef": {"name": "fruit"}, "role": "Secondary"}
    given["tokens"] |= {name: {"spec": {**spec, "mint": mint(name)}} for name in NAMES}
    plan = plan_of(given)
    for round_, outcome in enumerate(outcomes):
        for number, name in enumerate(NAMES):
            ended = f"2026-11-21T11:{round_ + 50}:{number:02}Z"
            status = {
                "outcome": str(outcome),
                "startTime": ended,
                "completionTime": ended,
                "tokens": [{"name": name, "outcome": str(outcome), "reason": "AsItWent"}],
            }
            cycle = {"spec": {"ecosystemRef": {"name": "fruit"}, "tokens": [name]}, "status": status}
            given["cycles"] = {**given["cycles"], f"{name}-{round_}": cycle}
            plan = plan_of(given, NOW)
            given = written(given, plan)
    return given, plan_of(given, NOW)


def states(given: GoldenInput) -> set[str]:
    return {given["tokens"][name]["status"]["breaker"]["state"] for name in NAMES}


@pytest.mark.parametrize("limit", [1, 50])
def test_the_limit_of_the_history_does_not_turn_breakers_off(limit: int) -> None:
    """It counts the records of all tokens: of 30, none kept the three that open its breaker."""
    given, _ = after_cycles_of_each([Outcome.FAILED] * 3, limit)
    assert states(given) == {"HalfOpen"}


def test_a_run_that_fails_for_its_token_alone_is_not_the_ecosystems_failure() -> None:
    """Three tokens that failed one after the other suspended all; the whole trial skipped them, for ever."""
    given, _ = after_cycles_of_each([Outcome.FAILED], 50)
    assert given["ecosystem"]["status"]["breaker"]["state"] == "Closed"
    assert all(not cron_job["spec"]["suspend"] for cron_job in given["cron_jobs"].values())


@pytest.mark.parametrize("limit", [1, 50])
def test_records_that_no_breaker_needs_go(limit: int) -> None:
    given, plan = after_cycles_of_each([Outcome.FAILED, Outcome.FAILED, Outcome.COMPLETED], limit)
    assert states(given) == {"Closed"}
    assert len(given["cycles"]) == limit
    assert not plan.delete


def test_the_oldest_records_go_first() -> None:
    """Else a failure outlives, for a moment, the cycle that has closed its breaker."""
    given, _ = after_cycles_of_each([Outcome.FAILED, Outcome.FAILED, Outcome.COMPLETED], 50)
    given["ecosystem"] = merged(given["ecosystem"], {"spec": {"cycle": {"history": {"limit": 1}}}})
    ended = [body["status"]["completionTime"] for body in plan_of(given, NOW).delete]
    assert len(ended) == 49
    assert ended == sorted(ended)


def test_a_trial_that_told_nothing_is_not_asked_for_again_when_its_record_would_go() -> None:
    given, _ = after_cycles_of_each([Outcome.FAILED] * 3, 1)
    there = {"supply": 10**15, "curve": {}, "stats": {"role": "Secondary"}}
    given["chain"] = merged(given["chain"], {"tokens": {mint(name): there for name in NAMES}})
    plan = plan_of(given, NOW)
    trial = plan.create[0]
    (name,) = trial["spec"]["tokens"]
    ended = "2026-11-21T11:59:00Z"
    status = {"outcome": "Skipped", "startTime": ended, "completionTime": ended}
    skipped = {
        "spec": trial["spec"],
        "status": {**status, "tokens": [{"name": name, "outcome": "Skipped", "reason": "x"}]},
    }
    newer = {
        "spec": trial["spec"],
        "status": {**status, "completionTime": "2026-11-21T11:59:30Z", "tokens": []},
    }
    given["cycles"] = {**given["cycles"], trial["metadata"]["name"]: skipped, "newer": newer}
    gone = {body["metadata"]["name"] for body in plan_of(given, NOW).delete}
    assert trial["metadata"]["name"] not in gone
