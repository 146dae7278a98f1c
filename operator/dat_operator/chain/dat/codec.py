"""Our program's accounts, events, instructions and refusals, coded by anchorpy from the generated IDL."""

import json
from collections.abc import Mapping, Sequence
from enum import StrEnum
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from anchorpy import Coder, Idl
from construct import ConstructError
from solders.instruction import AccountMeta, Instruction
from solders.pubkey import Pubkey

from dat_operator.chain import addresses as at
from dat_operator.domain.cycle_event import CycleEvent
from dat_operator.domain.dat_accounts import DatState, Parameters, Role, RootShare, TimelockedRole, TokenStats
from dat_operator.domain.errors import DatError
from dat_operator.domain.price import Observation

EVENT_TAG = bytes.fromhex("e445a52e51cb9a1d")
"""What an ``emit_cpi!`` instruction starts with (Anchor)."""
ROLES = (Role.ROOT, Role.SECONDARY)
WELL_KNOWN = {
    "system_program": at.SYSTEM,
    "associated_token_program": at.ASSOCIATED_TOKEN,
    "pump_program": at.PUMP,
    "pump_event_authority": at.event_authority(at.PUMP),
    "wsol": at.WSOL,
}


def _legacy_idl() -> str:
    return Path(__file__).with_name("dat.legacy.json").read_text()


@cache
def idl() -> Idl:
    """The IDL that was generated with the program."""
    return Idl.from_json(_legacy_idl())


def declared_program() -> str:
    """The address that the program of this project declares."""
    return str(json.loads(_legacy_idl())["metadata"]["address"])


@cache
def coder() -> Coder:
    """The coder of that IDL."""
    return Coder(idl())


@cache
def error_names() -> Mapping[int, str]:
    """Names of the program's own errors, by their numbers."""
    return {error.code: error.name for error in idl().errors or ()}


def instruction(
    program: Pubkey,
    name: str,
    accounts: Mapping[str, Pubkey | None],
    args: Mapping[str, Any] | None = None,
    forwarded: Sequence[AccountMeta] = (),
) -> Instruction:
    """An instruction of ours. Its accounts stand in the IDL's order; an optional one may be None.

    Raises KeyError if an account is missing.
    """
    known = {**WELL_KNOWN, "event_authority": at.event_authority(program), "program": program, **accounts}
    (spec,) = [i for i in idl().instructions if i.name == name]
    metas = [
        # Anchor takes its own address for the absence of an optional account, which then is not written.
        AccountMeta(known[a.name] or program, a.is_signer, a.is_mut and known[a.name] is not None)
        for a in spec.accounts
    ]
    return Instruction(program, coder().instruction.encode(name, dict(args or {})), [*metas, *forwarded])


def variant(kind: str, value: StrEnum) -> Any:
    """An enum's value, as arguments take it."""
    (spec,) = [t for t in idl().types if t.name == kind]
    names = [v.name for v in spec.ty.variants]
    return coder().types.decode(kind, bytes([names.index(value.value)]))


def decode_state(data: bytes) -> DatState:
    """An ecosystem's account. Raises DatError for anything else."""
    fields = _plain(_account("DatState", data))
    fields["root_share"] = RootShare(**fields["root_share"])
    fields["parameters"] = Parameters(**fields["parameters"])
    fields["emergency_admin"] = TimelockedRole(**fields["emergency_admin"])
    return DatState(**_known(DatState, fields))


@lru_cache(maxsize=16_384)
def decode_stats(data: bytes) -> TokenStats:
    """A token's account; remembered, because most are as they were at the last poll, and anchorpy is slow.

    Raises DatError for anything else.
    """
    account = _account("TokenStats", data)
    fields = _plain(account)
    fields["role"] = ROLES[account.role.index]
    fields["observation"] = Observation(**fields["observation"])
    fields["root_share"] = RootShare(**fields["root_share"]) if fields["root_share"] else None
    fields |= {name: bytes(fields[name]) for name in ("last_cycle_id", "last_failed_id")}
    return TokenStats(**_known(TokenStats, fields))


def account_tag(kind: str) -> bytes:
    """The eight bytes that accounts of this kind begin with."""
    return bytes(coder().accounts.acc_name_to_discriminator[kind])


def _account(kind: str, data: bytes) -> Any:
    if data[:8] != account_tag(kind):
        raise DatError(f"it is no {kind}")
    try:
        return coder().accounts.decode(data)
    except ConstructError as error:
        raise DatError(f"it is no {kind} of this version") from error


def decode_event(data: bytes, state: str) -> CycleEvent | None:
    """A cycle of the ecosystem with this state, from the data of an inner instruction of our program.

    None if it is something else, or another ecosystem's: they share the program, and may share a mint.
    """
    if data[:8] != EVENT_TAG:
        return None
    event = coder().events.parse(data[8:])
    if event is None or event.name != "CycleCompleted":
        return None
    fields = _plain(event.data)
    if fields["state"] != state:
        return None
    return CycleEvent(**{**fields, "cycle_id": bytes(fields["cycle_id"])})


def _plain(value: Any) -> Any:
    """What anchorpy has decoded, in dicts, with keys as base58."""
    if isinstance(value, Pubkey):
        return str(value)
    if hasattr(value, "__dataclass_fields__"):
        return {name: _plain(getattr(value, name)) for name in value.__dataclass_fields__}
    return value


def _known(kind: Any, fields: Mapping[str, Any]) -> dict[str, Any]:
    return {name: fields[name] for name in kind.__dataclass_fields__}
