"""The instructions that we send to our program: accounts by the IDL's names, arguments by hand."""

from dataclasses import asdict
from typing import Any

import pytest
from solders.instruction import AccountMeta, Instruction
from solders.pubkey import Pubkey

from dat_operator.chain import addresses as at
from dat_operator.chain.dat.instructions import Ecosystem
from dat_operator.domain.dat_accounts import Role
from dat_operator.domain.market import BuyForm
from tests.support.chain_state import ADMIN, OPERATOR, PARAMETERS, PROGRAM, SHARED, STATE, TREASURY, key
from tests.support.vectors.dat_bytes import (
    AUTHORITY,
    IDL,
    MINT,
    RUN_ID,
    option,
    parameters_bytes,
    u16,
    u32,
    u64,
)

FRUIT = Ecosystem.of(PROGRAM, ADMIN, "fruit")
TABLE, NAMED, ROOT, BASE = key("table"), key("named"), key("root"), key("base")
FORWARDED = [
    AccountMeta(key("read"), is_signer=False, is_writable=False),
    AccountMeta(key("written"), is_signer=False, is_writable=True),
]


WRAPPED = key("wrapped")


def run_cycle(form: BuyForm = BuyForm.CURVE_V3) -> Instruction:
    return FRUIT.run_cycle(
        OPERATOR,
        MINT,
        at.TOKEN_2022,
        form,
        FORWARDED,
        expected_cycle=7,
        run_id=RUN_ID,
        min_tokens_out=9,
        planned_lamports=11,
    )


