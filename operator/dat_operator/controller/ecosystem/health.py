"""The health of an ecosystem: one small pure function for each condition."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from dat_operator.api.ecosystem import EcosystemSpec
from dat_operator.controller.cycle.breakers import Breakers
from dat_operator.controller.jobs.reports import last_finished
from dat_operator.controller.objects.observed import Observed
from dat_operator.controller.status.findings import Effect, Finding, refused
from dat_operator.controller.status.readiness import Obstacle
from dat_operator.controller.token.health import WARNING_FAILURES, program_accessible
from dat_operator.domain import money
from dat_operator.domain.chain_state import ChainState
from dat_operator.domain.onchain_changes import Differences, admin_refusal
from dat_operator.domain.pause import pause_of

OPERATOR_FLOOR_LAMPORTS = 10_000_000
"""What the operator wallet should hold at least: fees of some thousand transactions."""

ADMIN_FLOOR_LAMPORTS = 20_000_000
"""What the admin wallet should hold at least: a token's set-up takes about 0.01 SOL."""


@dataclass(frozen=True, slots=True)
class Subject:
    """An ecosystem as it should be, and as it is."""

    spec: EcosystemSpec
    observed: Observed
    breakers: Breakers
    different: Differences | None
    """Between spec and chain; None while the chain cannot be read."""
    barred: Obstacle | None = None
    """Why this release must not work on it, whatever the chain says."""


def _program_accessible(s: Subject) -> Finding | None:
    return program_accessible(s.spec, s.observed.chain) if s.observed.chain else None


def _wallets_funded(s: Subject) -> Finding | None:
    chain = s.observed.chain
    if chain is None:
        return None
    if chain.operator_lamports >= OPERATOR_FLOOR_LAMPORTS:
        return _admin_funded(s, chain)
    said = (
        f"wallets.operator: {s.spec.wallets.operator.public_key} holds less than "
        f"{money.sol(OPERATOR_FLOOR_LAMPORTS)} SOL; send it some, it pays for transactions"
    )
    return Finding(False, "OperatorWalletEmpty", said, Effect.STUCK)


def _admin_funded(s: Subject, chain: ChainState) -> Finding:
    """Of an admin wallet whose key is elsewhere, nobody but its owner knows what it is for."""
    admin = s.spec.wallets.admin
    if admin.secret_ref is None or chain.admin_lamports >= ADMIN_FLOOR_LAMPORTS:
        return Finding(True, "Funded", "the wallets can pay for what they sign")
    said = (
        f"wallets.admin: {admin.public_key} holds less than {money.sol(ADMIN_FLOOR_LAMPORTS)} SOL; "
        "send it some, it pays the rents of new tokens; cycles go on"
    )
    return Finding(False, "AdminWalletEmpty", said)


def _settings_applied(s: Subject) -> Finding | None:
    """Whether roles, limits and root shares on chain are those of the spec."""
    if s.observed.chain is None or s.different is None:
        return None
    if s.observed.chain.state is None:
        return Finding(False, "NotInitialized", "the ecosystem is not on chain yet")
    admin = s.spec.wallets.admin
    if refusal := admin_refusal(s.observed.chain.state, admin.public_key, admin.seed):
        return refused(refusal, Effect.NONE)
    if s.different.now:
        return Finding(False, "Changing", "; ".join(change.what for change in s.different.now))
    if s.different.later:
        return Finding(False, "TimeLocked", "; ".join(s.different.later))
    return Finding(True, "Applied", "the chain is set as the spec says")


def _pump_compatible(s: Subject) -> Finding | None:
    """Whether pump.fun is still what we know: by its last upgrade, and by what became of cycles since."""
    chain = s.observed.chain
    if drift := _drift(s.observed):
        return Finding(False, "PumpDrift", drift, Effect.STUCK)
    if chain is None:
        return None
    signs = ", ".join([*([str(chain.upgrade)] if chain.upgrade else []), *chain.grown])
    last = max((token.stats.last_cycle_at for token in chain.tokens.values() if token.stats), default=0)
    if chain.upgrade and last > chain.upgrade.time:
        return Finding(True, "Proven", f"a cycle has run since {chain.upgrade}")
    why = "no cycle has run since; each is simulated before it is sent, and sent only if it goes through"
    return Finding(None, "NotProven", f"{signs}; {why}" if signs else "pump.fun is not on this chain")


def _drift(observed: Observed) -> str | None:
    """What the last run said of pump.fun's refusals, if it was that which kept it from any cycle."""
    job = last_finished(observed, "cycle")
    reports: list[Mapping[str, Any]] = [body.get("status", {}).get("lastRun", {}) for body in observed.tokens]
    if job and job.report:
        reports = [token.model_dump() for token in job.report.tokens]
    found = (report for report in reports if report.get("reason") == "PumpDrift")
    return next((str(report.get("message", "")) for report in found), None)


def _paused(s: Subject) -> Finding | None:
    chain = s.observed.chain
    if chain is None:
        return None
    if chain.state is None:
        return Finding(None, "NotInitialized", "known once the ecosystem is set up: see Ready")
    if found := pause_of(chain.state, None):
        return Finding(True, found.reason, found.message, Effect.STUCK)
    return Finding(False, "Active", "cycles are not stopped on chain")


def _cycles_healthy(s: Subject) -> Finding | None:
    chain = s.observed.chain
    if chain is None:
        return None
    stats = {
        str(body["metadata"]["name"]): token.stats
        for body in s.observed.tokens
        if (token := chain.tokens.get(body["spec"]["mint"])) and token.stats
    }
    if not stats:
        return Finding(None, "NotInitialized", "known once a token is set up: see Ready")
    failing = [
        name
        for name, token in stats.items()
        if max(token.consecutive_failures, s.breakers.tokens[name].failures) >= WARNING_FAILURES
    ]
    if failing:
        said = f"{WARNING_FAILURES} or more cycles in a row have failed of {', '.join(failing)}"
        return Finding(False, "RepeatedFailures", f"{said}; the DATTokens' CycleHealthy says more")
    job = last_finished(s.observed, "cycle")
    if job and not job.succeeded and not (job.report and job.report.tokens):
        said = f"Job {job.name} has failed before it came to the tokens: {job.said}"
        if job.report and job.report.reason:
            return Finding(False, job.report.reason, said, Effect.STUCK)
        return Finding(False, "JobFailed", said)
    return Finding(True, "Healthy", f"no token has failed {WARNING_FAILURES} times in a row")


CHECKS: Mapping[str, Callable[[Subject], Finding | None]] = {
    "ProgramAccessible": _program_accessible,
    "WalletsFunded": _wallets_funded,
    "SettingsApplied": _settings_applied,
    "PumpCompatible": _pump_compatible,
    "Paused": _paused,
    "CyclesHealthy": _cycles_healthy,
}
"""By condition, root causes first. None: nothing new is known, since the chain cannot be read."""
