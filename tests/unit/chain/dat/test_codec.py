"""Our program's bytes, against the IDL that Anchor made of it (programs/artifacts/dat.idl.json)."""

from dataclasses import asdict
from typing import Any

import pytest
from solders.instruction import AccountMeta
from solders.pubkey import Pubkey

from dat_operator.chain import addresses as at
from dat_operator.chain.dat import codec as dat
from dat_operator.domain.cycle_event import CycleEvent
from dat_operator.domain.dat_accounts import Parameters, Role, RootShare, TimelockedRole, TokenStats
from dat_operator.domain.market import BuyForm
from hack.common.paths import REPO
from tests.support.chain_state import ADMIN, PARAMETERS, PROGRAM, ROOT_SHARE, STATE, key
from tests.support.chain_state import dat_state as expected_state
from tests.support.chain_state import stats as expected_stats
from tests.support.vectors.dat_bytes import (
    EVENT,
    IDL,
    MINT,
    OBSERVATION,
    RUN_ID,
    discriminator,
    event_bytes,
    guard_bytes,
    i64,
    option,
    share_bytes,
    state_bytes,
    stats_bytes,
    u8,
    u16,
    u32,
    u64,
)

FORM = dat.variant("BuyForm", BuyForm.POOL)
ROOT = dat.variant("Role", Role.ROOT)
AMOUNTS = {"min_tokens_out": 2, "planned_lamports": 3}
TURN = {"form": FORM, "expected_cycle": 1, "cycle_id": list(RUN_ID), **AMOUNTS}
ARGUMENTS: dict[str, dict[str, Any]] = {
    "credit_fees": {"total_before": 1, "lamports": 2},
    "execute_buy": TURN,
    "initialize_dat_state": {
        "name": "fruit",
        "roles": {"operator": ADMIN, "emergency_admin": None},
        "root_share_bps": 4480,
        "parameters": asdict(PARAMETERS),
    },
    "initialize_token_stats": {"role": ROOT, "root_share_bps": None},
    "propose_admin_transfer": {"new_admin": ADMIN},
    "propose_withdraw_address": {"address": ADMIN},
    "record_failure": {"cycle_id": list(RUN_ID), "error_code": 3},
    "run_cycle": TURN,
    "set_active": {"active": True},
    "set_emergency_admin": {"emergency_admin": ADMIN},
    "set_lookup_table": {"lookup_table": None},
    "set_operator": {"operator": ADMIN},
    "update_parameters": {"parameters": asdict(PARAMETERS)},
    "update_root_share": {"root_share_bps": 4000},
}
"""Something for every instruction that takes arguments."""
SPECS: dict[str, dict[str, Any]] = {i["name"]: i for i in IDL["instructions"]}
GIVEN_BY_US = {
    "system_program": at.SYSTEM,
    "associated_token_program": at.ASSOCIATED_TOKEN,
    "pump_program": at.PUMP,
    "pump_event_authority": at.event_authority(at.PUMP),
    "wsol": at.WSOL,
    "event_authority": at.event_authority(PROGRAM),
    "program": PROGRAM,
}


def given(spec: dict[str, Any]) -> Pubkey:
    """What a caller names: a key of his own, unless the IDL wants one."""
    return Pubkey.from_string(spec["address"]) if "address" in spec else key(spec["name"])


def made(name: str, *, optional: bool) -> list[tuple[dict[str, Any], AccountMeta]]:
    """An instruction's accounts, each beside what the IDL says of it."""
    accounts = {
        a["name"]: given(a) if optional or not a.get("optional") else None
        for a in SPECS[name]["accounts"]
        if a["name"] not in GIVEN_BY_US
    }
    instruction = dat.instruction(PROGRAM, name, accounts, ARGUMENTS.get(name))
    assert instruction.program_id == PROGRAM
    assert instruction.data[:8] == bytes(SPECS[name]["discriminator"])
    return list(zip(SPECS[name]["accounts"], instruction.accounts, strict=True))


