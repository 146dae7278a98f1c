"""Cycles read back from transactions, as RPC gives them."""

from typing import Any

import based58
import pytest

from dat_operator.chain.dat import codec as dat
from dat_operator.chain.dat.history import History
from tests.support.chain_state import PROGRAM, STATE, key
from tests.support.fakes.clock import Clock
from tests.support.fakes.history import STRANGE_STATE, Index, cycle_of, history
from tests.support.fakes.rpc import FakeRpc
from tests.support.vectors.dat_bytes import MINT, event_bytes

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
        found = await history(client).look_up("sig")
    assert found is not None
    (landed,) = found
    assert (landed.signature, landed.slot, landed.event.mint) == ("sig", 9, str(MINT))
    ((_, params),) = rpc.asked
    assert params[1]["maxSupportedTransactionVersion"] == 1


@pytest.mark.parametrize("found", [transaction(err={"x": 1}), transaction(index=0)])
async def test_a_failed_transaction_or_another_programs_event_is_no_cycle(found: Any) -> None:
    async with FakeRpc(getTransaction=found).client() as client:
        assert await history(client).look_up("sig") == []


async def test_a_strangers_ecosystem_on_our_program_is_not_seen() -> None:
    """Its root may be our very mint, and its cycles may name our run."""
    index = Index()
    index.add(1, cycle_of(MINT, 1, 1, state=STRANGE_STATE), cycle_of(MINT, 2, 1), name="sig")
    async with index.rpc.client() as client:
        found = await history(client).look_up("sig")
        theirs = await History(client, str(PROGRAM), str(STRANGE_STATE)).look_up("sig")
    assert found is not None
    assert theirs is not None
    assert [(one.event.state, one.event.cycle) for one in found] == [(str(STATE), 2)]
    assert [(one.event.state, one.event.cycle) for one in theirs] == [(str(STRANGE_STATE), 1)]


async def test_a_node_that_indexes_late_is_asked_again(clock: Clock) -> None:
    answers = iter([None, None, transaction()])
    async with FakeRpc(getTransaction=lambda *_: next(answers)).client() as client:
        assert len(await history(client).wait_for("sig", "confirmed")) == 1


async def test_what_is_known_is_not_asked_for_again() -> None:
    answers = iter([None, transaction()])
    rpc = FakeRpc(getTransaction=lambda *_: next(answers))
    async with rpc.client() as client:
        one = history(client)
        assert await one.look_up("sig") is None
        assert len(await one.look_up("sig") or ()) == len(await one.look_up("sig") or ()) == 1
    assert (one.calls, len(rpc.asked)) == (2, 2)


async def test_so_many_transactions_are_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dat_operator.chain.dat.history.MAX_REMEMBERED", 2)
    rpc = FakeRpc(getTransaction=transaction())
    async with rpc.client() as client:
        one = history(client)
        for signature in ("a", "b", "c", "b", "c", "a"):
            await one.look_up(signature)
    assert [params[0] for _, params in rpc.asked] == ["a", "b", "c", "a"]
