"""Records and breakers of runs whose reports have no room for everything."""

from typing import Any

from solders.pubkey import Pubkey

from dat_operator.controller.plan import Plan
from dat_operator.domain.report import Outcome, Report, TokenReport
from tests.unit.controller.golden import CASES, NOW, plan_of, world_of, written

NAMES = [f"a-token-with-a-long-name-{number:02}" for number in range(30)]
OUTCOMES = dict(
    zip(NAMES, [*[Outcome.COMPLETED] * 20, *[Outcome.SKIPPED] * 5, *[Outcome.FAILED] * 5], strict=True)
)
DONE = [name for name, outcome in OUTCOMES.items() if outcome is Outcome.COMPLETED]


def mint(name: str) -> str:
    return str(Pubkey(bytes([100 + NAMES.index(name)] * 32)))


def reported(name: str, outcome: Outcome) -> TokenReport:
    reason = {Outcome.FAILED: "SlippageExceeded", Outcome.SKIPPED: "InsufficientFees"}.get(outcome)
    signature = f"{name}".ljust(88, "5") if outcome is Outcome.COMPLETED else None
    return TokenReport(name=name, outcome=outcome, reason=reason or "CycleCompleted", signature=signature)


def after_runs(count: int) -> Plan:
    """Of 30 tokens, of which 20 completed and 5 failed, each time."""
    world = world_of(CASES / "steady")
    spec = {"ecosystemRef": {"name": "fruit"}, "role": "Secondary"}
    world["tokens"] |= {name: {"spec": {**spec, "mint": mint(name)}} for name in NAMES}
    tokens = tuple(reported(name, outcome) for name, outcome in OUTCOMES.items())
    said = Report(cycle_id="00" * 16, outcome=Outcome.FAILED, tokens=tokens, total=30).encode()
    plan = plan_of(world)
    for number in range(count):
        run: dict[str, Any] = {"purpose": "cycle", "ended": "Failed", "at": f"2026-11-21T11:59:{number:02}Z"}
        name = f"run-{number}"
        world["jobs"] = {**world["jobs"], name: run}
        world["pods"] = {**world["pods"], name: {"job": name, "said": said}}
        world["cycles"] = {**world["cycles"], name: {"spec": {"ecosystemRef": {"name": "fruit"}}}}
        landed = {f"5{one}": {"mint": mint(one), "cycle": 1, "tokens_burned": 7} for one in DONE}
        world["recovered"] = {**world.get("recovered", {}), name: landed}
        plan = plan_of(world, NOW)
        world = written(world, plan)
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