@pytest.mark.parametrize("name", SPECS)
def test_accounts_stand_and_are_flagged_as_in_the_idl(name: str) -> None:
    for spec, meta in made(name, optional=True):
        assert meta.pubkey == GIVEN_BY_US.get(spec["name"], given(spec)), spec["name"]
        assert str(meta.pubkey) == spec.get("address", str(meta.pubkey))
        assert meta.is_signer == spec.get("signer", False), spec["name"]
        assert meta.is_writable == spec.get("writable", False), spec["name"]


@pytest.mark.parametrize("name", [n for n in SPECS if any(a.get("optional") for a in SPECS[n]["accounts"])])
def test_an_absent_account_is_the_program_itself_and_read_only(name: str) -> None:
    absent = [meta for spec, meta in made(name, optional=False) if spec.get("optional")]
    assert absent == [AccountMeta(PROGRAM, is_signer=False, is_writable=False)]


@pytest.mark.parametrize("name", [i["name"] for i in IDL["instructions"] if i["args"]])
def test_arguments_for_every_instruction_that_takes_some(name: str) -> None:
    assert set(ARGUMENTS[name]) == {a["name"] for a in SPECS[name]["args"]}


def test_forwarded_accounts_come_last() -> None:
    forwarded = [AccountMeta(key("more"), is_signer=False, is_writable=True)]
    found = dat.instruction(
        PROGRAM, "set_operator", {"admin": ADMIN, "state": STATE}, {"operator": ADMIN}, forwarded
    )
    assert found.accounts[-1:] == forwarded
    assert len(found.accounts) == len(SPECS["set_operator"]["accounts"]) + 1


def test_a_forgotten_account_is_an_error() -> None:
    with pytest.raises(KeyError):
        dat.instruction(PROGRAM, "set_operator", {"admin": ADMIN}, {"operator": ADMIN})


@pytest.mark.parametrize(("kind", "values"), [("BuyForm", BuyForm), ("Role", Role)])
def test_enums_are_the_idls(kind: str, values: Any) -> None:
    (variants,) = [t["type"]["variants"] for t in IDL["types"] if t["name"] == kind]
    assert [v["name"] for v in variants] == [value.value for value in values]
    assert [dat.variant(kind, value).index for value in values] == list(range(len(values)))


def test_a_state_is_read() -> None:
    assert dat.decode_state(state_bytes()) == expected_state()


def test_a_state_with_everything_is_read() -> None:
    keys = {name: key(name) for name in ("root_mint", "pending_root_mint", "pending_admin")}
    keys |= {name: key(name) for name in ("withdraw_address", "pending_withdraw_address")}
    share = RootShare(4480, 4980, -5)
    data = state_bytes(
        active=b"\0",
        paused=b"\1",
        root_share=share_bytes(share),
        token_count=u32(2**32 - 1),
        withdraw_from=i64(1_900_000_000),
        paused_at=i64(-1),
        closed=b"\1",
        root_from=i64(1_900_000_001),
        emergency_admin=guard_bytes(key("emergency")),
        **{name: option(value) for name, value in keys.items()},
    )
    assert dat.decode_state(data) == expected_state(
        active=False,
        paused=True,
        root_share=share,
        token_count=2**32 - 1,
        withdraw_from=1_900_000_000,
        paused_at=-1,
        closed=True,
        root_from=1_900_000_001,
        emergency_admin=TimelockedRole(str(key("emergency")), str(key("emergency")), 0),
        **{name: str(value) for name, value in keys.items()},
    )


@pytest.mark.parametrize("option_name", ["root_mint", "pending_admin", "pending_withdraw_address"])
def test_each_option_shifts_what_follows(option_name: str) -> None:
    state = dat.decode_state(state_bytes(**{option_name: option(MINT)}))
    assert state == expected_state(**{option_name: str(MINT)})


def test_limits_are_read() -> None:
    assert dat.decode_state(state_bytes()).parameters == PARAMETERS
    assert set(asdict(PARAMETERS)) == set(Parameters.__dataclass_fields__)


def test_stats_are_read() -> None:
    assert dat.decode_stats(stats_bytes()) == expected_stats(MINT, Role.SECONDARY, observation=OBSERVATION)


