"""Lookup tables, against solders' own types and the native program's layouts."""

import base64
import struct
from typing import Any

import based58
import pytest
from hypothesis import given
from hypothesis import strategies as st
from solders.address_lookup_table_account import (
    ID,
    LOOKUP_TABLE_MAX_ADDRESSES,
    LOOKUP_TABLE_META_SIZE,
    AddressLookupTable,
    AddressLookupTableAccount,
    LookupTableMeta,
    derive_lookup_table_address,
)
from solders.hash import Hash
from solders.instruction import AccountMeta
from solders.pubkey import Pubkey

from dat_operator.chain import addresses as at
from dat_operator.chain.tx import lookup_tables
from dat_operator.chain.tx import message as tx
from dat_operator.chain.tx.lookup_tables import (
    CAPACITY,
    EXTENSION,
    HEADER,
    Header,
    close,
    deactivate,
    read_tables,
    tables_that_begin,
)
from tests.support.chain_state import key
from tests.support.fakes.rpc import FakeRpc

PAYER = key("payer")
LISTED = [key(f"listed {n}") for n in range(3)]
KEYS = st.lists(st.binary(min_size=32, max_size=32).map(Pubkey), max_size=10)


def table_bytes(
    addresses: list[Pubkey], *, closing: bool = False, authority: Pubkey = PAYER, extended: int = 6
) -> bytes:
    """A table as the native program keeps it: solders reads the same in it."""
    meta = LookupTableMeta(
        deactivation_slot=5 if closing else 2**64 - 1,
        last_extended_slot=extended,
        last_extended_slot_start_index=7,
        authority=authority,
    )
    data = struct.pack("<I", 1) + bytes(meta) + b"".join(map(bytes, addresses))
    # solders' stub has the arguments of another class.
    assert AddressLookupTable.deserialize(data) == AddressLookupTable(meta, addresses)  # type: ignore[arg-type]
    return data


def account(data: bytes, owner: Pubkey = at.LOOKUP_TABLES) -> Any:
    encoded = base64.b64encode(data).decode()
    return {"lamports": 1, "owner": str(owner), "data": [encoded, "base64"], "executable": False}


async def read(table: dict[str, Any], *keys: str) -> dict[str, AddressLookupTableAccount]:
    def answer(asked: list[str], _: Any) -> Any:
        return {"context": {"slot": 1}, "value": [table.get(one) for one in asked]}

    async with FakeRpc(getMultipleAccounts=answer).client() as rpc:
        return await read_tables(rpc, keys)


def test_the_native_programs_constants() -> None:
    assert at.LOOKUP_TABLES == ID
    assert CAPACITY == LOOKUP_TABLE_MAX_ADDRESSES
    assert HEADER == LOOKUP_TABLE_META_SIZE


@pytest.mark.parametrize("addresses", [[], LISTED, [key(f"many {n}") for n in range(CAPACITY)]])
async def test_a_table_is_read(addresses: list[Pubkey]) -> None:
    name = str(key("table"))
    found = await read({name: account(table_bytes(addresses))}, name)
    assert found == {name: AddressLookupTableAccount(key("table"), addresses)}


async def test_what_is_no_usable_table_is_left_out() -> None:
    names = {what: str(key(what)) for what in ("good", "closing", "foreign", "gone")}
    table = {
        names["good"]: account(table_bytes(LISTED)),
        names["closing"]: account(table_bytes(LISTED, closing=True)),
        names["foreign"]: account(table_bytes(LISTED), owner=at.SYSTEM),
    }
    assert list(await read(table, *names.values())) == [names["good"]]


async def test_each_table_is_asked_for_once() -> None:
    name = str(key("table"))
    assert list(await read({name: account(table_bytes(LISTED))}, name, name)) == [name]


async def test_only_an_authoritys_own_can_be_asked_for() -> None:
    name = str(key("table"))
    async with FakeRpc(
        getMultipleAccounts={"context": {"slot": 1}, "value": [account(table_bytes(LISTED))]}
    ).client() as rpc:
        assert list(await read_tables(rpc, [name], of=PAYER)) == [name]
        assert await read_tables(rpc, [name], of=key("stranger")) == {}


@pytest.mark.parametrize("closing", [False, True])
async def test_a_tables_header(closing: bool) -> None:
    data = table_bytes(LISTED, closing=closing)[:HEADER]
    found = [{"pubkey": str(key("table")), "account": account(data)}]
    rpc = FakeRpc(getProgramAccounts=found)
    async with rpc.client() as client:
        tables = await tables_that_begin(client, PAYER, LISTED[0])
    assert tables == {key("table"): Header(5 if closing else None, 6, PAYER)}
    ((_, (program, options)),) = rpc.asked
    assert program == str(ID)
    for one in options["filters"]:
        offset, held = one["memcmp"]["offset"], based58.b58decode(one["memcmp"]["bytes"].encode())
        assert table_bytes(LISTED)[offset:].startswith(held)
    assert len(options["filters"]) == 2


def test_a_table_that_nobody_may_change() -> None:
    data = bytearray(table_bytes(LISTED))
    data[21] = 0
    assert Header.of(AddressLookupTable.deserialize(bytes(data))).authority is None


def test_a_table_is_deactivated_and_closed_by_its_authority() -> None:
    for instruction, number in ((deactivate(PAYER, key("table")), 3), (close(PAYER, key("table")), 4)):
        assert instruction.data == struct.pack("<I", number)
        first, second, *rest = instruction.accounts
        assert (first.pubkey, first.is_signer, first.is_writable) == (key("table"), False, True)
        assert (second.pubkey, second.is_signer) == (PAYER, True)
        assert [one.pubkey for one in rest] == ([PAYER] if number == 4 else [])


@given(st.integers(0, 2**64 - 1))
def test_a_new_tables_address_follows_from_the_slot(slot: int) -> None:
    instruction, table = lookup_tables.create(PAYER, slot)
    expected, bump = derive_lookup_table_address(PAYER, slot)
    assert table == expected
    assert instruction.program_id == ID
    assert instruction.data == struct.pack("<I", 0) + struct.pack("<Q", slot) + bytes([bump])


def test_who_creates_a_table_owns_and_pays_it() -> None:
    instruction, table = lookup_tables.create(PAYER, 9)
    assert instruction.accounts == [
        AccountMeta(table, is_signer=False, is_writable=True),
        AccountMeta(PAYER, is_signer=False, is_writable=False),
        AccountMeta(PAYER, is_signer=True, is_writable=True),
        AccountMeta(at.SYSTEM, is_signer=False, is_writable=False),
    ]


@given(KEYS)
def test_a_table_is_extended(addresses: list[Pubkey]) -> None:
    instruction = lookup_tables.extend(PAYER, key("table"), addresses)
    assert instruction.data == struct.pack("<IQ", 2, len(addresses)) + b"".join(map(bytes, addresses))
    assert [meta.pubkey for meta in instruction.accounts] == [key("table"), PAYER, PAYER, at.SYSTEM]


def test_an_extension_fits_into_a_transaction() -> None:
    addresses = [key(f"address {n}") for n in range(EXTENSION)]
    instruction = lookup_tables.extend(PAYER, key("table"), addresses)
    assert tx.size(tx.compile_message(PAYER, [instruction], (), Hash.default())) <= 1232
