"""Cycles read back from transactions, as RPC gives them."""

from typing import Any

import based58
import pytest

from dat_operator.chain import program as dat
from dat_operator.chain.history import MOST, PAGE, cycles_in, cycles_of, cycles_since
from tests.unit.builders import PROGRAM, key
from tests.unit.chain.conftest import Clock
from tests.unit.chain.dat_bytes import MINT, event_bytes
from tests.unit.chain.fake_rpc import FakeRpc

EVENT = based58.b58encode(dat.EVENT_TAG + event_bytes()).decode()
NOISE = based58.b58encode(b"noise").decode()


def transaction(*, err: Any = None, version: Any = 0, index: int = 1, loaded: bool = False) -> dict[str, Any]:
    keys = [str(key("payer"))] + ([] if loaded else [str(PROGRAM)])
    inner = [{"programIdIndex": 0, "data": NOISE}, {"programIdIndex": index, "data": EVENT}]
    return {
        "slot": 9,
        "version": version,
        "transaction": {"message": {"accountKeys": keys}},
        "meta": {
            "err": err,
            "innerInstructions": [{"index": 0, "instructions": inner}],
            "loadedAddresses": {"writable": [], "readonly": [str(PROGRAM)] if loaded else []},
        },
    }


@pytest.mark.parametrize("loaded", [False, True])
async def test_a_cycle_is_found_among_the_inner_instructions(loaded: bool) -> None:
    """Wherever the program stands: among the keys, or loaded by a lookup table."""
    rpc = FakeRpc(getTransaction=transaction(loaded=loaded))
    async with rpc.client() as client:
        (landed,) = await cycles_in(client, str(PROGRAM), "sig")
    assert (landed.signature, landed.slot, landed.event.mint) == ("sig", 9, str(MINT))
    ((_, params),) = rpc.asked
    assert params[1]["maxSupportedTransactionVersion"] == 1


@pytest.mark.parametrize("found", [transaction(err={"x": 1}), transaction(index=0)])
async def test_a_failed_transaction_or_another_programs_event_is_no_cycle(found: Any) -> None:
    async with FakeRpc(getTransaction=found).client() as client:
        assert await cycles_in(client, str(PROGRAM), "sig") == []


async def test_a_node_that_indexes_late_is_asked_again(clock: Clock) -> None:
    answers = iter([None, None, transaction()])
    async with FakeRpc(getTransaction=lambda *_: next(answers)).client() as client:
        assert len(await cycles_in(client, str(PROGRAM), "sig")) == 1


async def test_history_is_read_page_by_page() -> None:
    """Newest first; failed transactions are not even asked for."""
    entries: list[dict[str, Any]] = [
        {"signature": f"s{n}", "err": {"x": 1} if n % 2 else None, "blockTime": 1_000 - n}
        for n in range(PAGE + 10)
    ]

    def page(_stats: str, options: dict[str, Any]) -> list[Any]:
        names = [entry["signature"] for entry in entries]
        start = names.index(options["before"]) + 1 if "before" in options else 0
        return entries[start : start + options["limit"]]

    rpc = FakeRpc(getSignaturesForAddress=page, getTransaction=transaction())
    async with rpc.client() as client:
        found = [c.signature async for c in cycles_of(client, str(PROGRAM), "stats", str(MINT))]
        since = [c async for c in cycles_since(client, str(PROGRAM), "state", 1_000 - 6)]
        others = [c async for c in cycles_of(client, str(PROGRAM), "stats", str(key("other")))]
    assert found == [f"s{n}" for n in range(0, PAGE + 10, 2)]
    assert [c.signature for c in since] == ["s0", "s2", "s4", "s6"]
    assert others == []


async def test_no_more_is_looked_at_than_a_flood_is_worth() -> None:
    """Anybody may send what names an account."""

    def page(_state: str, options: dict[str, Any]) -> list[Any]:
        return [{"signature": "s", "err": None, "blockTime": 2}] * options["limit"]

    rpc = FakeRpc(getSignaturesForAddress=page, getTransaction=transaction())
    async with rpc.client() as client:
        found = [c async for c in cycles_since(client, str(PROGRAM), "state", 1)]
    assert len(found) == MOST
