"""The differences between an ecosystem's settings on chain and its configuration."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from dat_operator.domain.chain_state import ChainState
from dat_operator.domain.dat_accounts import DatState, RootShare
from dat_operator.domain.document import camel
from dat_operator.domain.job_config import EcosystemConfig, TokenConfig
from dat_operator.domain.money import percent
from dat_operator.domain.refusal import Refusal
from dat_operator.domain.timestamp import timestamp

SHARE_STEP_BPS = 500
"""The most that one change moves a root share. It takes effect an hour later, then the next one starts."""


@dataclass(frozen=True, slots=True)
class Change:
    """An instruction that the admin signs. ``args``: public keys are base58."""

    instruction: str
    args: Mapping[str, Any]
    description: str
    """For people. The name of the setup Job is derived from it as well."""
    mint: str | None = None
    """The token that the instruction is about, if it is about one."""


@dataclass(frozen=True, slots=True)
class Differences:
    """Changes for now, and descriptions of changes that take effect later or wait for another change."""

    now: tuple[Change, ...] = ()
    later: tuple[str, ...] = ()


def differences(chain: ChainState, wanted: EcosystemConfig) -> Differences:
    """Compare roles, limits and root shares. Empty while the ecosystem is not on chain."""
    if chain.state is None:
        return Differences()
    shares = [_share(chain.state.root_share, wanted.limits.root_share_bps, chain.time)]
    for token in wanted.tokens:
        stats = chain.tokens[token.mint].stats if token.mint in chain.tokens else None
        if stats and token.root_share_bps is not None:
            share = stats.root_share or chain.state.root_share
            shares.append(_share(share, token.root_share_bps, chain.time, token))
    steps = [found for found in shares if isinstance(found, Change)]
    later = [found for found in shares if isinstance(found, str)]
    off = _switched_off(chain, wanted)
    return Differences((*_roles(chain, wanted), *_limits(chain, wanted), *steps, *off), tuple(later))


def admin_refusal(state: DatState | None, admin: str, seed: str) -> Refusal | None:
    """Why ``admin`` cannot sign: the chain has another admin, or only ``seed`` can create the state."""
    if state is None and admin != seed:
        message = f"spec.wallets.admin.base: only {seed} can create the ecosystem; set publicKey to that key"
        return Refusal("AdminMismatch", message)
    if state is None or state.admin == admin:
        return None
    message = (
        f"spec.wallets.admin.publicKey: {admin}, but the admin on chain is {state.admin}; set publicKey and "
        f"secretRef to the wallet of {state.admin}, and base to {seed}"
    )
    return Refusal("AdminMismatch", message)


def _roles(chain: ChainState, wanted: EcosystemConfig) -> Iterable[Change]:
    assert chain.state is not None
    for role, instruction, has, should in (
        ("operator", "set_operator", chain.state.operator, wanted.operator),
        ("emergency_admin", "set_emergency_admin", chain.state.emergency_admin.next, wanted.emergency),
    ):
        if has != should:
            yield Change(instruction, {role: should}, f"{role.replace('_', ' ')} {has} → {should}")


def _switched_off(chain: ChainState, wanted: EcosystemConfig) -> Iterable[Change]:
    for token in wanted.tokens:
        stats = chain.tokens[token.mint].stats if token.mint in chain.tokens else None
        if token.deactivate and stats and stats.active:
            yield Change("set_active", {"active": False}, f"{token.name} switched off", token.mint)


def _limits(chain: ChainState, wanted: EcosystemConfig) -> Iterable[Change]:
    assert chain.state is not None
    has, should = asdict(chain.state.parameters), asdict(wanted.limits.parameters)
    listed = [f"{camel(name)} {has[name]} → {value}" for name, value in should.items() if has[name] != value]
    if listed:
        yield Change("update_parameters", {"parameters": should}, ", ".join(listed))


def _share(share: RootShare, wanted: int, now: int, token: TokenConfig | None = None) -> Change | str | None:
    """The next step of a root share towards ``wanted``, or a description of the step that is on its way."""
    current, of = share.at(now), f" of {token.name}" if token else ""
    if now < share.next_at and (current < share.next_bps <= wanted or current > share.next_bps >= wanted):
        step = f"{percent(current)} → {percent(share.next_bps)} at {timestamp(share.next_at)}"
        return f"root share{of} {step}" + (
            f", then on to {percent(wanted)}" if share.next_bps != wanted else ""
        )
    if current == wanted and share.next_bps == wanted:
        return None
    bps = current + max(-SHARE_STEP_BPS, min(SHARE_STEP_BPS, wanted - current))
    description = f"root share{of} {percent(current)} → {percent(bps)} an hour later"
    return Change("update_root_share", {"root_share_bps": bps}, description, token.mint if token else None)
