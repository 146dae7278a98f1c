"""Several endpoints of one chain: each is a proxy that fails in its own way, the chain is true."""

import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from typing import Any

import pytest

from dat_operator.chain.rpc.client import RpcClient
from dat_operator.chain.rpc.network import check_network
from dat_operator.domain.errors import RpcRefused, RpcUnavailable
from dat_operator.domain.job_config import EndpointConfig
from dat_operator.domain.report import Outcome
from tests.support.chain.ecosystem import SOL, LocalEcosystem
from tests.support.chain.rpc_proxy import Call, Hung, Rejected, RpcProxy

SYSTEM = "11111111111111111111111111111111"
CONFIRMED = {"encoding": "base64", "commitment": "confirmed"}
Proxies = tuple[RpcProxy, RpcProxy]


@pytest.fixture
def proxies(chain_url: str) -> Iterator[Proxies]:
    with ExitStack() as stack:
        yield stack.enter_context(RpcProxy(chain_url)), stack.enter_context(RpcProxy(chain_url))


@pytest.fixture
async def pool(proxies: Proxies) -> AsyncIterator[RpcClient]:
    """The first one is asked, the second one is the spare."""
    async with RpcClient([EndpointConfig(url=p.url, priority=n) for n, p in enumerate(proxies)]) as rpc:
        await check_network(rpc, "localnet")
        yield rpc


def log(proxy: RpcProxy, rule: Callable[[Call], None] | None = None) -> list[str]:
    """Follow a rule, and list the methods that are asked for from now on."""
    asked: list[str] = []

    def logged(call: Call) -> None:
        asked.append(call.method)
        if rule:
            rule(call)

    proxy.reset(logged)
    return asked


def dead(_: Call) -> None:
    raise Hung


async def read(rpc: RpcClient) -> int:
    """The slot of a read."""
    answer = await rpc.call("getMultipleAccounts", [SYSTEM], CONFIRMED)
    return int(answer["context"]["slot"])


async def test_an_endpoint_dies_in_the_middle_of_reads(pool: RpcClient, proxies: Proxies) -> None:
    first, second = log(proxies[0]), log(proxies[1])
    slots = [await read(pool) for _ in range(3)]
    assert (len(first), len(second)) == (3, 0)

    first = log(proxies[0], dead)
    slots += [await read(pool) for _ in range(10)]

    assert len(first) == 1, "it is left alone"
    assert len(second) >= 10
    assert slots == sorted(slots)


async def test_an_endpoint_that_wants_fewer_calls_gets_none(pool: RpcClient, proxies: Proxies) -> None:
    def busy(call: Call) -> None:
        if call.number == 1:
            raise Rejected(429, Retry_After="2")

    first, second = log(proxies[0], busy), log(proxies[1])
    began = time.monotonic()
    while time.monotonic() - began < 1.5:
        await read(pool)
    assert len(first) == 1
    assert len(second) > 1
    while len(first) == 1:
        await read(pool)
    assert time.monotonic() - began >= 2


async def test_the_only_endpoint_that_wants_fewer_calls_is_waited_for(proxies: Proxies) -> None:
    def busy(call: Call) -> None:
        if call.number == 1:
            raise Rejected(429, Retry_After="1")

    asked = log(proxies[0], busy)
    began = time.monotonic()
    async with RpcClient([proxies[0].url]) as rpc:
        await read(rpc)
    assert time.monotonic() - began >= 1
    assert len(asked) == 2


class Stale:
    """A node that has stopped following the chain; a gateway in front of it may know no minContextSlot."""

    def __init__(self, *, ignores_slot: bool) -> None:
        self._ignores_slot = ignores_slot
        self._answer: Any = None

    def __call__(self, call: Call) -> None:
        if call.method != "getMultipleAccounts":
            return
        self._answer = self._answer or call.forward()
        slot = self._answer["result"]["context"]["slot"]
        call.answer = self._answer
        if call.params[1].get("minContextSlot", 0) > slot and not self._ignores_slot:
            error = {"code": -32016, "message": "Minimum context slot…", "data": {"contextSlot": slot}}
            call.answer = {"jsonrpc": "2.0", "id": 1, "error": error}


@pytest.mark.parametrize("ignores_slot", [False, True])
async def test_an_old_answer_is_never_taken(proxies: Proxies, ignores_slot: bool) -> None:
    """Rather none at all: what has been read must not be undone by the next read."""
    stale = Stale(ignores_slot=ignores_slot)
    proxies[0].reset(stale)
    async with RpcClient([proxies[0].url]) as rpc:
        old = await read(rpc)
    async with RpcClient([proxy.url for proxy in proxies]) as rpc:
        log(proxies[0], dead)
        slot = await read(rpc)
        while slot <= old:
            slot = await read(rpc)
        log(proxies[0], stale)
        log(proxies[1], dead)
        with pytest.raises(RpcUnavailable, match=r"behind|was seen before"):
            await read(rpc)
        proxies[1].reset()
        assert await read(rpc) > old


async def test_what_the_chain_refuses_is_asked_of_nobody_else(pool: RpcClient, proxies: Proxies) -> None:
    first, second = log(proxies[0]), log(proxies[1])
    with pytest.raises(RpcRefused):
        await pool.call("simulateTransaction", "bm90IGEgdHJhbnNhY3Rpb24=", CONFIRMED)
    assert (first, second) == (["simulateTransaction"], [])


async def test_a_cycle_whose_endpoint_dies_before_it_is_sent(
    pair: LocalEcosystem, pool: RpcClient, proxies: Proxies
) -> None:
    pair.trade("second", 2 * SOL)
    before = {name: len(await pair.cycles(name)) for name in pair.coins}
    simulated: list[bool] = []

    def dies(call: Call) -> None:
        if simulated:
            raise Hung
        if call.method == "simulateTransaction":
            call.forward()
            simulated.append(True)

    first, second = log(proxies[0], dies), log(proxies[1])

    report = await replace(pair, rpc=pool).cycle(b"pool".ljust(16))

    assert report.outcome is Outcome.COMPLETED, report
    assert "sendTransaction" not in first[: first.index("simulateTransaction")]
    assert "sendTransaction" in second
    for name in pair.coins:
        cycles = await pair.cycles(name)
        assert len(cycles) == before[name] + 1
        assert cycles[0].event.conserved


async def test_a_cycle_that_is_sent_to_two_endpoints_runs_once(
    pair: LocalEcosystem, pool: RpcClient, proxies: Proxies
) -> None:
    pair.trade("second", 2 * SOL)
    before = {name: len(await pair.cycles(name)) for name in pair.coins}
    logs = [log(proxy) for proxy in proxies]

    report = await replace(pair, rpc=pool).cycle(b"twice".ljust(16))

    assert report.outcome is Outcome.COMPLETED, report
    assert all("sendTransaction" in asked for asked in logs)
    assert {name: len(await pair.cycles(name)) - before[name] for name in pair.coins} == {
        "root": 1,
        "second": 1,
    }
