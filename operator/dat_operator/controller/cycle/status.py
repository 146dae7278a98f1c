"""A DATCycle's status from its Job, its pod's report and the chain's events."""

import datetime
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from dat_operator.controller.cycle.facts import CycleFacts
from dat_operator.controller.jobs.reports import FinishedJob
from dat_operator.controller.objects.lifecycle import has_ended
from dat_operator.controller.objects.manifests import TRIGGER_LABEL
from dat_operator.controller.objects.observed import Body
from dat_operator.controller.status.conditions import ConditionSet
from dat_operator.controller.status.readiness import set_not_blocked, set_readiness
from dat_operator.domain import money
from dat_operator.domain.cycle_event import CycleEvent, Landed
from dat_operator.domain.report import Outcome, TokenReport, run_bytes
from dat_operator.domain.timestamp import timestamp

UNKNOWN = "Unknown"
"""The amounts of a transaction that no node shows, or that has no cycle of the token."""
MANUAL = "Manual"
"""The trigger of a DATCycle without the label: a person created it."""
JOB_DELETED = "JobDeleted"
"""The reason of a DATCycle whose Job was deleted."""


def without_amounts(cycles: Sequence[Body]) -> list[str]:
    """The signatures of ended cycles whose amounts have not been read from the chain yet."""
    tokens = [token for cycle in cycles for token in cycle.get("status", {}).get("tokens", [])]
    wanted = (t["signature"] for t in tokens if "signature" in t and not t.keys() & {"burned", "amounts"})
    return list(dict.fromkeys(wanted))


def cycle_status(facts: CycleFacts, now: datetime.datetime) -> dict[str, Any]:
    """The complete status. An ended DATCycle only gets the amounts that were not read before."""
    old = dict(facts.body.get("status", {}))
    if has_ended(facts.body) and not _was_recorded_too_early(facts):
        return _with_amounts(old, facts) if facts.landed else old
    conditions, status = ConditionSet(facts.body, now), _identity(facts, old)
    if facts.job_deleted and "startTime" in status:
        return _with_amounts(_ended(status, conditions, _deleted(facts, now), facts), facts)
    if facts.finished:
        return _with_amounts(_ended(status, conditions, facts.finished, facts), facts)
    _set_progress(conditions, facts)
    return {**status, "conditions": conditions.all()}


def _identity(facts: CycleFacts, old: Mapping[str, Any]) -> dict[str, Any]:
    """Trigger, generation, id and start of the run. Without the Job, the old status has id and start."""
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
    return status


def _set_progress(conditions: ConditionSet, facts: CycleFacts) -> None:
    """The conditions of a DATCycle that has not ended."""
    if facts.stuck:
        set_readiness(conditions, facts.stuck, "")
        return
    waiting = ("Waiting", facts.waits_for) if facts.waits_for else ("Running", "its Job runs")
    conditions.set("Reconciling", True, *waiting)
    conditions.set("Ready", False, *waiting)
    set_not_blocked(conditions)


def _deleted(facts: CycleFacts, now: datetime.datetime) -> FinishedJob:
    """A deleted Job, as if it had failed now."""
    return FinishedJob(
        name=facts.body["metadata"]["name"],
        succeeded=False,
        finished_at=timestamp(now),
        report=None,
        message="its Job was deleted before the operator recorded it",
    )


def _was_recorded_too_early(facts: CycleFacts) -> bool:
    """Whether the Job exists although the record says that it was deleted: its watch lagged behind."""
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
        cut = f"the report has room for {len(tokens)} of {total} tokens; the log of the Job lists all"
        message = f"{message}; {cut}".removeprefix("; ")
    failed = "; ".join(f"{t['name']}: {t['reason']}" for t in tokens if t["outcome"] == Outcome.FAILED)
    text = "; ".join(part for part in (message, failed) if part) or f"its Job ended: {outcome}"
    bad, reason = outcome is Outcome.FAILED, str(outcome) if facts.job else JOB_DELETED
    conditions.set("Ready", not bad, reason, text)
    conditions.set("Stalled", bad, reason, text if bad else "no person has to act")
    conditions.set("Reconciling", False, "Ended", "its Job has ended")
    status |= {
        "outcome": str(outcome),
        "completionTime": job.finished_at,
        "durationSeconds": _seconds(status["startTime"], job.finished_at),
        "conditions": conditions.all(),
    }
    return {**status, "tokens": tokens, "display": _display(tokens, total)}


def _outcome(facts: CycleFacts, job: FinishedJob, tokens: Sequence[Any]) -> tuple[Outcome, str]:
    """The outcome of the run, and a message."""
    if facts.job is None:
        found = "; the chain shows these cycles" if tokens else ""
        return Outcome.FAILED, job.message + found
    dry_run = bool(facts.body["spec"].get("dryRun"))
    if job.report and (dry_run or job.report.total is not None):
        return job.report.outcome, job.report.message
    lost = "its report is incomplete" if job.report else "its report is lost"
    lost += "" if dry_run else ", the chain shows these cycles"
    message = f"{job.summary[:300]}; {lost}".removeprefix("; ")
    if job.report or not job.succeeded:
        return job.report.outcome if job.report else Outcome.FAILED, message
    return Outcome.COMPLETED if tokens or dry_run else Outcome.SKIPPED, message


def _tokens(facts: CycleFacts, job: FinishedJob) -> list[dict[str, Any]]:
    """The tokens of the report. A cycle that the chain shows replaces its token's report."""
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
        # The DATToken may be deleted: the record still shows the burned amount, under the mint.
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
