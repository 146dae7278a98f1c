"""One chain, seen through several nodes: it never goes back in time, and is never another one."""

import pytest

from dat_operator.chain.network import check_network
from dat_operator.domain.errors import DatError, RpcUnavailable
from tests.unit.chain.conftest import Clock
from tests.unit.chain.fake_endpoints import (
    CONFIRMED,
    Endpoints,
    answers,
    at_slot,
    breaks,
    in_turn,
    read,
    responds,
)


async def test_later_reads_name_the_slot_and_a_node_behind_is_passed_over(clock: Clock) -> None:
    endpoints = Endpoints(in_turn(at_slot(100), breaks), at_slot(98), at_slot(101), clock=clock)
    async with endpoints.client() as rpc:
        await read(rpc)
        assert (await read(rpc))["context"]["slot"] == 101
    assert endpoints.asked == ["one", "one", "two", "three"]
    assert endpoints.calls[0][1] == [["key"], CONFIRMED]
    assert endpoints.calls[1][1] == [["key"], {**CONFIRMED, "minContextSlot": 100}]


async def test_with_one_endpoint_nothing_is_added() -> None:
    endpoints = Endpoints(at_slot(100))
    async with endpoints.client() as rpc:
        await read(rpc)
        await read(rpc)
    assert endpoints.calls == [("getMultipleAccounts", [["key"], CONFIRMED])] * 2


async def test_old_statuses_are_passed_over_too(clock: Clock) -> None:
    """getSignatureStatuses takes no slot, but tells its own."""
    endpoints = Endpoints(in_turn(at_slot(100), breaks), at_slot(98), at_slot(101), clock=clock)
    async with endpoints.client() as rpc:
        await read(rpc)
        statuses = await rpc.call("getSignatureStatuses", ["a"])
    assert statuses["context"]["slot"] == 101


async def test_a_chain_that_was_reset_locks_nobody_out(clock: Clock) -> None:
    endpoints = Endpoints(in_turn(at_slot(100), at_slot(3)), at_slot(3), clock=clock)
    async with endpoints.client(attempts=1) as rpc:
        await read(rpc)
        with pytest.raises(RpcUnavailable, match="behind what was read before"):
            await read(rpc)
        assert (await read(rpc))["context"]["slot"] == 3


async def test_a_node_that_is_behind_must_not_fill_in_for_one_that_is_away(clock: Clock) -> None:
    endpoints = Endpoints(in_turn(at_slot(100), breaks), at_slot(3), clock=clock)
    async with endpoints.client() as rpc:
        await read(rpc)
        for _ in range(3):
            with pytest.raises(RpcUnavailable):
                await read(rpc)


async def test_calls_together_are_of_one_endpoint(clock: Clock) -> None:
    endpoints = Endpoints(in_turn(answers, breaks), answers, clock=clock)
    async with endpoints.client() as rpc:
        assert await rpc.together(("getBlockHeight", ()), ("getSlot", ())) == [7, 7]
    assert endpoints.asked == ["one", "one", "two", "two"]


async def test_every_endpoint_that_answers_shows_its_chain(clock: Clock) -> None:
    other = responds(200, json={"result": "another"})
    async with Endpoints(answers, other, clock=clock).client() as rpc:
        with pytest.raises(DatError, match=r"lead to different chains: https://one.* another; keep those"):
            await check_network(rpc, "localnet")


async def test_one_that_was_away_shows_its_chain_before_it_is_used(clock: Clock) -> None:
    other = in_turn(breaks, responds(200, json={"result": "another"}))
    endpoints = Endpoints(in_turn(answers, breaks), other, clock=clock)
    async with endpoints.client() as rpc:
        await check_network(rpc, "localnet")
        with pytest.raises(RpcUnavailable, match=r"two\.example:8899: another cluster \(genesis another\)"):
            await rpc.call("getSlot")
    asked = [(host, method) for host, (method, _) in zip(endpoints.asked, endpoints.calls, strict=True)]
    assert ("two", "getSlot") not in asked
