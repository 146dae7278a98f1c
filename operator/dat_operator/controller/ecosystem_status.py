"""An ecosystem's status from what was observed."""

import datetime
from collections.abc import Mapping
from typing import Any

from dat_operator.api.ecosystem import EcosystemSpec
from dat_operator.controller import breakers
from dat_operator.controller.conditions import ConditionSet
from dat_operator.controller.job_reports import last_finished
from dat_operator.controller.observed import Body, Observed
from dat_operator.controller.token_status import Setup
from dat_operator.domain import money
from dat_operator.domain.breaker import Breaker
from dat_operator.domain.chain_state import ChainState
from dat_operator.domain.settings import Differences

OPERATOR_FLOOR_LAMPORTS = 10_000_000
"""What the operator wallet should hold at least: fees of some thousand transactions."""


def ecosystem_status(
    body: Body,
    spec: EcosystemSpec,
    observed: Observed,
    setup: Setup | None,
    breaker: Breaker,
    different: Differences | None,
    now: datetime.datetime,
) -> dict[str, Any]:
    """The whole status; ``setup`` is None when nothing is left to set up, ``different`` without a chain."""
    old = body.get("status", {})
    return {
        **{key: value for key, value in old.items() if key not in ("conditions", "observedGeneration")},
        **(_numbers(observed.chain) if observed.chain else {}),
        "tokens": len(observed.tokens),
        "breaker": breakers.shown(breaker),
        "observedGeneration": int(body["metadata"].get("generation", 0)),
        "conditions": _conditions(body, spec, observed, setup, breaker, different, now),
    }


def _conditions(
    body: Body,
    spec: EcosystemSpec,
    observed: Observed,
    setup: Setup | None,
    breaker: Breaker,
    different: Differences | None,
    now: datetime.datetime,
) -> list[dict[str, Any]]:
    conditions = ConditionSet(body, now)
    chain = observed.chain
    if chain is None:
        error = observed.chain_error or "the chain has not been read yet"
        conditions.set("RPCHealthy", False if observed.chain_error else None, "ChainUnreadable", error)
        conditions.keep("ProgramAccessible")
        conditions.keep("WalletsFunded")
    else:
        conditions.set("RPCHealthy", True, "ChainRead", "the endpoints answer")
        _program(conditions, spec, chain)
        _wallets(conditions, spec, chain)
    _pump(conditions, observed)
    _settings(conditions, observed.chain, different)
    breakers.set_condition(conditions, "datecosystem", observed.name, breaker)

    problem = _problem(conditions, setup)
    stuck = problem is not None and problem.stuck
    conditions.set("Stalled", stuck, *_words(problem if stuck else None, "nothing stands in the way"))
    working = problem is not None and not stuck
    conditions.set("Reconciling", working, *_words(problem if working else None, "nothing to do"))
    if problem:
        conditions.set("Ready", False, problem.reason, problem.message)
    else:
        conditions.set("Ready", True, "Ready", "every token is set up; cycles run by the schedule")
    return conditions.all()


def _words(problem: Setup | None, otherwise: str) -> tuple[str, str]:
    return (problem.reason, problem.message) if problem else ("Settled", otherwise)


def _problem(conditions: ConditionSet, setup: Setup | None) -> Setup | None:
    """What keeps the ecosystem from being ready, the root cause first."""
    # That pump.fun may have changed is no problem yet.
    failed = {
        c["type"]: c
        for c in conditions.all()
        if c["status"] == "False" or (c["status"] == "Unknown" and c["type"] != "PumpCompatible")
    }
    for kind, stuck in (
        ("RPCHealthy", False),
        ("ProgramAccessible", True),
        ("WalletsFunded", True),
        ("PumpCompatible", True),
    ):
        if kind == "WalletsFunded" and setup:
            return setup
        if kind in failed:
            return Setup(failed[kind]["reason"], failed[kind]["message"], stuck)
    return None


def _program(conditions: ConditionSet, spec: EcosystemSpec, chain: ChainState) -> None:
    if chain.program_deployed:
        conditions.set("ProgramAccessible", True, "Deployed", "the program is on chain")
        return
    conditions.set(
        "ProgramAccessible",
        False,
        "ProgramNotDeployed",
        f"spec.programId: {spec.program_id} is not deployed on {spec.network}; "
        "deploy the program or make a DATEcosystem with the right address",
    )


def _wallets(conditions: ConditionSet, spec: EcosystemSpec, chain: ChainState) -> None:
    if chain.operator_lamports >= OPERATOR_FLOOR_LAMPORTS:
        conditions.set("WalletsFunded", True, "Funded", "the operator wallet can pay for transactions")
        return
    conditions.set(
        "WalletsFunded",
        False,
        "OperatorWalletEmpty",
        f"wallets.operator: {spec.wallets.operator.public_key} holds less than "
        f"{money.sol(OPERATOR_FLOOR_LAMPORTS)} SOL; send it some, it pays for transactions",
    )


def _settings(conditions: ConditionSet, chain: ChainState | None, different: Differences | None) -> None:
    """Whether roles, limits and root shares on chain are those of the spec."""
    if chain is None or different is None:
        conditions.keep("SettingsApplied")
    elif chain.state is None:
        conditions.set("SettingsApplied", False, "NotInitialized", "the ecosystem is not on chain yet")
    elif different.now:
        what = "; ".join(change.what for change in different.now)
        conditions.set("SettingsApplied", False, "Changing", what)
    elif different.later:
        conditions.set("SettingsApplied", False, "TimeLocked", "; ".join(different.later))
    else:
        conditions.set("SettingsApplied", True, "Applied", "the chain is set as the spec says")


def _pump(conditions: ConditionSet, observed: Observed) -> None:
    """Whether pump.fun is still what we know: by its last upgrade, and by what became of cycles since."""
    kind, chain = "PumpCompatible", observed.chain
    if drift := _drift(observed):
        conditions.set(kind, False, "PumpDrift", drift)
        return
    if chain is None:
        conditions.keep(kind)
        return
    signs = ", ".join([*([str(chain.upgrade)] if chain.upgrade else []), *chain.grown])
    last = max((token.stats.last_cycle_at for token in chain.tokens.values() if token.stats), default=0)
    if chain.upgrade and last > chain.upgrade.time:
        conditions.set(kind, True, "Proven", f"a cycle has run since {chain.upgrade}")
        return
    why = "no cycle has run since; each is simulated before it is sent, and sent only if it goes through"
    conditions.set(kind, None, "NotProven", f"{signs}; {why}" if signs else "pump.fun is not on this chain")


def _drift(observed: Observed) -> str | None:
    """What the last run said of pump.fun's refusals, if it was that which kept it from any cycle."""
    job = last_finished(observed, "cycle")
    reports: list[Mapping[str, Any]] = [body.get("status", {}).get("lastRun", {}) for body in observed.tokens]
    if job and job.report:
        reports = [token.model_dump() for token in job.report.tokens]
    found = (report for report in reports if report.get("reason") == "PumpDrift")
    return next((str(report.get("message", "")) for report in found), None)


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
