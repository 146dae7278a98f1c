"""Our program's accounts and events as bytes, made by hand in the order of the IDL that Anchor made."""

import json
import struct
from typing import Any

from solders.pubkey import Pubkey

from dat_operator.chain import addresses as at
from dat_operator.domain.dat_accounts import Parameters, RootShare
from dat_operator.domain.price import PriceObservation
from hack.common.paths import REPO
from tests.support.chain_state import (
    ADMIN,
    OPERATOR,
    PARAMETERS,
    PROGRAM,
    ROOT_SHARE,
    SHARED,
    SOL,
    STATE,
    TREASURY,
    key,
)

IDL: dict[str, Any] = json.loads((REPO / "programs/artifacts/dat.idl.json").read_text())
SIZES = {"bool": 1, "u8": 1, "u16": 2, "u32": 4, "u64": 8, "i64": 8, "pubkey": 32}
MINT = key("mint")
AUTHORITY = at.authority_address(PROGRAM, STATE, MINT)
RUN_ID = bytes(range(16))


OBSERVATION = PriceObservation(slot=95, quote=30 * SOL, base=1_073_000_000_000_000, supply=10**15)
"""A new coin's price, shortly before the chain of these tests is first read."""


def u8(value: int) -> bytes:
    return struct.pack("<B", value)


def u16(value: int) -> bytes:
    return struct.pack("<H", value)


def u32(value: int) -> bytes:
    return struct.pack("<I", value)


def u64(value: int) -> bytes:
    return struct.pack("<Q", value)


def i64(value: int) -> bytes:
    return struct.pack("<q", value)


def option(value: bytes | Pubkey | None) -> bytes:
    """Absent or not; what is absent takes one byte."""
    return b"\0" if value is None else b"\1" + bytes(value)


def text(value: str) -> bytes:
    return u32(len(value)) + value.encode()


def discriminator(group: str, name: str) -> bytes:
    """What an instruction, an account or an event begins with."""
    (found,) = [bytes(a["discriminator"]) for a in IDL[group] if a["name"] == name]
    return found


def encoded(kind: str, values: dict[str, bytes]) -> bytes:
    """A struct, its fields in the IDL's order and of the IDL's sizes."""
    (found,) = [t for t in IDL["types"] if t["name"] == kind]
    fields = found["type"]["fields"]
    assert {f["name"] for f in fields} == set(values)
    for field in fields:
        if isinstance(field["type"], str) and field["type"] in SIZES:
            assert len(values[field["name"]]) == SIZES[field["type"]], field["name"]
    return b"".join(values[field["name"]] for field in fields)


def parameters_bytes(p: Parameters = PARAMETERS) -> bytes:
    values = {
        "min_fees_root_lamports": u64(p.min_fees_root_lamports),
        "min_fees_secondary_lamports": u64(p.min_fees_secondary_lamports),
        "max_fees_per_cycle_lamports": u64(p.max_fees_per_cycle_lamports),
        "min_interval_seconds": u32(p.min_interval_seconds),
        "max_price_impact_bps": u16(p.max_price_impact_bps),
        "max_price_rise_bps": u16(p.max_price_rise_bps),
    }
    return encoded("Parameters", values)


def share_bytes(share: RootShare) -> bytes:
    values = {"bps": u16(share.bps), "next_bps": u16(share.next_bps), "next_at": i64(share.next_at)}
    return encoded("RootShare", values)


def guard_bytes(holder: Pubkey | None = None) -> bytes:
    """A role that this key has held for long."""
    return encoded("TimelockedRole", {"now": option(holder), "next": option(holder), "next_at": i64(0)})


def observation_bytes(seen: PriceObservation) -> bytes:
    values = {"slot": u64(seen.slot), "quote": u64(seen.quote), "base": u64(seen.base)}
    return encoded("Observation", {**values, "supply": u64(seen.supply)})


def state_bytes(**changes: bytes) -> bytes:
    """An ecosystem's account; Anchor leaves room behind it for the longest name and every option."""
    values = {
        "admin": bytes(ADMIN),
        "operator": bytes(OPERATOR),
        "treasury": bytes(TREASURY),
        "treasury_bump": u8(255),
        "shared_authority": bytes(SHARED),
        "shared_authority_bump": u8(254),
        "active": b"\1",
        "paused": b"\0",
        "paused_at": i64(0),
        "closed": b"\0",
        "root_share": share_bytes(ROOT_SHARE),
        "parameters": parameters_bytes(),
        "token_count": u32(0),
        "withdraw_from": i64(0),
        "root_from": i64(0),
        "root_mint": option(None),
        "pending_root_mint": option(None),
        "emergency_admin": guard_bytes(),
        "pending_admin": option(None),
        "withdraw_address": option(None),
        "pending_withdraw_address": option(None),
        "name": text("fruit"),
        **changes,
    }
    return discriminator("accounts", "DatState") + encoded("DatState", values) + bytes(59)


def stats_bytes(mint: Pubkey = MINT, **changes: bytes) -> bytes:
    """A secondary's account."""
    authority = at.authority_address(PROGRAM, STATE, mint)
    totals = ("inflow", "from_treasury", "to_root", "spent", "withdrawn", "credited")
    values = {
        "state": bytes(STATE),
        "mint": bytes(mint),
        "authority": bytes(authority),
        "authority_bump": u8(253),
        "token_account": bytes(at.associated_token(authority, mint, at.TOKEN)),
        "bonding_curve": bytes(at.bonding_curve(mint)),
        "pool": bytes(at.pool(mint)),
        "sharing_config": bytes(at.sharing_config(mint)),
        "role": b"\1",
        "active": b"\1",
        "paused": b"\0",
        "paused_at": i64(0),
        "closed": b"\0",
        "shares_creator": b"\0",
        "observation": observation_bytes(OBSERVATION),
        "consecutive_failures": u8(0),
        "failed_cycles": u64(0),
        "last_failed_id": bytes(16),
        "carried_lamports": u64(0),
        "cycle_count": u64(0),
        "last_cycle_at": i64(0),
        "cycles_in_hour": u16(0),
        "cycles_in_day": u16(0),
        "last_cycle_id": bytes(16),
        **{f"total_{name}_lamports": u64(0) for name in totals},
        "total_burned": u64(0),
        "root_share": option(None),
        "lookup_table": option(None),
        **changes,
    }
    return discriminator("accounts", "TokenStats") + encoded("TokenStats", values) + bytes(45)


EVENT = {
    "carried_in": 1,
    "inflow": 100,
    "treasury_in": 10,
    "to_root": 44,
    "spent": 60,
    "carried_out": 7,
    "tokens_bought": 5,
    "tokens_burned": 6,
    "supply_before": 1000,
    "supply_after": 994,
    "cycle": 3,
}


def event_bytes(**changes: bytes) -> bytes:
    """A cycle, as it is emitted behind the eight bytes that mark every event."""
    values = {
        **{name: u64(value) for name, value in EVENT.items()},
        "state": bytes(STATE),
        "mint": bytes(MINT),
        "cycle_id": RUN_ID,
        "timestamp": i64(5),
        **changes,
    }
    return discriminator("events", "CycleCompleted") + encoded("CycleCompleted", values)
