"""An ecosystem's status from what was observed."""

import datetime
from typing import Any

from dat_operator.controller.cycle import breakers
from dat_operator.controller.ecosystem.health import CHECKS, Subject
from dat_operator.controller.objects.observed import Body, Observed
from dat_operator.controller.status.conditions import ConditionSet, kept
from dat_operator.controller.status.findings import Effect, Finding
from dat_operator.controller.status.readiness import Obstacle, first_obstacle, set_readiness
from dat_operator.domain import money
from dat_operator.domain.chain_state import ChainState


def ecosystem_status(
    subject: Subject, body: Body, setup: Obstacle | None, next_start: str | None, now: datetime.datetime
) -> dict[str, Any]:
    """The whole status; ``setup`` is None when nothing is left to set up."""
    old, observed = body.get("status", {}), subject.observed
    return {
        **kept(old),
        **(_numbers(observed.chain) if observed.chain else {}),
        "tokens": len(observed.tokens),
        "breaker": breakers.shown(subject.breakers.ecosystem),
        **({"nextScheduleTime": next_start} if next_start else {}),
        "observedGeneration": int(body["metadata"].get("generation", 0)),
        "conditions": _conditions(subject, body, setup, now),
    }


def _conditions(
    subject: Subject, body: Body, setup: Obstacle | None, now: datetime.datetime
) -> list[dict[str, Any]]:
    conditions = ConditionSet(body, now)
    findings: dict[str, Finding | None] = {"RPCHealthy": _rpc_healthy(body, subject.observed, conditions)}
    findings |= {kind: check(subject) for kind, check in CHECKS.items()}
    breaker = subject.breakers.ecosystem
    findings["BreakerClosed"] = breakers.finding("datecosystem", subject.observed.name, breaker)
    for kind, found in findings.items():
        if found:
            conditions.set(kind, found.status, found.reason, found.message)
        elif not conditions.keep(kind):
            conditions.set(kind, None, "ChainUnreadable", "known once the chain can be read: see RPCHealthy")
    # What is to be set up matters once the chain answers, and before anything else does.
    first = first_obstacle([findings["RPCHealthy"], findings["ProgramAccessible"]])
    obstacle = subject.barred or first or setup or first_obstacle(findings.values())
    if subject.spec.suspend:
        said = "every token is set up; no cycle starts by itself: spec.suspend is true"
        set_readiness(conditions, obstacle, said, "Suspended")
    else:
        set_readiness(conditions, obstacle, "every token is set up; cycles run by the schedule")
    return conditions.all()


def _rpc_healthy(body: Body, observed: Observed, conditions: ConditionSet) -> Finding:
    if observed.chain:
        return Finding(True, "ChainRead", "the endpoints answer")
    status = False if observed.chain_error else None
    said = observed.chain_error or "the chain has not been read yet"
    if "treasuryLamports" in body.get("status", {}):
        said += f"; the numbers are of before {conditions.since('RPCHealthy', status)}"
    return Finding(status, "ChainUnreadable", said, Effect.WAIT)


def _numbers(chain: ChainState) -> dict[str, Any]:
    return {
        "addresses": {"state": chain.state_address, "treasury": chain.treasury_address},
        "treasuryLamports": chain.treasury_lamports,
        "operatorLamports": chain.operator_lamports,
        "display": {
            "treasury": money.sol(chain.treasury_lamports),
            "operator": money.sol(chain.operator_lamports),
        },
    }
