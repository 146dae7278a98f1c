"""An ecosystem's status, from its observation."""

import datetime
from typing import Any

from dat_operator.controller.ecosystem.health import HEALTH_CHECKS, EcosystemHealthInput
from dat_operator.controller.objects.observed import Body, Observed
from dat_operator.controller.status import breaker_condition
from dat_operator.controller.status.conditions import ConditionSet, copied_fields
from dat_operator.controller.status.findings import Effect, Finding
from dat_operator.controller.status.readiness import Obstacle, first_obstacle, set_readiness
from dat_operator.domain import money
from dat_operator.domain.chain_state import ChainState


def ecosystem_status(
    given: EcosystemHealthInput,
    body: Body,
    setup: Obstacle | None,
    next_start: str | None,
    now: datetime.datetime,
) -> dict[str, Any]:
    """Return the complete status; ``setup`` is None when nothing is left to set up."""
    old, observed = body.get("status", {}), given.observed
    return {
        **copied_fields(old),
        **(_numbers(observed.chain) if observed.chain else {}),
        "tokens": len(observed.tokens),
        "breaker": breaker_condition.breaker_status(given.breakers.ecosystem),
        **({"nextScheduleTime": next_start} if next_start else {}),
        "observedGeneration": int(body["metadata"].get("generation", 0)),
        "conditions": _conditions(given, body, setup, now),
    }


def _conditions(
    given: EcosystemHealthInput, body: Body, setup: Obstacle | None, now: datetime.datetime
) -> list[dict[str, Any]]:
    conditions = ConditionSet(body, now)
    findings: dict[str, Finding | None] = {"RPCHealthy": _rpc_healthy(body, given.observed, conditions)}
    findings |= {kind: check(given) for kind, check in HEALTH_CHECKS.items()}
    breaker = given.breakers.ecosystem
    findings["BreakerClosed"] = breaker_condition.finding("datecosystem", given.observed.name, breaker)
    for kind, found in findings.items():
        if found:
            conditions.set(kind, found.status, found.reason, found.message)
        elif not conditions.keep(kind):
            message = "unknown until the chain can be read: see RPCHealthy"
            conditions.set(kind, None, "ChainUnreadable", message)
    # Set-up comes after the chain and the program, and before all other findings.
    first = first_obstacle([findings["RPCHealthy"], findings["ProgramAccessible"]])
    obstacle = given.not_allowed or first or setup or first_obstacle(findings.values())
    if given.spec.suspend:
        message = "every token is set up; the schedule starts no cycle because spec.suspend is true"
        set_readiness(conditions, obstacle, message, "Suspended")
    else:
        set_readiness(conditions, obstacle, "every token is set up; the schedule starts cycles")
    return conditions.all()


def _rpc_healthy(body: Body, observed: Observed, conditions: ConditionSet) -> Finding:
    if observed.chain:
        return Finding(True, "ChainReadable", "the endpoints answer")
    status = False if observed.chain_error else None
    message = observed.chain_error or "the chain has not been read yet"
    if "treasuryLamports" in body.get("status", {}):
        message += f"; the numbers are older than {conditions.since('RPCHealthy', status)}"
    return Finding(status, "ChainUnreadable", message, Effect.WAIT)


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
