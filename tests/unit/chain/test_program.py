"""Our program's bytes, against the IDL that Anchor made of it (programs/artifacts/dat.idl.json)."""

import json
import struct
from typing import Any

import pytest
from solders.instruction import Instruction

from dat_operator.chain import addresses as at
from dat_operator.chain import program as dat
from dat_operator.domain.chain_state import Role
from dat_operator.domain.cycle_event import CycleEvent
from hack.common.paths import REPO
from tests.unit.builders import ADMIN, OPERATOR, PARAMETERS, PROGRAM, STATE, TREASURY, key

IDL: dict[str, Any] = json.loads((REPO / "programs/artifacts/dat.idl.json").read_text())
MINT = key("mint")
AUTHORITY = at.authority_address(PROGRAM, STATE, MINT)

INITIALIZE_STATE = dat.initialize_dat_state(PROGRAM, ADMIN, "fruit", PARAMETERS)
INITIALIZE_STATS = dat.initialize_token_stats(
    PROGRAM, ADMIN, STATE, MINT, at.TOKEN_2022, Role.SECONDARY, 3000
)
RUN_CYCLE = dat.run_cycle(
    PROGRAM,
    OPERATOR,
    STATE,
    MINT,
    at.TOKEN_2022,
    key("recipient"),
    expected_cycle=7,
    cycle_id=bytes(range(16)),
    min_tokens_out=9,
)
KEYS = {
    "admin": ADMIN,
    "operator": OPERATOR,
    "state": STATE,
    "treasury": TREASURY,
    "mint": MINT,
    "stats": at.stats_address(PROGRAM, STATE, MINT),
    "authority": AUTHORITY,
    "token_account": at.associated_token(AUTHORITY, MINT, at.TOKEN_2022),
    "bonding_curve": at.bonding_curve(MINT),
    "creator_vault": at.creator_vault(AUTHORITY),
    "user_volume_accumulator": at.user_volume_accumulator(AUTHORITY),
    "fee_config": at.FEE_CONFIG,
    "pump_event_authority": at.PUMP_EVENT_AUTHORITY,
    "pump_program": at.PUMP,
    "token_program": at.TOKEN_2022,
    "associated_token_program": at.ASSOCIATED_TOKEN,
    "system_program": at.SYSTEM,
    "event_authority": at.pda(PROGRAM, b"__event_authority"),
    "program": PROGRAM,
}


def spec(name: str) -> dict[str, Any]:
    (found,) = [i for i in IDL["instructions"] if i["name"] == name]
    return dict(found)


@pytest.mark.parametrize(
    ("name", "instruction"),
    [
        ("initialize_dat_state", INITIALIZE_STATE),
        ("initialize_token_stats", INITIALIZE_STATS),
        ("run_cycle", RUN_CYCLE),
    ],
)
def test_accounts_and_discriminator_are_the_idls(name: str, instruction: Instruction) -> None:
    accounts = spec(name)["accounts"]
    assert instruction.program_id == PROGRAM
    assert instruction.data[:8] == bytes(spec(name)["discriminator"])
    assert len(instruction.accounts) >= len(accounts)
    for wanted, meta in zip(accounts, instruction.accounts, strict=False):
        assert meta.pubkey == KEYS[wanted["name"]], wanted["name"]
        assert meta.is_signer == wanted.get("signer", False), wanted["name"]
        assert meta.is_writable == wanted.get("writable", False), wanted["name"]


def test_every_instruction_of_the_idl_is_tested_here() -> None:
    """A new one is a reminder to add it to this file."""
    assert {i["name"] for i in IDL["instructions"]} == {
        "initialize_dat_state",
        "initialize_token_stats",
        "run_cycle",
    }


def test_a_cycle_forwards_the_accounts_of_sweep_and_buy() -> None:
    assert len(RUN_CYCLE.accounts) == len(spec("run_cycle")["accounts"]) + 13 + 17
    assert len({m.pubkey for m in RUN_CYCLE.accounts}) < 64, "the locks a transaction may hold"


def parameters_bytes() -> bytes:
    p = PARAMETERS
    values = {
        "operator": bytes(OPERATOR),
        "root_share_bps": struct.pack("<H", p.root_share_bps),
        "min_fees_root_lamports": struct.pack("<Q", p.min_fees_root_lamports),
        "min_fees_secondary_lamports": struct.pack("<Q", p.min_fees_secondary_lamports),
        "max_fees_per_cycle_lamports": struct.pack("<Q", p.max_fees_per_cycle_lamports),
        "min_interval_seconds": struct.pack("<I", p.min_interval_seconds),
        "max_price_impact_bps": struct.pack("<H", p.max_price_impact_bps),
    }
    return encoded("Parameters", values)


def encoded(kind: str, values: dict[str, bytes]) -> bytes:
    """A struct by hand, its fields in the IDL's order and of the IDL's sizes."""
    sizes = {"u8": 1, "u16": 2, "u32": 4, "u64": 8, "i64": 8, "pubkey": 32}
    (found,) = [t for t in IDL["types"] if t["name"] == kind]
    fields = found["type"]["fields"]
    assert {f["name"] for f in fields} == set(values)
    for field in fields:
        if isinstance(field["type"], str) and field["type"] in sizes:
            assert len(values[field["name"]]) == sizes[field["type"]], field["name"]
    return b"".join(values[field["name"]] for field in fields)


def test_arguments_of_initialize_dat_state() -> None:
    assert INITIALIZE_STATE.data[8:] == b"\5\0\0\0fruit" + parameters_bytes()


