"""A DATCycle's status from its Job, its pod's report and the chain's events."""

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from dat_operator.controller.jobs.reports import FinishedJob
from dat_operator.controller.objects.lifecycle import has_ended
from dat_operator.controller.objects.manifests import TRIGGER_LABEL
from dat_operator.controller.objects.observed import Body
from dat_operator.controller.status.conditions import ConditionSet
from dat_operator.controller.status.readiness import Obstacle, set_not_blocked, set_readiness
from dat_operator.domain import money
from dat_operator.domain.cycle_event import CycleEvent, Landed
from dat_operator.domain.report import Outcome, TokenReport, run_bytes
from dat_operator.domain.timestamp import timestamp

UNKNOWN = "Unknown"
"""Of amounts that nobody shows, or that are none of this ecosystem's."""
MANUAL = "Manual"
"""Of a DATCycle that nobody has labelled: somebody has created it."""
JOB_DELETED = "JobDeleted"
"""Why one is Failed whose Job was there, and is not."""


@dataclass(frozen=True, slots=True)
class CycleFacts:
    """What a DATCycle's status is made of."""

    body: Body
    job: Body | None = None
    finished: FinishedJob | None = None
    landed: Mapping[str, Sequence[Landed]] = field(default_factory=dict)
    """Cycles by the signature of their transaction, as far as they have been read."""
    names: Mapping[str, str] = field(default_factory=dict)
    """Tokens' names by mint."""
    waits_for: str | None = None
    """Why its Job is not there yet."""
    stuck: Obstacle | None = None
    """Why nothing will become of it until somebody acts."""
    recovered: Sequence[Landed] = ()
    """What it did, by the chain, if its report is lost."""
    gone: bool = False
    """Whether its Job was there, and is not any more."""


def without_amounts(cycles: Sequence[Body]) -> list[str]:
    """The signatures of ended cycles whose amounts have not been read from the chain yet."""
    tokens = [token for cycle in cycles for token in cycle.get("status", {}).get("tokens", [])]
    wanted = (t["signature"] for t in tokens if "signature" in t and not t.keys() & {"burned", "amounts"})
    return list(dict.fromkeys(wanted))


def cycle_status(facts: CycleFacts, now: datetime.datetime) -> dict[str, Any]:
    """The whole status. What has ended only gets the amounts that were not read yet."""
    old = dict(facts.body.get("status", {}))
    if has_ended(facts.body) and not _was_recorded_too_early(facts):
        return _with_amounts(old, facts) if facts.landed else old
    conditions = ConditionSet(facts.body, now)
    status: dict[str, Any] = {
        "trigger": facts.body["metadata"].get("labels", {}).get(TRIGGER_LABEL, MANUAL),
        "observedGeneration": int(facts.body["metadata"].get("generation", 0)),
    }
    if facts.job:
        meta = facts.job["metadata"]
        status["id"] = run_bytes(meta["uid"]).hex()
        status["startTime"] = facts.job.get("status", {}).get("startTime") or meta["creationTimestamp"]
    elif "startTime" in old:
        status |= {key: old[key] for key in ("id", "startTime") if key in old}
        if facts.gone:
            name, gone = facts.body["metadata"]["name"], "its Job was deleted before it was recorded"
            return _ended(status, conditions, FinishedJob(name, False, timestamp(now), None, gone), facts)
    if facts.finished:
        return _with_amounts(_ended(status, conditions, facts.finished, facts), facts)
    if facts.stuck:
        set_readiness(conditions, facts.stuck, "")
    else:
        waiting = ("Waiting", facts.waits_for) if facts.waits_for else ("Running", "its Job runs")
        conditions.set("Reconciling", True, *waiting)
        conditions.set("Ready", False, *waiting)
        set_not_blocked(conditions)
    return {**status, "conditions": conditions.all()}


def _was_recorded_too_early(facts: CycleFacts) -> bool:
    """Whether its Job is there after all: it was not seen when its record was made."""
    conditions = facts.body["status"].get("conditions", [])
    return facts.job is not None and any(c["reason"] == JOB_DELETED for c in conditions)


