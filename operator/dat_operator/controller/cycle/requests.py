"""The DATCycles that the operator itself creates: trials of open breakers, and fees above the threshold.

The name of such a DATCycle is derived from its cause, so each cause creates one DATCycle.
"""

from collections.abc import Iterator
from typing import Any, NamedTuple

from dat_operator.api.ecosystem import EcosystemSpec
from dat_operator.api.token import TokenSpec
from dat_operator.controller.cycle.breakers import trial_name
from dat_operator.controller.ecosystem.context import EcosystemContext
from dat_operator.controller.objects.manifests import cycle_manifest, suffix
from dat_operator.controller.token.members import Member
from dat_operator.domain.breaker import BreakerState
from dat_operator.domain.chain_state import ChainState
from dat_operator.domain.dat_accounts import TokenStats
from dat_operator.domain.decision import pool_refusal
from dat_operator.domain.token_state import TokenState


class _Request(NamedTuple):
    name: str
    trigger: str
    tokens: tuple[str, ...] = ()
    """Names of DATTokens. Empty: all tokens."""


def requested_cycle(context: EcosystemContext) -> dict[str, Any] | None:
    """The next DATCycle to create; None if there is none. Call this only while no Job runs."""
    chain = context.observed.chain
    if context.spec.suspend or chain is None or chain.state is None or chain.state.paused:
        return None
    known = {str(cycle["metadata"]["name"]) for cycle in context.observed.cycles}
    new = (request for request in _requests(context, chain) if request.name not in known)
    request = next(new, None)
    return cycle_manifest(context.body, *request) if request else None


def request_names(context: EcosystemContext) -> set[str]:
    """The names of the DATCycles that the operator would create again without their records."""
    chain, breakers = context.observed.chain, context.breakers
    by_name = {context.name: breakers.ecosystem, **breakers.tokens}
    trials = {trial_name(context.name, name, breaker) for name, breaker in by_name.items() if breaker.until}
    stats = {token.mint: token.stats for token in chain.tokens.values()} if chain else {}
    found = [(body["metadata"]["name"], stats.get(body["spec"]["mint"])) for body in context.observed.tokens]
    return trials | {_threshold_name(context.name, name, token) for name, token in found if token}


def _requests(context: EcosystemContext, chain: ChainState) -> Iterator[_Request]:
    breaker, name = context.breakers.ecosystem, context.name
    if breaker.state is BreakerState.HALF_OPEN:
        yield _Request(trial_name(name, name, breaker), "Trial")
    if breaker.state is not BreakerState.CLOSED:
        return
    for member in context.members:
        state = chain.tokens.get(member.spec.mint)
        if state and _can_run(member, state):
            yield from _of_token(context, member, chain, state)


def _can_run(member: Member, state: TokenState) -> bool:
    if member.refusal or state.stats is None or state.stats.paused or not state.stats.active:
        return False
    return not (member.spec.suspend or member.is_deactivating or pool_refusal(state, member.spec.pool))


def _of_token(
    context: EcosystemContext, member: Member, chain: ChainState, state: TokenState
) -> Iterator[_Request]:
    breaker, stats = context.breakers.tokens[member.name], state.stats
    if breaker.state is BreakerState.HALF_OPEN:
        yield _Request(trial_name(context.name, member.name, breaker), "Trial", (member.name,))
    elif (
        breaker.state is BreakerState.CLOSED and stats and _is_above(context.spec, member.spec, chain, state)
    ):
        yield _Request(_threshold_name(context.name, member.name, stats), "Threshold", (member.name,))


def _threshold_name(ecosystem: str, token: str, stats: TokenStats) -> str:
    """The name of the DATCycle for fees above the threshold: one for each cycle count of the token."""
    return f"{ecosystem}-threshold-{suffix(f'{token} {stats.cycle_count}')}"


def _is_above(spec: EcosystemSpec, own: TokenSpec, chain: ChainState, token: TokenState) -> bool:
    """Whether the token's pending fees have reached the threshold and its interval has passed."""
    threshold = own.trigger_above_lamports or spec.cycle.trigger_above_lamports
    if threshold is None or token.pending_lamports < threshold or token.stats is None:
        return False
    pause = max(spec.cycle.min_interval_seconds, spec.cycle.cooldown_seconds)
    return token.stats.cycle_count == 0 or chain.time >= token.stats.last_cycle_at + pause