def test_stats_with_everything_are_read() -> None:
    numbers = {
        "failed_cycles": 1,
        "carried_lamports": 2,
        "cycle_count": 3,
        "total_inflow_lamports": 2**63,
        "total_from_treasury_lamports": 5,
        "total_to_root_lamports": 6,
        "total_spent_lamports": 7,
        "total_withdrawn_lamports": 8,
        "total_credited_lamports": 9,
        "total_burned": 2**64 - 1,
    }
    data = stats_bytes(
        MINT,
        role=b"\0",
        active=b"\0",
        paused=b"\1",
        paused_at=i64(1_700_000_000),
        closed=b"\1",
        shares_creator=b"\1",
        consecutive_failures=u8(5),
        last_failed_id=b"\7" * 16,
        last_cycle_at=i64(1_800_000_000),
        cycles_in_hour=u16(7),
        cycles_in_day=u16(2**16 - 1),
        last_cycle_id=RUN_ID,
        root_share=option(share_bytes(ROOT_SHARE)),
        lookup_table=option(key("table")),
        **{name: u64(value) for name, value in numbers.items()},
    )
    assert dat.decode_stats(data) == TokenStats(
        mint=str(MINT),
        role=Role.ROOT,
        active=False,
        paused=True,
        paused_at=1_700_000_000,
        closed=True,
        shares_creator=True,
        observation=OBSERVATION,
        consecutive_failures=5,
        last_failed_id=b"\7" * 16,
        last_cycle_at=1_800_000_000,
        cycles_in_hour=7,
        cycles_in_day=2**16 - 1,
        last_cycle_id=RUN_ID,
        root_share=ROOT_SHARE,
        lookup_table=str(key("table")),
        **numbers,
    )


def test_a_lookup_table_without_an_own_share() -> None:
    stats = dat.decode_stats(stats_bytes(lookup_table=option(key("table"))))
    assert (stats.root_share, stats.lookup_table) == (None, str(key("table")))


def test_an_event_is_read() -> None:
    event = dat.decode_event(dat.EVENT_TAG + event_bytes(), str(STATE))
    assert isinstance(event, CycleEvent)
    assert {name: getattr(event, name) for name in EVENT} == EVENT
    assert (event.state, event.mint, event.cycle_id) == (str(STATE), str(MINT), RUN_ID)
    assert event.conserved


def test_an_event_of_another_ecosystem_is_none_of_ours() -> None:
    assert dat.decode_event(dat.EVENT_TAG + event_bytes(), str(key("another state"))) is None


@pytest.mark.parametrize("name", ["spent", "carried_in", "tokens_burned", "supply_after"])
def test_a_unit_too_much_is_noticed(name: str) -> None:
    event = dat.decode_event(dat.EVENT_TAG + event_bytes(**{name: u64(EVENT[name] + 1)}), str(STATE))
    assert event is not None
    assert not event.conserved


PUMPS_EVENT = bytes.fromhex("bddb7fd34ee661ee") + bytes(300)
"""A TradeEvent: pump.fun marks its events as every Anchor program does."""


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\0" * 8,
        event_bytes(),
        dat.EVENT_TAG + b"\7" * 40,
        dat.EVENT_TAG + PUMPS_EVENT,
        dat.EVENT_TAG + discriminator("events", "LookupTableSet") + bytes(STATE) + bytes(MINT) + b"\0",
    ],
)
def test_what_is_no_cycle_is_passed_over(data: bytes) -> None:
    assert dat.decode_event(data, str(STATE)) is None


def test_the_packaged_idl_is_the_programs() -> None:
    packaged = REPO / "operator/dat_operator/chain/dat/dat.legacy.json"
    assert packaged.read_text() == (REPO / "programs/artifacts/dat.legacy.json").read_text()


def test_keys_are_the_programs_of_the_idl() -> None:
    """Addresses that the IDL fixes are the ones that we know."""
    fixed = {
        a["name"]: Pubkey.from_string(a["address"])
        for i in IDL["instructions"]
        for a in i["accounts"]
        # Only wrapped SOL is always SPL Token's.
        if "address" in a and a["name"] != "token_program"
    }
    assert fixed.items() <= GIVEN_BY_US.items()
