"""One chain, seen through several nodes: it never goes back in time, and is never another one."""

import pytest

from dat_operator.chain.rpc.network import check_network
from dat_operator.chain.rpc.slots import RESET_SECONDS, Slots
from dat_operator.domain.errors import DatError, RpcUnavailable
from tests.support.fakes.clock import Clock
from tests.support.fakes.endpoints import (
    CONFIRMED,
    Endpoints,
    answers,
    at_slot,
    breaks,
    in_turn,
    read,
    refuses,
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


async def test_numbers_of_one_endpoint_never_go_back(clock: Clock) -> None:
    """One URL may be many nodes: an operator that wrote an older number made counters explode."""
    endpoints = Endpoints(in_turn(at_slot(100), at_slot(98), at_slot(101)), clock=clock)
    async with endpoints.client(attempts=1) as rpc:
        slots = [(await read(rpc))["context"]["slot"] for _ in range(2)]
    assert slots == [100, 101]
    assert endpoints.calls[1][1] == [["key"], {**CONFIRMED, "minContextSlot": 100}]
    assert clock.slept == pytest.approx(0.8), "two slots: it is asked again once it may have caught up"


async def test_one_endpoint_that_stays_behind_is_an_outage(clock: Clock) -> None:
    endpoints = Endpoints(in_turn(at_slot(100), at_slot(98)), clock=clock)
    async with endpoints.client(attempts=1) as rpc:
        await read(rpc)
        for _ in range(5):
            with pytest.raises(RpcUnavailable, match="behind what was read before"):
                await read(rpc)


async def test_another_configuration_of_endpoints_goes_back_no_further(clock: Clock) -> None:
    slots = Slots()
    async with Endpoints(at_slot(100), clock=clock).client(slots=slots) as rpc:
        await read(rpc)
    async with Endpoints(at_slot(98), clock=clock).client(slots=slots) as rpc:
        with pytest.raises(RpcUnavailable, match="behind what was read before"):
            await read(rpc)


async def test_another_chain_begins_anew(clock: Clock) -> None:
    slots = Slots()
    for genesis, slot in (("one", 100), ("two", 3)):
        node = in_turn(responds(200, json={"result": genesis}), at_slot(slot))
        async with Endpoints(node, clock=clock).client(slots=slots) as rpc:
            await rpc.genesis()
            assert (await read(rpc))["context"]["slot"] == slot


async def test_what_a_node_does_not_keep_makes_nobody_forget(clock: Clock) -> None:
    """A block that is gone says nothing of how far a node is."""
    endpoints = Endpoints(in_turn(at_slot(100), refuses(-32001)), clock=clock)
    async with endpoints.client(attempts=1) as rpc:
        await read(rpc)
        for _ in range(2):
            with pytest.raises(RpcUnavailable):
                await rpc.call("getBlockTime", 5)
            clock.slept += 3_600
        with pytest.raises(RpcUnavailable):
            await read(rpc)
    assert endpoints.calls[-1][1] == [["key"], {**CONFIRMED, "minContextSlot": 100}]


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
        for _ in range(2):
            with pytest.raises(RpcUnavailable, match="behind what was read before"):
                await read(rpc)
            clock.slept += RESET_SECONDS
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
