"""A DATCycle's status from its Job, its pod's report and the chain's events."""

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from dat_operator.controller.conditions import ConditionSet
from dat_operator.controller.job_reports import FinishedJob
from dat_operator.controller.observed import Body
from dat_operator.controller.readiness import Obstacle, set_readiness
from dat_operator.controller.render import TRIGGER_LABEL
from dat_operator.domain import money
from dat_operator.domain.cycle_event import CycleEvent, Landed
from dat_operator.domain.report import Outcome, TokenReport, run_bytes
from dat_operator.domain.timestamp import timestamp

UNKNOWN = "Unknown"
"""Of amounts that nobody shows, or that are none of this ecosystem's."""
MANUAL = "Manual"
"""Of a DATCycle that nobody has labelled: somebody has created it."""


@dataclass(frozen=True, slots=True)
class CycleFacts:
    """What a DATCycle's status is made of."""

    body: Body
    job: Body | None
    finished: FinishedJob | None
    landed: Mapping[str, Sequence[Landed]]
    """Cycles by the signature of their transaction, as far as they have been read."""
    names: Mapping[str, str]
    """Tokens' names by mint."""
    waits_for: str | None
    """Why its Job is not there yet."""
    stuck: Obstacle | None = None
    """Why nothing will become of it until somebody acts."""
    recovered: Sequence[Landed] = ()
    """What it did, by the chain, if its report is lost."""


def has_ended(cycle: Body) -> bool:
    """Whether it is a record: nothing of it will happen any more."""
    return "completionTime" in cycle.get("status", {})


def without_amounts(cycles: Sequence[Body]) -> list[str]:
    """The signatures of ended cycles whose amounts have not been read from the chain yet."""
    tokens = [token for cycle in cycles for token in cycle.get("status", {}).get("tokens", [])]
    wanted = (t["signature"] for t in tokens if "signature" in t and not t.keys() & {"burned", "amounts"})
    return list(dict.fromkeys(wanted))


def cycle_status(facts: CycleFacts, now: datetime.datetime) -> dict[str, Any]:
    """The whole status. What has ended only gets the amounts that were not read yet."""
    old = dict(facts.body.get("status", {}))
    if has_ended(facts.body):
        return _with_amounts(old, facts) if facts.landed else old
    conditions = ConditionSet(facts.body, now)
    status: dict[str, Any] = {
        "trigger": facts.body["metadata"].get("labels", {}).get(TRIGGER_LABEL, MANUAL),
        "observedGeneration": int(facts.body["metadata"].get("generation", 0)),
    }
    if facts.job:
        meta = facts.job["metadata"]
        status["startTime"] = facts.job.get("status", {}).get("startTime") or meta["creationTimestamp"]
    elif "startTime" in old:
        # What it did is on chain, but nobody can say any more that it was this run.
        name, gone = facts.body["metadata"]["name"], "its Job was deleted before it was recorded"
        status["startTime"] = old["startTime"]
        return _ended(status, conditions, FinishedJob(name, False, timestamp(now), None, gone), facts)
    if facts.finished:
        return _with_amounts(_ended(status, conditions, facts.finished, facts), facts)
    if facts.stuck:
        set_readiness(conditions, facts.stuck, "")
    else:
        waiting = ("Waiting", facts.waits_for) if facts.waits_for else ("Running", "its Job runs")
        conditions.set("Reconciling", True, *waiting)
        conditions.set("Ready", False, *waiting)
        conditions.set("Stalled", False, "Progressing", "nothing stands in the way")
    return {**status, "conditions": conditions.all()}


def _ended(
    status: dict[str, Any], conditions: ConditionSet, job: FinishedJob, facts: CycleFacts
) -> dict[str, Any]:
    outcome, message, tokens = Outcome.FAILED, job.message[:300], _recovered(facts)
    if job.report:
        outcome, message = job.report.outcome, job.report.message
        tokens = [_token(report) for report in job.report.tokens]
        status["id"] = job.report.cycle_id
    elif facts.job:
        dry_run = bool(facts.body["spec"].get("dryRun"))
        status["id"] = run_bytes(facts.job["metadata"]["uid"]).hex()
        lost = "its report is lost" + ("" if dry_run else ", this is what the chain has of it")
        message = f"{message}; {lost}".removeprefix("; ")
        if job.succeeded:
            outcome = Outcome.COMPLETED if tokens or dry_run else Outcome.SKIPPED
    failed = "; ".join(f"{t['name']}: {t['reason']}" for t in tokens if t["outcome"] == Outcome.FAILED)
    said = "; ".join(part for part in (message, failed) if part) or f"its Job ended: {outcome}"
    bad = outcome is Outcome.FAILED
    conditions.set("Ready", not bad, str(outcome), said)
    conditions.set("Stalled", bad, str(outcome), said if bad else "nothing stands in the way")
    conditions.set("Reconciling", False, "Ended", "its Job has ended")
    status |= {
        "outcome": str(outcome),
        "completionTime": job.finished_at,
        "durationSeconds": _seconds(status["startTime"], job.finished_at),
        "conditions": conditions.all(),
    }
    return {**status, "tokens": tokens, "display": _display(tokens)}


def _recovered(facts: CycleFacts) -> list[dict[str, Any]]:
    return [
        _token(
            TokenReport(
                name=facts.names[landed.event.mint],
                outcome=Outcome.COMPLETED,
                reason="CycleCompleted",
                cycle=landed.event.cycle,
                signature=landed.signature,
            )
        )
        | _amounts(landed.event)
        for landed in facts.recovered
        if landed.event.mint in facts.names
    ]


def _token(report: TokenReport) -> dict[str, Any]:
    return report.model_dump(mode="json", by_alias=True, exclude_defaults=True)


def _with_amounts(status: dict[str, Any], facts: CycleFacts) -> dict[str, Any]:
    tokens = [_with_event(token, facts) for token in status.get("tokens", [])]
    return {**status, "tokens": tokens, "display": _display(tokens)}


def _with_event(token: dict[str, Any], facts: CycleFacts) -> dict[str, Any]:
    landed = facts.landed.get(token.get("signature", ""))
    if landed is None or "burned" in token:
        return token
    mine = next((one.event for one in landed if facts.names.get(one.event.mint) == token["name"]), None)
    return {**token, **(_amounts(mine) if mine else {"amounts": UNKNOWN})}


def _amounts(event: CycleEvent) -> dict[str, Any]:
    return {
        "inflowLamports": event.inflow,
        "fromTreasuryLamports": event.treasury_in,
        "toRootLamports": event.to_root,
        "spentLamports": event.spent,
        "carriedLamports": event.carried_out,
        "burned": event.tokens_burned,
        "supplyBefore": event.supply_before,
        "supplyAfter": event.supply_after,
    }


def _display(tokens: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    done = sum(token["outcome"] == Outcome.COMPLETED for token in tokens)
    spent = sum(token.get("spentLamports", 0) for token in tokens)
    return {"tokens": f"{done}/{len(tokens)}", "spent": money.sol(spent)}


def _seconds(start: str, end: str) -> int:
    times = [datetime.datetime.fromisoformat(text) for text in (start, end)]
    return max(0, round((times[1] - times[0]).total_seconds()))
