"""The health of a token that is set up: one small pure function for each condition."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from dat_operator.api.ecosystem import EcosystemSpec
from dat_operator.controller.status.findings import Effect, Finding, finding_of
from dat_operator.controller.token.admission import TokenAdmissionInput, role_refusal
from dat_operator.domain.chain_state import ChainState
from dat_operator.domain.coin import coin_refusal
from dat_operator.domain.dat_accounts import Role
from dat_operator.domain.decision import Inputs, market_refusal, pool_refusal, setup_refusal
from dat_operator.domain.pause import MAX_CONSECUTIVE_FAILURES, pause_refusal
from dat_operator.domain.token_state import FeeSource, TokenState

WARNING_FAILURES = 3
"""A token with this many failures in a row is not healthy any more."""


@dataclass(frozen=True, slots=True)
class TokenHealthInput:
    """A token that is set up: the spec, and the chain as a cycle would find it."""

    admission: TokenAdmissionInput
    inputs: Inputs
    last_run: Mapping[str, Any]
    """The token's `status.lastRun`; empty if the token had no run."""
    failures: int
    """Failed cycles in a row, counted from the DATCycles."""


def health_input(
    admission: TokenAdmissionInput | None,
    token: TokenState | None,
    last_run: Mapping[str, Any],
    failures: int,
) -> TokenHealthInput | None:
    """Gather the input of the checks; None if the token is not set up or the chain cannot be read."""
    chain = admission.observed.chain if admission else None
    if admission is None or chain is None or token is None:
        return None
    spec = admission.ecosystem
    inputs = Inputs.of(
        chain,
        token.mint,
        slippage_bps=spec.cycle.slippage_bps,
        pace=spec.cycle,
        pool=admission.spec.pool,
    )
    return TokenHealthInput(admission, inputs, last_run, failures) if inputs else None


def program_accessible(spec: EcosystemSpec, chain: ChainState) -> Finding:
    """Say whether the program is on chain."""
    if chain.program_deployed:
        return Finding(True, "Deployed", "the program is on chain")
    message = (
        f"spec.programId: {spec.program_id} is not deployed on {spec.network}; "
        "deploy the program, or create a DATEcosystem with the right address"
    )
    return Finding(False, "ProgramNotDeployed", message, Effect.STUCK)


def _program_accessible(s: TokenHealthInput) -> Finding:
    return program_accessible(s.admission.ecosystem, s.inputs.chain)


def _state_valid(s: TokenHealthInput) -> Finding:
    if refusal := role_refusal(s.admission):
        return finding_of(refusal, Effect.STUCK)
    return Finding(True, "RoleMatches", "the role on chain is the role in the spec")


def _paused(s: TokenHealthInput) -> Finding:
    if found := pause_refusal(s.inputs.state, s.inputs.stats):
        return Finding(True, found.reason, found.message, Effect.STUCK)
    return Finding(False, "Active", "the chain accepts cycles")


def _authority_rent_exempt(s: TokenHealthInput) -> Finding:
    authority, missing = s.inputs.token.addresses.authority, s.inputs.token.authority_missing_lamports
    if not missing:
        return Finding(True, "RentPaid", "the authority holds its rent")
    message = f"{missing:,} lamports of rent are missing in the authority {authority}"
    return Finding(False, "BelowRent", f"{message}; send them, or the next fees pay them")


def _token_accounts_exist(s: TokenHealthInput) -> Finding:
    token = s.inputs.token
    if not token.has_token_account:
        a = token.addresses
        message = (
            f"the authority's token account {a.token_account} does not exist; create it with "
            f"`spl-token create-account {token.mint} --owner {a.authority}`; any wallet may pay for it"
        )
        return Finding(False, "TokenAccountNotFound", message, Effect.STUCK)
    if refusal := setup_refusal(s.inputs):
        return finding_of(refusal, Effect.WAIT)
    return Finding(True, "AccountsExist", "all accounts that buys need exist")


