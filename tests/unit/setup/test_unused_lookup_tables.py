"""Lookup tables that no token names are closed, in two steps, and no others."""

import base64
import struct
from typing import Any

import based58
import pytest
from solders.pubkey import Pubkey

from dat_operator.chain import addresses as at
from dat_operator.chain.tx.lookup_tables import COOLDOWN_SLOTS, HEADER
from dat_operator.setup.unused_lookup_tables import IDLE_SLOTS, reclaim_unused_tables
from tests.support.chain_state import ADMIN, PROGRAM, STATE, key
from tests.support.fakes.accounts import account
from tests.support.fakes.job_chain import JobChain, session, state_account, stats_of
from tests.support.fakes.rpc import Refusal
from tests.support.vectors.dat_bytes import option
from tests.unit.chain.tx.test_lookup_tables import table_bytes

APPLE, TABLE = key("apple"), key("table")
SLOT = 100_000
LONG_AGO = SLOT - IDLE_SLOTS - 1


class TableSearchChain(JobChain):
    """Answers getProgramAccounts by the filters. The slot does not advance."""

    def __init__(self, *tables: dict[Pubkey, Any]) -> None:
        super().__init__({**state_account(), **{k: v for one in tables for k, v in one.items()}})
        self.answers |= {"getProgramAccounts": self._find, "getSlot": SLOT}

    async def reclaim(self) -> list[tuple[str, Pubkey]]:
        """Reclaim unused tables; the sent instructions and their tables."""
        before = len(self.sent)
        async with self.client() as rpc:
            await reclaim_unused_tables(session(rpc, signer="admin"))
        sent = [one for transaction in list(self.sent.values())[before:] for one in transaction]
        names = {3: "deactivate", 4: "close"}
        return [(names[struct.unpack("<I", one.data)[0]], one.accounts[0]) for one in sent]

    def _find(self, program: str, options: Any) -> Any:
        return [
            {"pubkey": name, "account": _cut(value, options.get("dataSlice", {}).get("length"))}
            for name, value in self.table.items()
            if value["owner"] == program and all(_passes(value, one["memcmp"]) for one in options["filters"])
        ]


def _data(value: Any) -> bytes:
    return base64.b64decode(value["data"][0])


def _passes(value: Any, wanted: Any) -> bool:
    return _data(value)[wanted["offset"] :].startswith(based58.b58decode(wanted["bytes"].encode()))


def _cut(value: Any, length: int | None) -> Any:
    return {**value, "data": [base64.b64encode(_data(value)[:length]).decode(), "base64"]}


def table(
    first: Pubkey = STATE, *, extended: int = LONG_AGO, name: Pubkey = TABLE, authority: Pubkey = ADMIN
) -> dict[Pubkey, Any]:
    data = table_bytes([first, APPLE], extended=extended, authority=authority)
    return {name: account(owner=at.LOOKUP_TABLES, data=data)}


def deactivated(slot: int) -> dict[Pubkey, Any]:
    data = bytearray(_data(table()[TABLE]))
    struct.pack_into("<Q", data, 4, slot)
    assert len(data) > HEADER
    return {TABLE: account(owner=at.LOOKUP_TABLES, data=bytes(data))}


async def test_a_table_that_no_token_names_is_deactivated() -> None:
    assert await TableSearchChain(table(), stats_of(APPLE)).reclaim() == [("deactivate", TABLE)]


async def test_a_table_that_a_token_names_stays_though_no_job_is_told_of_the_token() -> None:
    """A DATToken that was deleted keeps its place on chain."""
    assert await TableSearchChain(table(), stats_of(APPLE, lookup_table=option(TABLE))).reclaim() == []


@pytest.mark.parametrize(
    "kept",
    [
        table(authority=key("stranger")),
        table(at.stats_address(PROGRAM, STATE, APPLE)),
        table(extended=SLOT - IDLE_SLOTS),
    ],
)
async def test_tables_of_another_purpose_or_set_up_stay(kept: dict[Pubkey, Any]) -> None:
    assert await TableSearchChain(kept).reclaim() == []


@pytest.mark.parametrize(("ago", "closes"), [(COOLDOWN_SLOTS, False), (COOLDOWN_SLOTS + 1, True)])
async def test_a_table_is_closed_once_no_transaction_can_use_it(ago: int, closes: bool) -> None:
    assert await TableSearchChain(deactivated(SLOT - ago)).reclaim() == ([("close", TABLE)] if closes else [])


async def test_many_tables_go_in_several_transactions() -> None:
    shelf = TableSearchChain(*(table(name=key(f"table {number}")) for number in range(25)))
    assert len(await shelf.reclaim()) == 25
    assert len(shelf.sent) == 3


async def test_an_endpoint_that_does_not_search_fails_no_set_up() -> None:
    shelf = TableSearchChain(table())

    def refuse(*_: Any) -> Any:
        raise Refusal(-32600, "not on this plan")

    shelf.answers["getProgramAccounts"] = refuse
    assert await shelf.reclaim() == []


async def test_stats_that_cannot_be_read_may_name_any_table() -> None:
    broken = {k: account(owner=PROGRAM, data=_data(v)[:60]) for k, v in stats_of(APPLE).items()}
    assert await TableSearchChain(table(), broken).reclaim() == []
