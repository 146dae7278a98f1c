"""The configuration of an ecosystem's Jobs, from the specs of the ecosystem and its tokens."""

from collections.abc import Iterable, Mapping

from dat_operator.api.ecosystem import EcosystemSpec
from dat_operator.controller.cycle.breakers import Breakers, trial_name
from dat_operator.controller.objects.lifecycle import has_ended
from dat_operator.controller.objects.observed import Observed
from dat_operator.controller.token.members import Member
from dat_operator.domain.breaker import BreakerState
from dat_operator.domain.job_config import (
    EcosystemConfig,
    EndpointConfig,
    LimitsConfig,
    SkipConfig,
    TokenConfig,
)
from dat_operator.domain.policy import CycleLimits, PaceConfig, PriorityFeeConfig, RetryConfig

SUSPENDED = SkipConfig(reason="Suspended", message="spec.suspend: true; a DATCycle that names it runs it")
DELETED = SkipConfig(reason="Suspended", message="its DATToken is being deleted")


def ecosystem_config(
    name: str, spec: EcosystemSpec, tokens: Iterable[TokenConfig], *, private_rpc: bool
) -> EcosystemConfig:
    """The ecosystem as its Jobs see it. ``private_rpc``: endpoints may lie in private networks."""
    cycle, wallets = spec.cycle, spec.wallets
    return EcosystemConfig(
        name=name,
        network=spec.network,
        program_id=spec.program_id,
        rpc=endpoints(spec),
        private_rpc=private_rpc,
        commitment=spec.rpc.commitment,
        admin=wallets.admin.public_key,
        admin_base=wallets.admin.base,
        operator=wallets.operator.public_key,
        emergency=wallets.emergency.public_key if wallets.emergency else None,
        limits=LimitsConfig(root_share_bps=spec.root_share_bps, **CycleLimits.of(cycle).model_dump()),
        slippage_bps=cycle.slippage_bps,
        pace=PaceConfig.of(cycle),
        priority_fee=PriorityFeeConfig.of(cycle.priority_fee),
        jitter_seconds=cycle.jitter_seconds,
        retry=RetryConfig.of(cycle.retry),
        tokens=list(tokens),
    )


def token_configs(members: Iterable[Member], skipped: Mapping[str, SkipConfig]) -> list[TokenConfig]:
    """The tokens as Jobs see them. ``skipped``: why normal runs skip a token, by name."""
    return [
        TokenConfig(
            name=member.name,
            mint=member.spec.mint,
            role=member.spec.role,
            root_share_bps=member.spec.root_share_bps,
            pool=member.spec.pool,
            skip=skipped.get(member.name),
            deactivate=member.is_deactivating or None,
        )
        for member in members
    ]


def skips(observed: Observed, members: Iterable[Member], breakers: Breakers) -> dict[str, SkipConfig]:
    """The tokens that a normal run skips, with the reason, by name. A run that names a token includes it.

    If a trial was skipped (too few fees, for example), it has proved nothing. Then any run may be the trial.
    """
    ended = {cycle["metadata"]["name"] for cycle in observed.cycles if has_ended(cycle)}
    found = {}
    for name, breaker in breakers.tokens.items():
        tried = breaker.state is BreakerState.HALF_OPEN and trial_name(observed.name, name, breaker) in ended
        if breaker.state is not BreakerState.CLOSED and not tried:
            message = f"{breaker.failures} failed cycles in a row; see the condition BreakerClosed"
            found[name] = SkipConfig(reason="BreakerOpen", message=message)
    for member in members:
        if member.is_deactivating:
            found[member.name] = DELETED
        elif member.spec.suspend:
            found[member.name] = SUSPENDED
    return found


def endpoints(spec: EcosystemSpec) -> list[EndpointConfig]:
    """The endpoints of the chain. ``${KEY}`` in their URLs is not replaced yet."""
    return [EndpointConfig.model_validate(endpoint, from_attributes=True) for endpoint in spec.rpc.endpoints]