SHARE: dict[str, Any] = {"root_share_bps": 4000}
OFF: dict[str, Any] = {"active": False}
MADE = {
    "initialize_dat_state": FRUIT.initialize(ADMIN, BASE, "fruit", OPERATOR, None, 4480, PARAMETERS),
    "initialize_token_stats": FRUIT.admit(ADMIN, MINT, at.TOKEN_2022, Role.SECONDARY, 3000),
    "run_cycle": run_cycle(),
    "observe": FRUIT.observe(OPERATOR, MINT, at.TOKEN_2022, in_pool=False),
    "unwrap": FRUIT.unwrap(WRAPPED, MINT),
    "propose_root_token": FRUIT.administer("propose_root_token", ADMIN, mint=MINT),
    "clear_withdraw_address": FRUIT.administer("clear_withdraw_address", ADMIN),
    "record_failure": FRUIT.record_failure(OPERATOR, MINT, RUN_ID, 6021),
    "set_lookup_table": FRUIT.administer("set_lookup_table", ADMIN, {"lookup_table": TABLE}, mint=MINT),
    "set_active": FRUIT.administer("set_active", ADMIN, OFF, mint=MINT),
    "emergency_pause": FRUIT.administer("emergency_pause", ADMIN, mint=MINT),
    "resume": FRUIT.administer("resume", ADMIN, mint=MINT),
    "update_root_share": FRUIT.administer("update_root_share", ADMIN, SHARE, mint=MINT),
    "update_parameters": FRUIT.administer("update_parameters", ADMIN, {"parameters": asdict(PARAMETERS)}),
    "set_operator": FRUIT.administer("set_operator", ADMIN, {"operator": OPERATOR}),
    "set_emergency_admin": FRUIT.administer("set_emergency_admin", ADMIN, {"emergency_admin": OPERATOR}),
    "propose_admin_transfer": FRUIT.administer("propose_admin_transfer", ADMIN, {"new_admin": OPERATOR}),
    "accept_admin_transfer": FRUIT.administer("accept_admin_transfer", NAMED),
    "cancel_admin_transfer": FRUIT.administer("cancel_admin_transfer", ADMIN),
    "set_root_token": FRUIT.administer("set_root_token", ADMIN, mint=MINT, previous=ROOT),
}
ARGUMENTS = {
    "observe": b"",
    "unwrap": b"",
    "propose_root_token": b"",
    "clear_withdraw_address": b"",
    "set_active": b"\0",
    "emergency_pause": b"",
    "resume": b"",
    "update_root_share": u16(4000),
    "update_parameters": parameters_bytes(),
    "set_operator": bytes(OPERATOR),
    "set_emergency_admin": option(OPERATOR),
    "propose_admin_transfer": bytes(OPERATOR),
    "accept_admin_transfer": b"",
    "cancel_admin_transfer": b"",
    "set_root_token": b"",
    "set_lookup_table": option(TABLE),
    "record_failure": RUN_ID + u32(6021),
}
KEYS = {
    "admin": ADMIN,
    "base_admin": BASE,
    "owner": AUTHORITY,
    "wrapped": WRAPPED,
    "wsol": at.WSOL,
    "market": at.bonding_curve(MINT),
    "signer": ADMIN,
    "named": NAMED,
    "previous": at.stats_address(PROGRAM, STATE, ROOT),
    "operator": OPERATOR,
    "state": STATE,
    "treasury": TREASURY,
    "shared_authority": SHARED,
    "mint": MINT,
    "stats": at.stats_address(PROGRAM, STATE, MINT),
    "authority": AUTHORITY,
    "token_account": at.associated_token(AUTHORITY, MINT, at.TOKEN_2022),
    "bonding_curve": at.bonding_curve(MINT),
    "user_volume_accumulator": at.user_volume_accumulator(AUTHORITY),
    "pump_event_authority": Pubkey.from_string("Ce6TQqeHC9p8KetsN6JsjHK7UTZk7nasjjnr7XxXp9F1"),
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


@pytest.mark.parametrize("name", MADE)
def test_accounts_and_discriminator_are_the_idls(name: str) -> None:
    instruction, accounts = MADE[name], spec(name)["accounts"]
    assert instruction.program_id == PROGRAM
    assert instruction.data[:8] == bytes(spec(name)["discriminator"])
    for wanted, meta in zip(accounts, instruction.accounts, strict=name != "run_cycle"):
        expected = Pubkey.from_string(wanted["address"]) if "address" in wanted else KEYS[wanted["name"]]
        assert meta.pubkey == expected, wanted["name"]
        assert meta.is_signer == wanted.get("signer", False), wanted["name"]
        assert meta.is_writable == wanted.get("writable", False), wanted["name"]


OF_THE_ECOSYSTEM = ("set_active", "emergency_pause", "resume", "update_root_share")


@pytest.mark.parametrize("name", OF_THE_ECOSYSTEM)
def test_without_a_mint_the_whole_ecosystem_is_meant(name: str) -> None:
    """Anchor takes the program's own address for an account that is not there."""
    args = {"set_active": OFF, "update_root_share": SHARE}.get(name)
    made = FRUIT.administer(name, ADMIN, args)
    (stats,) = [m for s, m in zip(spec(name)["accounts"], made.accounts, strict=True) if s["name"] == "stats"]
    assert stats == AccountMeta(PROGRAM, is_signer=False, is_writable=False)
    assert made.data == MADE[name].data


def test_the_first_root_replaces_nobody() -> None:
    made = FRUIT.administer("set_root_token", ADMIN, mint=MINT)
    names = [a["name"] for a in spec("set_root_token")["accounts"]]
    assert made.accounts[names.index("previous")] == AccountMeta(PROGRAM, is_signer=False, is_writable=False)


@pytest.mark.parametrize("name", ARGUMENTS)
def test_arguments(name: str) -> None:
    assert MADE[name].data[8:] == ARGUMENTS[name]


def test_a_lookup_table_can_be_taken_away() -> None:
    made = FRUIT.administer("set_lookup_table", ADMIN, {"lookup_table": None}, mint=MINT)
    assert made.data[8:] == option(None)


def test_a_cycle_forwards_the_accounts_of_its_buy() -> None:
    assert run_cycle().accounts[len(spec("run_cycle")["accounts"]) :] == FORWARDED


@pytest.mark.parametrize("emergency", [None, key("emergency")])
def test_arguments_of_initialize_dat_state(emergency: Pubkey | None) -> None:
    made = FRUIT.initialize(ADMIN, BASE, "fruit", OPERATOR, emergency, 4480, PARAMETERS)
    roles = bytes(OPERATOR) + option(emergency)
    assert made.data[8:] == b"\5\0\0\0fruit" + roles + u16(4480) + parameters_bytes()


@pytest.mark.parametrize(
    ("role", "share", "data"),
    [
        (Role.ROOT, None, b"\0\0"),
        (Role.SECONDARY, None, b"\1\0"),
        (Role.SECONDARY, 3000, b"\1\1" + u16(3000)),
    ],
)
def test_arguments_of_initialize_token_stats(role: Role, share: int | None, data: bytes) -> None:
    assert FRUIT.admit(ADMIN, MINT, at.TOKEN, role, share).data[8:] == data


@pytest.mark.parametrize(("form", "number"), list(zip(BuyForm, range(5), strict=True)))
def test_arguments_of_run_cycle(form: BuyForm, number: int) -> None:
    assert run_cycle(form).data[8:] == bytes([number]) + u64(7) + RUN_ID + u64(9) + u64(11)


def test_an_ecosystem_is_its_admins_of_that_name() -> None:
    assert Ecosystem(PROGRAM, STATE) == FRUIT
    assert Ecosystem.of(PROGRAM, OPERATOR, "fruit").state != STATE
    assert Ecosystem.of(PROGRAM, ADMIN, "vegetables").state != STATE
