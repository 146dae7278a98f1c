"""A token's status, from the observation of its ecosystem."""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from dat_operator.controller.jobs.reports import FinishedJob
from dat_operator.controller.objects.observed import Body
from dat_operator.controller.status import breaker_condition
from dat_operator.controller.status.conditions import ConditionSet, copied_fields
from dat_operator.controller.status.findings import Finding
from dat_operator.controller.status.readiness import Obstacle, first_obstacle, set_readiness
from dat_operator.controller.token.admission import TokenAdmissionInput
from dat_operator.controller.token.chain_values import chain_values
from dat_operator.controller.token.health import HEALTH_CHECKS, examine, health_input
from dat_operator.domain.breaker import Breaker
from dat_operator.domain.dat_accounts import Role
from dat_operator.domain.refusal import Refusal
from dat_operator.domain.report import Outcome, TokenReport
from dat_operator.domain.token_state import TokenState


@dataclass(frozen=True, slots=True)
class TokenFacts:
    """The input of a token's status."""

    body: Body
    refusal: Refusal | None
    chain: TokenState | None
    setup: Obstacle
    """Why the token is not set up. Unused for a token that is set up."""
    last_run: FinishedJob | None
    breaker: Breaker | None
    """None without an ecosystem."""
    admission: TokenAdmissionInput | None
    """None if the ecosystem does not exist."""
    rejected_cron_job: Obstacle | None = None
    """Why the API server rejected the token's CronJob."""
    next_start: str | None = None
    """When the token's CronJob starts next; None if it does not."""

    @property
    def unread(self) -> bool:
        """Whether the chain could not be read."""
        return self.admission is not None and self.admission.observed.chain is None


def token_status(facts: TokenFacts, now: datetime.datetime) -> dict[str, Any]:
    """Return the complete status. During an outage the last known values stay; no value becomes zero."""
    old = facts.body.get("status", {})
    run = _last_run(facts) or old.get("lastRun", {})
    status = {
        **copied_fields(old),
        **(chain_values(facts.chain, old) if facts.chain else {}),
        "observedGeneration": int(facts.body["metadata"].get("generation", 0)),
        "conditions": _conditions(facts, run, now),
    }
    if run:
        status["lastRun"] = run
    if facts.breaker:
        status["breaker"] = breaker_condition.breaker_status(facts.breaker)
    if facts.next_start:
        status["nextScheduleTime"] = facts.next_start
    return status


def _conditions(
    facts: TokenFacts, last_run: Mapping[str, Any], now: datetime.datetime
) -> list[dict[str, Any]]:
    conditions = ConditionSet(facts.body, now)
    if facts.unread and facts.refusal is None and conditions.keep_all():
        return conditions.all()
    _set_initialized(facts, conditions)
    findings = _set_health(facts, last_run, conditions)
    obstacle = _obstacle(facts, findings)
    if facts.body["spec"].get("suspend"):
        message = "set up; runs skip the token because spec.suspend is true, unless a DATCycle names it"
        set_readiness(conditions, obstacle, message, "Suspended")
    else:
        set_readiness(conditions, obstacle, "set up; the ecosystem's runs include the token")
    return conditions.all()


def _set_initialized(facts: TokenFacts, conditions: ConditionSet) -> None:
    if _initialized(facts):
        conditions.set("Initialized", True, "SetupCompleted", "the token's stats account is on chain")
    elif facts.refusal:
        conditions.set("Initialized", False, facts.refusal.reason, "not set up: see Stalled")
    else:
        conditions.set("Initialized", False, facts.setup.reason, facts.setup.message)


def _set_health(
    facts: TokenFacts, last_run: Mapping[str, Any], conditions: ConditionSet
) -> dict[str, Finding]:
    """Set the health conditions and BreakerClosed; return the findings by condition type."""
    failures = facts.breaker.failures if facts.breaker else 0
    given = health_input(facts.admission, facts.chain, last_run, failures)
    findings = examine(given) if given else {}
    if facts.breaker:
        name = facts.body["metadata"]["name"]
        findings["BreakerClosed"] = breaker_condition.finding("dattoken", name, facts.breaker)
    for kind, found in findings.items():
        conditions.set(kind, found.status, found.reason, found.message)
    for kind in HEALTH_CHECKS[_role(facts.body)].keys() - findings.keys():
        if not (facts.unread and conditions.keep(kind)):
            message = "unknown until the token is set up: see Initialized"
            conditions.set(kind, None, "NotInitialized", message)
    return findings


def _obstacle(facts: TokenFacts, findings: Mapping[str, Finding]) -> Obstacle | None:
    """Return the root cause that stops the token's cycles; None if nothing does."""
    if facts.refusal:
        return Obstacle(facts.refusal.reason, facts.refusal.message, stuck=True)
    if not _initialized(facts):
        return facts.setup
    return facts.rejected_cron_job or first_obstacle(findings.values())


def _role(body: Body) -> Role:
    # A DATToken without an ecosystem has not been validated.
    return Role.ROOT if body["spec"].get("role") == Role.ROOT else Role.SECONDARY


def _initialized(facts: TokenFacts) -> bool:
    return facts.chain is not None and facts.chain.stats is not None


def _last_run(facts: TokenFacts) -> dict[str, Any] | None:
    """Return `status.lastRun` of the last Job; None if the Job says nothing about the token."""
    job = facts.last_run
    report = _report_of(facts, job) if job else None
    if job is None or report is None:
        return None
    shown = report.model_dump(mode="json", exclude_defaults=True, exclude={"name", "cycle"})
    return {"job": job.name, **shown}


def _report_of(facts: TokenFacts, job: FinishedJob) -> TokenReport | None:
    name = facts.body["metadata"]["name"]
    reports = job.report.tokens if job.report else []
    own: TokenReport | None = next((report for report in reports if report.name == name), None)
    if facts.chain and facts.chain.stats and facts.chain.stats.last_cycle_id.hex() == job.run:
        # The chain has the cycle, even if the Job failed after it.
        signature = own.signature if own else None
        completed = Outcome.COMPLETED
        return TokenReport(name=name, outcome=completed, reason="CycleCompleted", signature=signature)
    if own is None and not reports and not job.succeeded and _initialized(facts):
        # The Job ended before it came to the tokens: wrong wallet, no endpoint, out of memory.
        return TokenReport(name=name, outcome=Outcome.FAILED, reason="JobFailed", message=job.summary[:300])
    return own