def _ended(
    status: dict[str, Any], conditions: ConditionSet, job: FinishedJob, facts: CycleFacts
) -> dict[str, Any]:
    tokens = _tokens(facts, job)
    total = max(len(tokens), (job.report.total or 0) if job.report else 0)
    outcome, message = _outcome(facts, job, tokens)
    if total > len(tokens):
        status["total"] = total
        cut = f"its report has room for {len(tokens)} of its {total} tokens; its Job's log names all"
        message = f"{message}; {cut}".removeprefix("; ")
    failed = "; ".join(f"{t['name']}: {t['reason']}" for t in tokens if t["outcome"] == Outcome.FAILED)
    said = "; ".join(part for part in (message, failed) if part) or f"its Job ended: {outcome}"
    bad, reason = outcome is Outcome.FAILED, str(outcome) if facts.job else JOB_DELETED
    conditions.set("Ready", not bad, reason, said)
    conditions.set("Stalled", bad, reason, said if bad else "no person has to act")
    conditions.set("Reconciling", False, "Ended", "its Job has ended")
    status |= {
        "outcome": str(outcome),
        "completionTime": job.finished_at,
        "durationSeconds": _seconds(status["startTime"], job.finished_at),
        "conditions": conditions.all(),
    }
    return {**status, "tokens": tokens, "display": _display(tokens, total)}


def _outcome(facts: CycleFacts, job: FinishedJob, tokens: Sequence[Any]) -> tuple[Outcome, str]:
    """How the whole ended, and what to say of it."""
    if facts.job is None:
        found = "; this is what the chain has of it" if tokens else ""
        return Outcome.FAILED, job.message + found
    dry_run = bool(facts.body["spec"].get("dryRun"))
    if job.report and (dry_run or job.report.total is not None):
        return job.report.outcome, job.report.message
    lost = "its report is not complete" if job.report else "its report is lost"
    lost += "" if dry_run else ", this is what the chain has of it"
    message = f"{job.said[:300]}; {lost}".removeprefix("; ")
    if job.report or not job.succeeded:
        return job.report.outcome if job.report else Outcome.FAILED, message
    return Outcome.COMPLETED if tokens or dry_run else Outcome.SKIPPED, message


def _tokens(facts: CycleFacts, job: FinishedJob) -> list[dict[str, Any]]:
    """What the report says of each token, and what the chain has of each that has landed."""
    reports = job.report.tokens if job.report else ()
    return list(
        {
            **{report.name: _token(report) for report in reports},
            **{token["name"]: token for token in map(partial(_recovered, facts.names), facts.recovered)},
        }.values()
    )


def _recovered(names: Mapping[str, str], landed: Landed) -> dict[str, Any]:
    event = landed.event
    report = TokenReport(
        # Its DATToken may be gone: what it burned is still to be shown.
        name=names.get(event.mint, event.mint),
        outcome=Outcome.COMPLETED,
        reason="CycleCompleted",
        cycle=event.cycle,
        signature=landed.signature,
    )
    return _token(report) | _amounts(event)


def _token(report: TokenReport) -> dict[str, Any]:
    return report.model_dump(mode="json", by_alias=True, exclude_defaults=True)


def _with_amounts(status: dict[str, Any], facts: CycleFacts) -> dict[str, Any]:
    tokens = [_with_event(token, facts) for token in status.get("tokens", [])]
    return {**status, "tokens": tokens, "display": _display(tokens, status.get("total", len(tokens)))}


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


def _display(tokens: Sequence[Mapping[str, Any]], total: int) -> dict[str, str]:
    done = sum(token["outcome"] == Outcome.COMPLETED for token in tokens)
    spent = sum(token.get("spentLamports", 0) for token in tokens)
    return {"tokens": f"{done}/{total}", "spent": money.sol(spent)}


def _seconds(start: str, end: str) -> int:
    times = [datetime.datetime.fromisoformat(text) for text in (start, end)]
    return max(0, round((times[1] - times[0]).total_seconds()))