def _pool_active(s: TokenHealthInput) -> Finding:
    if refusal := pool_refusal(s.inputs.token, s.inputs.pool):
        # A graduated token never returns to its curve.
        return finding_of(refusal, Effect.STUCK if s.inputs.pool == "BondingCurve" else Effect.WAIT)
    if refusal := market_refusal(s.inputs):
        return finding_of(refusal, Effect.WAIT)
    if s.inputs.token.pool:
        return Finding(True, "TradingOnPumpSwap", "the token trades on PumpSwap")
    return Finding(True, "TradingOnBondingCurve", "the token trades on its bonding curve")


def _vault_accessible(s: TokenHealthInput) -> Finding:
    token, shared = s.inputs.token, s.inputs.chain.shared
    shared_authority = s.inputs.state.shared_authority
    if refusal := coin_refusal(token, s.inputs.stats.role, shared_authority):
        return finding_of(refusal, Effect.STUCK)
    source, missing = token.fee_source(shared_authority), token.vault_missing_lamports
    if source is FeeSource.FOREIGN:
        message = "the coin's fees belong to another creator; the root is funded by the treasury"
        return Finding(True, "TreasuryOnly", message)
    if source is FeeSource.SHARED:
        missing = shared.vault_missing_lamports if shared else 0
    if missing:
        message = f"{missing:,} lamports of rent are missing in the fee vault"
        return Finding(False, "VaultBelowRent", f"{message}; the next fees pay them, or `dat setup`")
    return Finding(True, "FeesCollectable", "the token's fees can be collected")


def _minimum_reached(s: TokenHealthInput) -> Finding:
    inputs = s.inputs
    if inputs.own_lamports + inputs.treasury_in >= inputs.minimum_lamports:
        return Finding(True, "MinimumReached", "the fees that a cycle needs are available")
    root = inputs.stats.role is Role.ROOT
    whose = "the token's fees and the treasury" if root else "the token's fees"
    message = f"{whose} are below the {inputs.minimum_lamports:,} lamports that a cycle needs"
    return Finding(False, "BelowMinimum", f"{message}; runs skip the token until then; this is no error")


def _cycle_healthy(s: TokenHealthInput) -> Finding:
    # The chain counts failures that were the token's own fault; a run may fail for other reasons.
    failures = max(s.inputs.stats.consecutive_failures, s.failures)
    if failures >= WARNING_FAILURES:
        reason = "TooManyFailures" if failures >= MAX_CONSECUTIVE_FAILURES else "RepeatedFailures"
        message = f"{failures} cycles in a row have failed; see status.lastRun and the Jobs' logs"
        return Finding(False, reason, message)
    if s.last_run.get("outcome") == "Failed":
        message = f"the last run failed with {s.last_run['reason']}; the next run tries again"
        return Finding(True, "LastRunFailed", message)
    return Finding(True, "NoRecentFailure", "the last run did not fail")


COMMON_CHECKS: Mapping[str, Callable[[TokenHealthInput], Finding]] = {
    "ProgramAccessible": _program_accessible,
    "StateValid": _state_valid,
    "Paused": _paused,
    "AuthorityRentExempt": _authority_rent_exempt,
    "TokenAccountsExist": _token_accounts_exist,
    "PoolActive": _pool_active,
    "VaultAccessible": _vault_accessible,
}
"""The checks of both roles. They come before the checks of fees."""
HEALTH_CHECKS: Mapping[Role, Mapping[str, Callable[[TokenHealthInput], Finding]]] = {
    Role.ROOT: {**COMMON_CHECKS, "TreasuryFunded": _minimum_reached, "CycleHealthy": _cycle_healthy},
    Role.SECONDARY: {**COMMON_CHECKS, "FeesSufficient": _minimum_reached, "CycleHealthy": _cycle_healthy},
}
"""The checks of each role, by condition type; root causes come first. Ready takes the reason of the first
finding that stops cycles. The treasury pays for a root's cycles only, so the fee condition has two names."""


def examine(given: TokenHealthInput) -> dict[str, Finding]:
    """Return all findings, by condition type."""
    return {kind: check(given) for kind, check in HEALTH_CHECKS[given.admission.spec.role].items()}
