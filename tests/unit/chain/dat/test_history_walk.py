"""Going back through what was sent about an ecosystem: once, within a bound, and on from where it was."""

import pytest

from dat_operator.chain.dat.history import SIGNATURES_PER_PAGE
from dat_operator.chain.dat.history_walk import MAX_TRIES, Walk
from dat_operator.domain.errors import RpcUnavailable
from tests.support.fakes.clock import Clock
from tests.support.fakes.history import Index, cycle_of, history
from tests.support.vectors.dat_bytes import MINT


def numbers(walk: Walk) -> list[int]:
    return [landed.event.cycle for landed in walk.found]


async def test_newest_first_page_by_page() -> None:
    """Failed transactions are not even asked for."""
    index = Index()
    for number in range(SIGNATURES_PER_PAGE + 10):
        index.add(number, cycle_of(MINT, number, number), err={"x": 1} if number % 2 else None)
    async with index.rpc.client() as client:
        walk = Walk(one := history(client))
        found = [landed.event.cycle async for landed in walk.cycles(10_000)]
    assert found == list(range(SIGNATURES_PER_PAGE + 8, -1, -2))
    assert walk.done
    assert walk.calls == one.calls == len(found) + 2


async def test_only_a_time_is_looked_through() -> None:
    index = Index()
    for number in range(20):
        index.add(number, cycle_of(MINT, number, number))
    index.spam(at=99, count=5_000)
    async with index.rpc.client() as client:
        walk = Walk(history(client), since=5, until=8)
        assert [landed.event.cycle async for landed in walk.cycles(100)] == [8, 7, 6, 5]
    assert walk.done
    assert walk.calls == 5_000 // SIGNATURES_PER_PAGE + 1 + 4


async def test_a_block_whose_time_a_node_does_not_know_is_looked_into() -> None:
    index = Index()
    index.add(None, cycle_of(MINT, 1, 0))
    async with index.rpc.client() as client:
        assert [landed.event.cycle async for landed in Walk(history(client), 5, 8).cycles(9)] == [1]


async def test_it_makes_no_more_calls_than_it_may_and_goes_on_from_there() -> None:
    index = Index()
    index.add(1, cycle_of(MINT, 1, 1))
    index.spam(at=1, count=50)
    rpc = index.rpc
    async with rpc.client() as client:
        walk = Walk(history(client))
        for passes in range(1, 4):
            await walk.go_on(20)
            assert walk.calls == len(rpc.asked) == min(20 * passes, 52)
    assert numbers(walk) == [1]
    assert walk.done
    asked = [str(params[0]) for _, params in rpc.asked]
    assert len(set(asked)) == len(asked), "nothing twice"


async def test_what_another_walk_has_read_costs_no_call() -> None:
    index = Index()
    index.add(1, cycle_of(MINT, 1, 1))
    index.spam(at=1, count=50)
    async with index.rpc.client() as client:
        one = history(client)
        for left, found in ((30, []), (0, [1])):
            walk = Walk(one)
            await walk.go_on(30)
            assert (numbers(walk), walk.done) == (found, left == 0)


async def test_no_more_is_looked_at_than_a_flood_is_worth() -> None:
    index = Index()
    index.spam(at=1, count=5_000)
    rpc = index.rpc
    async with rpc.client() as client:
        walk = Walk(history(client))
        assert [landed async for landed in walk.cycles(300)] == []
    assert (walk.calls, len(rpc.asked), walk.done) == (300, 300, False)


async def test_what_no_node_shows_is_asked_for_again_after_the_rest(clock: Clock) -> None:
    index = Index()
    index.add(1, cycle_of(MINT, 1, 1))
    late = index.add(2, cycle_of(MINT, 2, 2))
    index.unknown = {late}
    async with index.rpc.client() as client:
        walk = Walk(history(client))
        cycles = walk.cycles(100)
        assert (await anext(cycles)).event.cycle == 1
        index.unknown.clear()
        assert [landed.event.cycle async for landed in cycles] == [2]


async def test_what_no_node_ever_shows_is_given_up(clock: Clock) -> None:
    index = Index()
    index.unknown = {index.add(1)}
    async with index.rpc.client() as client:
        walk = Walk(history(client))
        assert [landed async for landed in walk.cycles(100)] == []
    assert (walk.done, walk.calls) == (True, MAX_TRIES + 1)
    assert 9 <= clock.slept <= 11


async def test_a_pass_asks_for_nothing_twice() -> None:
    index = Index()
    index.unknown = {index.add(1), index.add(2)}
    async with index.rpc.client() as client:
        walk = Walk(history(client))
        for calls in (3, 5, 7):
            await walk.go_on(20)
            assert walk.calls == calls


async def test_an_endpoint_that_is_away_loses_nothing(clock: Clock) -> None:
    index = Index()
    for number in range(4):
        index.add(number, cycle_of(MINT, number, number))
    rpc, away = index.rpc, {"sent 2"}

    def shown(signature: str, options: object) -> object:
        if signature in away:
            raise RpcUnavailable("away")
        return index.shown(signature, options)

    rpc.answers["getTransaction"] = shown
    async with rpc.client() as client:
        walk = Walk(history(client))
        with pytest.raises(RpcUnavailable):
            await walk.go_on(20)
        assert numbers(walk) == [3]
        away.clear()
        await walk.go_on(20)
    assert numbers(walk) == [3, 2, 1, 0]
    assert walk.done


async def test_near_some_times_the_closest_are_read_first_and_others_not_at_all() -> None:
    index = Index()
    index.add(100, cycle_of(MINT, 1, 100))
    index.add(103, cycle_of(MINT, 2, 103))
    index.add(200, cycle_of(MINT, 3, 200))
    for at in (80, 105, 150, 195, 250):
        index.spam(at, 40)
    index.entries.sort(key=lambda entry: -entry["blockTime"])
    async with index.rpc.client() as client:
        walk = Walk.near(history(client), [100, 200])
        assert [landed.event.cycle async for landed in walk.cycles(1_000)] == [3, 1, 2]
    assert walk.done
    assert walk.calls == 1 + 3 + 40 + 40


async def test_a_flood_within_some_seconds_of_a_time_does_not_bury_what_is_of_that_time() -> None:
    index = Index()
    index.spam(at=98, count=2_500)
    index.add(100, cycle_of(MINT, 1, 100))
    index.spam(at=101, count=2_500)
    async with index.rpc.client() as client:
        walk = Walk.near(history(client), [100])
        cycles = walk.cycles(300)
        assert (await anext(cycles)).event.cycle == 1
    assert walk.calls == 5_001 // SIGNATURES_PER_PAGE + 1 + 1
