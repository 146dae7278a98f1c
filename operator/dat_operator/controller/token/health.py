"""The health of a token that is set up: one small pure function for each condition."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from dat_operator.api.ecosystem import EcosystemSpec
from dat_operator.controller.status.findings import Effect, Finding, refused
from dat_operator.controller.token import admission as checks
from dat_operator.domain.chain_state import ChainState, FeeSource, Role, TokenState
from dat_operator.domain.coin import coin_refusal
from dat_operator.domain.decision import Inputs, misplaced, unprepared, untradable
from dat_operator.domain.pause import MAX_CONSECUTIVE_FAILURES, pause_of

WARNING_FAILURES = 3
"""From so many failures in a row a token is not healthy any more."""


@dataclass(frozen=True, slots=True)
class Subject:
    """A set-up token: what it should be, and what a cycle would find."""

    wanted: checks.Subject
    inputs: Inputs
    last_run: Mapping[str, Any]
    """Of its status; empty if there was none."""
    failures: int
    """Cycles in a row that have failed, by its DATCycles."""


def subject_of(
    wanted: checks.Subject | None, token: TokenState | None, last_run: Mapping[str, Any], failures: int
) -> Subject | None:
    """The token to be examined; None as long as it is not set up, or the chain cannot be read."""
    chain = wanted.observed.chain if wanted else None
    if wanted is None or chain is None or token is None:
        return None
    spec = wanted.ecosystem
    inputs = Inputs.of(chain, token.mint, spec.cycle.slippage_bps, spec.cycle, wanted.spec.pool)
    return Subject(wanted, inputs, last_run, failures) if inputs else None


def program_accessible(spec: EcosystemSpec, chain: ChainState) -> Finding:
    """Whether the program is there."""
    if chain.program_deployed:
        return Finding(True, "Deployed", "the program is on chain")
    said = (
        f"spec.programId: {spec.program_id} is not deployed on {spec.network}; "
        "deploy the program or make a DATEcosystem with the right address"
    )
    return Finding(False, "ProgramNotDeployed", said, Effect.STUCK)


def _program_accessible(s: Subject) -> Finding:
    return program_accessible(s.wanted.ecosystem, s.inputs.chain)


def _state_valid(s: Subject) -> Finding:
    if refusal := checks.role_refusal(s.wanted):
        return refused(refusal, Effect.STUCK)
    return Finding(True, "Agrees", "the chain has it in the role that the spec says")


def _paused(s: Subject) -> Finding:
    if found := pause_of(s.inputs.state, s.inputs.stats):
        return Finding(True, found.reason, found.message, Effect.STUCK)
    return Finding(False, "Active", "cycles are not stopped on chain")


def _authority_rent_exempt(s: Subject) -> Finding:
    authority, missing = s.inputs.token.addresses.authority, s.inputs.token.authority_missing_lamports
    if not missing:
        return Finding(True, "RentExempt", "the authority has its rent")
    said = f"the authority {authority} lacks {missing:,} lamports of rent"
    return Finding(False, "BelowRent", f"{said}; send it that, or it comes off its next fees")


def _token_accounts_exist(s: Subject) -> Finding:
    token = s.inputs.token
    if not token.has_token_account:
        a = token.addresses
        remedy = f"`spl-token create-account {token.mint} --owner {a.authority}` makes it, whoever pays"
        said = f"the authority's account for the token, {a.token_account}, is not there; {remedy}"
        return Finding(False, "TokenAccountNotFound", said, Effect.STUCK)
    if refusal := unprepared(s.inputs):
        return refused(refusal, Effect.WAIT)
    return Finding(True, "Exist", "all accounts that buys need are there")


def _pool_active(s: Subject) -> Finding:
    if refusal := misplaced(s.inputs.token, s.inputs.pool):
        # There is no way back from PumpSwap.
        return refused(refusal, Effect.STUCK if s.inputs.pool == "BondingCurve" else Effect.WAIT)
    if refusal := untradable(s.inputs):
        return refused(refusal, Effect.WAIT)
    if s.inputs.token.pool:
        return Finding(True, "PumpSwap", "it trades on PumpSwap")
    return Finding(True, "BondingCurve", "it trades on its bonding curve")


def _vault_accessible(s: Subject) -> Finding:
    token, shared = s.inputs.token, s.inputs.chain.shared
    shared_authority = s.inputs.state.shared_authority
    if refusal := coin_refusal(token, s.inputs.stats.role, shared_authority):
        return refused(refusal, Effect.STUCK)
    source, missing = token.fee_source(shared_authority), token.vault_missing_lamports
    if source is FeeSource.FOREIGN:
        return Finding(
            True, "TreasuryOnly", "its fees are somebody else's; as a root it lives on the treasury"
        )
    if source is FeeSource.SHARED:
        missing = shared.vault_missing_lamports if shared else 0
    if missing:
        said = f"the vault of its fees lacks {missing:,} lamports of rent, which the next fees will pay"
        return Finding(False, "VaultBelowRent", f"{said}; `dat setup` pays them instead")
    return Finding(True, "Collectable", "its fees can be collected")


def _treasury_funded(s: Subject) -> Finding:
    inputs = s.inputs
    if inputs.own_lamports + inputs.treasury_in >= inputs.minimum_lamports:
        return Finding(True, "Funded", "what a cycle needs is there")
    whose = "its fees and the treasury's" if inputs.stats.role is Role.ROOT else "its fees"
    said = f"{whose} have not reached the {inputs.minimum_lamports:,} lamports that a cycle needs"
    return Finding(False, "BelowMinimum", f"{said}; runs pass it over until they do, which is no error")


def _cycle_healthy(s: Subject) -> Finding:
    # The chain counts what was the token's own fault; a run may fail for other reasons.
    failures = max(s.inputs.stats.consecutive_failures, s.failures)
    if failures >= WARNING_FAILURES:
        reason = "TooManyFailures" if failures >= MAX_CONSECUTIVE_FAILURES else "RepeatedFailures"
        said = f"{failures} cycles in a row have failed; status.lastRun and the Jobs' logs say why"
        return Finding(False, reason, said)
    if s.last_run.get("outcome") == "Failed":
        said = f"the last run failed by {s.last_run['reason']}; the next one tries again"
        return Finding(True, "LastRunFailed", said)
    return Finding(True, "Healthy", "the last run did not fail")


CHECKS: Mapping[str, Callable[[Subject], Finding]] = {
    "ProgramAccessible": _program_accessible,
    "StateValid": _state_valid,
    "Paused": _paused,
    "AuthorityRentExempt": _authority_rent_exempt,
    "TokenAccountsExist": _token_accounts_exist,
    "PoolActive": _pool_active,
    "VaultAccessible": _vault_accessible,
    "TreasuryFunded": _treasury_funded,
    "CycleHealthy": _cycle_healthy,
}
"""By condition, root causes first: the first that stops cycles gives Ready its reason."""


def examine(subject: Subject) -> dict[str, Finding]:
    """All findings, by condition."""
    return {kind: check(subject) for kind, check in CHECKS.items()}
