"""The health of an ecosystem: one small pure function for each condition."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from dat_operator.api.ecosystem import EcosystemSpec
from dat_operator.controller.cycle.breakers import Breakers
from dat_operator.controller.jobs.reports import last_finished
from dat_operator.controller.objects.observed import Observed
from dat_operator.controller.status.findings import Effect, Finding, finding_of
from dat_operator.controller.status.readiness import Obstacle
from dat_operator.controller.token.health import WARNING_FAILURES, program_accessible
from dat_operator.domain import money
from dat_operator.domain.chain_state import ChainState
from dat_operator.domain.onchain_changes import Differences, admin_refusal
from dat_operator.domain.pause import pause_refusal

OPERATOR_FLOOR_LAMPORTS = 10_000_000
"""The least balance of the operator wallet: fees of some thousand transactions."""

ADMIN_FLOOR_LAMPORTS = 20_000_000
"""The least balance of the admin wallet: the set-up of a token takes about 0.01 SOL."""


@dataclass(frozen=True, slots=True)
class EcosystemHealthInput:
    """An ecosystem: the spec, and the observation."""

    spec: EcosystemSpec
    observed: Observed
    breakers: Breakers
    different: Differences | None
    """Between spec and chain; None while the chain cannot be read."""
    not_allowed: Obstacle | None = None
    """Why this release must not work on the ecosystem."""


def _program_accessible(s: EcosystemHealthInput) -> Finding | None:
    return program_accessible(s.spec, s.observed.chain) if s.observed.chain else None


def _wallets_funded(s: EcosystemHealthInput) -> Finding | None:
    chain = s.observed.chain
    if chain is None:
        return None
    if chain.operator_lamports >= OPERATOR_FLOOR_LAMPORTS:
        return _admin_funded(s, chain)
    message = (
        f"wallets.operator: {s.spec.wallets.operator.public_key} holds less than "
        f"{money.sol(OPERATOR_FLOOR_LAMPORTS)} SOL and pays for transactions; send SOL to it"
    )
    return Finding(False, "OperatorWalletLow", message, Effect.STUCK)


def _admin_funded(s: EcosystemHealthInput, chain: ChainState) -> Finding:
    # If the admin's key is kept elsewhere, the owner decides about the balance.
    admin = s.spec.wallets.admin
    if admin.secret_ref is None or chain.admin_lamports >= ADMIN_FLOOR_LAMPORTS:
        return Finding(True, "BalancesSufficient", "the wallets can pay for their transactions")
    message = (
        f"wallets.admin: {admin.public_key} holds less than {money.sol(ADMIN_FLOOR_LAMPORTS)} SOL "
        "and pays the rents of new tokens; send SOL to it; cycles continue"
    )
    return Finding(False, "AdminWalletLow", message)


def _settings_applied(s: EcosystemHealthInput) -> Finding | None:
    """Compare roles, limits and root shares on chain with the spec."""
    if s.observed.chain is None or s.different is None:
        return None
    if s.observed.chain.state is None:
        return Finding(False, "NotInitialized", "the ecosystem is not on chain yet")
    admin = s.spec.wallets.admin
    if refusal := admin_refusal(s.observed.chain.state, admin.public_key, admin.seed):
        return finding_of(refusal, Effect.NONE)
    if s.different.now:
        return Finding(False, "UpdatePending", "; ".join(change.description for change in s.different.now))
    if s.different.later:
        return Finding(False, "TimeLocked", "; ".join(s.different.later))
    return Finding(True, "MatchesSpec", "the settings on chain are those of the spec")


def _pump_compatible(s: EcosystemHealthInput) -> Finding | None:
    """Judge pump.fun by its last upgrade, and by the results of cycles since then."""
    chain = s.observed.chain
    if drift := _drift(s.observed):
        return Finding(False, "PumpDrift", drift, Effect.STUCK)
    if chain is None:
        return None
    signs = ", ".join([*([str(chain.upgrade)] if chain.upgrade else []), *chain.grown])
    last = max((token.stats.last_cycle_at for token in chain.tokens.values() if token.stats), default=0)
    if chain.upgrade and last > chain.upgrade.time:
        return Finding(True, "CycleSucceeded", f"a cycle has succeeded since {chain.upgrade}")
    why = "no cycle has run since then; the operator simulates each cycle and sends it only if that succeeds"
    message = f"{signs}; {why}" if signs else "pump.fun is not on this chain"
    return Finding(None, "AwaitingCycle", message)


def _drift(observed: Observed) -> str | None:
    """Return the message of the last run about PumpDrift; None if the run did not report it."""
    job = last_finished(observed, "cycle")
    reports: list[Mapping[str, Any]] = [body.get("status", {}).get("lastRun", {}) for body in observed.tokens]
    if job and job.report:
        reports = [token.model_dump() for token in job.report.tokens]
    found = (report for report in reports if report.get("reason") == "PumpDrift")
    return next((str(report.get("message", "")) for report in found), None)


def _paused(s: EcosystemHealthInput) -> Finding | None:
    chain = s.observed.chain
    if chain is None:
        return None
    if chain.state is None:
        return Finding(None, "NotInitialized", "unknown until the ecosystem is set up: see Ready")
    if found := pause_refusal(chain.state, None):
        return Finding(True, found.reason, found.message, Effect.STUCK)
    return Finding(False, "Active", "the chain accepts cycles")


def _cycles_healthy(s: EcosystemHealthInput) -> Finding | None:
    if s.observed.chain is None:
        return None
    initialized, failing = _failing_tokens(s, s.observed.chain)
    if not initialized:
        return Finding(None, "NotInitialized", "unknown until a token is set up: see Ready")
    if failing:
        message = f"{WARNING_FAILURES} or more cycles in a row have failed for {', '.join(failing)}"
        return Finding(False, "RepeatedFailures", f"{message}; see CycleHealthy of the DATTokens")
    message = f"no token has failed {WARNING_FAILURES} times in a row"
    return _failed_job(s.observed) or Finding(True, "NoRepeatedFailures", message)


def _failing_tokens(s: EcosystemHealthInput, chain: ChainState) -> tuple[bool, list[str]]:
    """Return whether any token is set up, and the names of those whose cycles keep failing."""
    stats = {
        str(body["metadata"]["name"]): token.stats
        for body in s.observed.tokens
        if (token := chain.tokens.get(body["spec"]["mint"])) and token.stats
    }
    failing = [
        name
        for name, token in stats.items()
        if max(token.consecutive_failures, s.breakers.tokens[name].failures) >= WARNING_FAILURES
    ]
    return bool(stats), failing


def _failed_job(observed: Observed) -> Finding | None:
    """Return why the last cycle Job failed before it came to the tokens; None if it did not."""
    job = last_finished(observed, "cycle")
    if job is None or job.succeeded or (job.report and job.report.tokens):
        return None
    message = f"Job {job.name} failed before it came to the tokens: {job.summary}"
    if job.report and job.report.reason:
        return Finding(False, job.report.reason, message, Effect.STUCK)
    return Finding(False, "JobFailed", message)


HEALTH_CHECKS: Mapping[str, Callable[[EcosystemHealthInput], Finding | None]] = {
    "ProgramAccessible": _program_accessible,
    "WalletsFunded": _wallets_funded,
    "SettingsApplied": _settings_applied,
    "PumpCompatible": _pump_compatible,
    "Paused": _paused,
    "CyclesHealthy": _cycles_healthy,
}
"""The checks by condition type; root causes come first. None: the chain cannot be read."""