@pytest.mark.parametrize(
    ("role", "share", "data"),
    [
        (Role.ROOT, None, b"\0\0"),
        (Role.SECONDARY, None, b"\1\0"),
        (Role.SECONDARY, 3000, b"\1\1" + struct.pack("<H", 3000)),
    ],
)
def test_arguments_of_initialize_token_stats(role: Role, share: int | None, data: bytes) -> None:
    (variants,) = [t["type"]["variants"] for t in IDL["types"] if t["name"] == "Role"]
    assert [v["name"] for v in variants] == ["Root", "Secondary"]
    made = dat.initialize_token_stats(PROGRAM, ADMIN, STATE, MINT, at.TOKEN, role, share)
    assert made.data[8:] == data


def test_arguments_of_run_cycle() -> None:
    assert RUN_CYCLE.data[8:] == struct.pack("<Q", 7) + bytes(range(16)) + struct.pack("<Q", 9)


def discriminator(group: str, name: str) -> bytes:
    (found,) = [bytes(a["discriminator"]) for a in IDL[group] if a["name"] == name]
    return found


@pytest.mark.parametrize("root", [None, MINT])
def test_a_state_is_read(root: Any) -> None:
    body = encoded(
        "DatState",
        {
            "admin": bytes(ADMIN),
            "treasury": bytes(TREASURY),
            "treasury_bump": b"\xff",
            "parameters": parameters_bytes(),
            "root_mint": b"\1" + bytes(root) if root else b"\0",
            "name": b"\5\0\0\0fruit",
        },
    )
    # Anchor leaves room for the longest name: what follows is no part of the value.
    state = dat.decode_state(discriminator("accounts", "DatState") + body + bytes(59))
    assert (state.admin, state.treasury, state.name) == (str(ADMIN), str(TREASURY), "fruit")
    assert state.parameters == PARAMETERS
    assert state.root_mint == (str(root) if root else None)


@pytest.mark.parametrize("share", [None, 3000])
def test_stats_are_read(share: int | None) -> None:
    u64 = {
        "carried_lamports": 1,
        "cycle_count": 2,
        "total_inflow_lamports": 2**63,
        "total_from_treasury_lamports": 5,
        "total_to_root_lamports": 6,
        "total_spent_lamports": 7,
        "total_burned": 2**64 - 1,
    }
    names = ("state", "mint", "authority", "token_account", "bonding_curve", "creator_vault")
    body = encoded(
        "TokenStats",
        {
            **{name: bytes(KEYS[name]) for name in names},
            **{name: struct.pack("<Q", value) for name, value in u64.items()},
            "authority_bump": b"\xfe",
            "role": b"\1",
            "last_cycle_at": struct.pack("<q", 1_800_000_000),
            "last_cycle_id": bytes(range(16)),
            "root_share_bps": b"\1" + struct.pack("<H", share) if share else b"\0",
        },
    )
    stats = dat.decode_stats(discriminator("accounts", "TokenStats") + body + bytes(2))
    assert {name: getattr(stats, name) for name in u64} == u64
    assert (stats.mint, stats.role, stats.root_share_bps) == (str(MINT), Role.SECONDARY, share)
    assert (stats.last_cycle_at, stats.last_cycle_id) == (1_800_000_000, bytes(range(16)))


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


def event_bytes() -> bytes:
    values = {name: struct.pack("<Q", value) for name, value in EVENT.items()}
    values |= {"state": bytes(STATE), "mint": bytes(MINT), "cycle_id": bytes(range(16))}
    values["timestamp"] = struct.pack("<q", 5)
    return discriminator("events", "CycleCompleted") + encoded("CycleCompleted", values)


def test_an_event_is_read() -> None:
    event = dat.decode_event(dat.EVENT_TAG + event_bytes())
    assert isinstance(event, CycleEvent)
    assert {name: getattr(event, name) for name in EVENT} == EVENT
    assert (event.state, event.mint, event.cycle_id) == (str(STATE), str(MINT), bytes(range(16)))
    assert event.conserved


@pytest.mark.parametrize("data", [b"", b"\0" * 8, event_bytes(), dat.EVENT_TAG + b"\7" * 40])
def test_what_is_no_cycle_is_passed_over(data: bytes) -> None:
    assert dat.decode_event(data) is None


ANCHOR = "Program log: AnchorError {}. Error Code: {}. Error Number: 6016. Error Message: {}."


@pytest.mark.parametrize(
    ("logs", "found"),
    [
        ([], None),
        (["Program log: Instruction: RunCycle", "Program D44e success"], None),
        (
            [
                "Program D44e invoke [1]",
                "Program 6EF8 invoke [2]",
                ANCHOR.format(
                    "thrown in programs/pump/src/lib.rs:10", "BuySlippageBelowMinTokensOut", "slippage"
                ),
                "Program 6EF8 failed: custom program error: 0x179a",
                "Program D44e failed: custom program error: 0x179a",
            ],
            ("6EF8", "BuySlippageBelowMinTokensOut", "slippage"),
        ),
        (
            [ANCHOR.format("occurred", "SlippageExceeded", "fewer. than wanted")],
            ("a program", "SlippageExceeded", "fewer. than wanted"),
        ),
        (
            [ANCHOR.format("caused by account: stats", "AccountNotInitialized", "expected it")],
            ("a program", "AccountNotInitialized", "expected it"),
        ),
    ],
)
def test_a_refusal_is_named_by_the_program_that_made_it(
    logs: list[str], found: tuple[str, str, str] | None
) -> None:
    assert dat.refusal_in(logs) == found


def test_the_packaged_idl_is_the_programs() -> None:
    packaged = REPO / "operator/dat_operator/idl/dat.legacy.json"
    assert packaged.read_text() == (REPO / "programs/artifacts/dat.legacy.json").read_text()
