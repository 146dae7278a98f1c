"""A transaction goes to all healthy endpoints at once."""

import asyncio

import httpx
import pytest

from dat_operator.chain.rpc import client as module
from dat_operator.domain.errors import RpcRefused
from tests.support.fakes.clock import Clock
from tests.support.fakes.endpoints import Behaviour, Endpoints, accepts, breaks, refuses, responds


async def test_a_transaction_goes_to_all_healthy_endpoints(clock: Clock) -> None:
    endpoints = Endpoints(breaks, accepts, accepts, clock=clock, three={"priority": 9})
    async with endpoints.client() as rpc:
        await rpc.call("getSlot")
        endpoints.asked.clear()
        assert await rpc.call("sendTransaction", "…") == "signature"
    assert sorted(endpoints.asked) == ["three", "two"]


@pytest.mark.parametrize("other", [breaks, refuses(-32002, "blockhash not found"), responds(429)])
async def test_one_acceptance_is_enough(other: Behaviour, clock: Clock) -> None:
    async with Endpoints(other, accepts, clock=clock).client() as rpc:
        assert await rpc.call("sendTransaction", "…") == "signature"


async def test_a_refusal_by_all_that_answer_is_one(clock: Clock) -> None:
    endpoints = Endpoints(breaks, refuses(-32002, "already processed"), clock=clock)
    async with endpoints.client() as rpc:
        with pytest.raises(RpcRefused, match="already processed"):
            await rpc.call("sendTransaction", "…")
    assert sorted(endpoints.asked) == ["one", "two"], "and is not repeated"


async def test_one_that_hangs_holds_nobody_up(clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "GRACE_SECONDS", 0.001)
    never = asyncio.Event()

    async def wait() -> httpx.Response:
        await never.wait()
        raise AssertionError("unreachable")

    async with Endpoints(lambda *_: wait(), accepts, clock=clock).client() as rpc:
        assert await rpc.call("sendTransaction", "…") == "signature"


async def test_all_answers_are_waited_for_a_moment(clock: Clock) -> None:
    done = []

    async def later() -> httpx.Response:
        for _ in range(20):
            await asyncio.sleep(0)
        done.append(True)
        return accepts()

    async with Endpoints(accepts, lambda *_: later(), clock=clock).client() as rpc:
        await rpc.call("sendTransaction", "…")
        assert done


async def test_the_first_answer_is_waited_for_however_long_it_takes(
    clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The moment of grace begins with it."""
    monkeypatch.setattr(module, "GRACE_SECONDS", 0.001)

    async def later() -> httpx.Response:
        done = asyncio.Event()
        asyncio.get_running_loop().call_later(0.05, done.set)
        await done.wait()
        return accepts()

    endpoints = Endpoints(lambda *_: later(), lambda *_: later(), clock=clock)
    async with endpoints.client(attempts=1) as rpc:
        assert await rpc.call("sendTransaction", "…") == "signature"
