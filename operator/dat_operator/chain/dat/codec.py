"""The codec of the dat program: accounts, events, instructions and errors, by anchorpy and the IDL."""

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
from dat_operator.domain.price import PriceObservation

EVENT_TAG = bytes.fromhex("e445a52e51cb9a1d")
"""The first bytes of an ``emit_cpi!`` instruction (Anchor)."""
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
    """The address that the dat program declares."""
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
    """An instruction of the dat program, with its accounts in the order of the IDL.

    An optional account may be None. Raises KeyError if an account is missing.
    """
    known = {**WELL_KNOWN, "event_authority": at.event_authority(program), "program": program, **accounts}
    (spec,) = [i for i in idl().instructions if i.name == name]
    metas = [
        # For Anchor the address of the program itself means: the optional account is absent, and read-only.
        AccountMeta(known[a.name] or program, a.is_signer, a.is_mut and known[a.name] is not None)
        for a in spec.accounts
    ]
    return Instruction(program, coder().instruction.encode(name, dict(args or {})), [*metas, *forwarded])


def variant(kind: str, value: StrEnum) -> Any:
    """The value of an enum, as an argument of an instruction."""
    (spec,) = [t for t in idl().types if t.name == kind]
    names = [v.name for v in spec.ty.variants]
    return coder().types.decode(kind, bytes([names.index(value.value)]))


def decode_state(data: bytes) -> DatState:
    """The state account of an ecosystem. Raises DatError for another account."""
    fields = _plain(_account("DatState", data))
    fields["root_share"] = RootShare(**fields["root_share"])
    fields["parameters"] = Parameters(**fields["parameters"])
    fields["emergency_admin"] = TimelockedRole(**fields["emergency_admin"])
    return DatState(**_known(DatState, fields))


@lru_cache(maxsize=1_024)
def decode_stats(data: bytes) -> TokenStats:
    """The stats account of a token. Raises DatError for another account.

    Results are cached: anchorpy is slow, and most accounts do not change between two polls.
    """
    account = _account("TokenStats", data)
    fields = _plain(account)
    fields["role"] = ROLES[account.role.index]
    fields["observation"] = PriceObservation(**fields["observation"])
    fields["root_share"] = RootShare(**fields["root_share"]) if fields["root_share"] else None
    fields |= {name: bytes(fields[name]) for name in ("last_cycle_id", "last_failed_id")}
    return TokenStats(**_known(TokenStats, fields))


def account_tag(kind: str) -> bytes:
    """The discriminator: the first eight bytes of accounts of this kind."""
    return bytes(coder().accounts.acc_name_to_discriminator[kind])


def _account(kind: str, data: bytes) -> Any:
    if data[:8] != account_tag(kind):
        raise DatError(f"the account does not hold {kind}")
    try:
        return coder().accounts.decode(data)
    except ConstructError as error:
        raise DatError(f"the account does not hold {kind} of this version") from error


def decode_event(data: bytes, state: str) -> CycleEvent | None:
    """The event of a cycle of the ecosystem with this state, from the data of an inner instruction.

    None for other instructions, and for other ecosystems: they share the program, and may share a mint.
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
    """A value of anchorpy as dicts, with keys in base58."""
    if isinstance(value, Pubkey):
        return at.text_of(value)
    if hasattr(value, "__dataclass_fields__"):
        return {name: _plain(getattr(value, name)) for name in value.__dataclass_fields__}
    return value


def _known(kind: Any, fields: Mapping[str, Any]) -> dict[str, Any]:
    return {name: fields[name] for name in kind.__dataclass_fields__}
