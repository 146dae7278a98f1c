"""Which endpoint is asked, when another one is, and what is remembered of both."""

import traceback
from typing import Any

import httpx
import pytest

from dat_operator.chain.rpc.client import DEFAULT_ATTEMPTS, RpcClient
from dat_operator.domain.errors import DatError, RpcRefused, RpcUnavailable
from dat_operator.domain.job_config import EndpointConfig
from tests.support.fakes.clock import Clock
from tests.support.fakes.endpoints import (
    SECRET,
    Behaviour,
    Endpoints,
    answers,
    breaks,
    hangs,
    in_turn,
    refuses,
    responds,
)


@pytest.mark.parametrize(
    "first",
    [
        breaks,
        hangs,
        *(responds(status) for status in (401, 408, 425, 429, 500, 502, 503, 504)),
        responds(200, text="<html>busy</html>"),
        responds(403, json={"message": "forbidden"}),
        refuses(-32005, data={"numSlotsBehind": 200}),
        refuses(-32004),
        refuses(-32014),
        refuses(-32016),
    ],
)
async def test_what_gives_no_answer_is_tried_elsewhere(first: Behaviour) -> None:
    endpoints = Endpoints(first, answers)
    async with endpoints.client() as rpc:
        assert await rpc.call("getGenesisHash") == 7
    assert endpoints.asked == ["one", "two"]


@pytest.mark.parametrize("code", [-32002, -32003, -32602])
async def test_a_refusal_is_never_tried_elsewhere(code: int) -> None:
    endpoints = Endpoints(refuses(code, "no"), answers)
    async with endpoints.client() as rpc:
        with pytest.raises(RpcRefused, match=rf"simulateTransaction was refused \({code}\): no") as caught:
            await rpc.call("simulateTransaction", "…")
    assert caught.value.code == code
    assert endpoints.asked == ["one"]


async def test_all_are_tried_again_and_then_given_up(clock: Clock) -> None:
    endpoints = Endpoints(breaks, responds(429), clock=clock)
    async with endpoints.client() as rpc:
        with pytest.raises(RpcUnavailable) as caught:
            await rpc.call("getSlot")
    assert endpoints.asked == ["one", "two"] * DEFAULT_ATTEMPTS
    assert str(caught.value) == "https://one.example: no answer; https://two.example:8899: HTTP 429"
    assert clock.slept == 1.5, "half a second, then one"


async def test_a_short_outage_is_not_noticed(clock: Clock) -> None:
    endpoints = Endpoints(in_turn(breaks, breaks, answers), breaks, clock=clock)
    async with endpoints.client() as rpc:
        assert await rpc.call("getSlot") == 7


@pytest.mark.parametrize("first", [breaks, hangs, responds(429), responds(401, json={"error": SECRET})])
async def test_no_error_and_no_log_tells_a_credential(
    first: Behaviour, clock: Clock, capsys: pytest.CaptureFixture[str]
) -> None:
    async with Endpoints(first, breaks, clock=clock).client() as rpc:
        with pytest.raises(RpcUnavailable) as caught:
            await rpc.call("getSlot")
    shown = "".join(traceback.format_exception(caught.value)) + capsys.readouterr().out
    assert "https://one.example" in shown
    assert SECRET not in shown


def test_at_least_one_endpoint_is_needed() -> None:
    with pytest.raises(DatError, match=r"spec\.rpc\.endpoints is empty"):
        RpcClient([])


def test_what_is_no_url_is_refused() -> None:
    with pytest.raises(DatError, match="number 1's websocketUrl is no URL"):
        RpcClient([EndpointConfig(url="https://h", websocket_url=f"wss://h:{SECRET}/")])
    with pytest.raises(DatError, match="number 2 is no URL"):
        RpcClient(["https://fine.example", "http://host:port/"])


async def test_it_stays_with_the_one_in_use(clock: Clock) -> None:
    def takes(seconds: float) -> Behaviour:
        def answer(*params: Any) -> httpx.Response:
            clock.slept += seconds
            return answers(*params)

        return answer

    endpoints = Endpoints(takes(0.10), takes(0.11), clock=clock)
    async with endpoints.client() as rpc:
        for _ in range(4):
            await rpc.call("getSlot")
    assert endpoints.asked == ["one", "two", "two", "two"], "both are measured, and they are too close"


async def test_an_endpoint_that_failed_is_left_alone_and_tried_again_later(clock: Clock) -> None:
    endpoints = Endpoints(in_turn(breaks, answers), answers, clock=clock, two={"priority": 1})
    async with endpoints.client() as rpc:
        for _ in range(3):
            await rpc.call("getSlot")
        assert endpoints.asked == ["one", "two", "two", "two"]
        clock.slept += 2.0
        await rpc.call("getSlot")
    assert endpoints.asked[-1] == "one"


async def test_when_nothing_else_is_left_it_is_tried_at_once(clock: Clock) -> None:
    endpoints = Endpoints(in_turn(breaks, answers), in_turn(answers, breaks), clock=clock)
    async with endpoints.client() as rpc:
        await rpc.call("getSlot")
        assert await rpc.call("getSlot") == 7
    assert endpoints.asked == ["one", "two", "two", "one"]
    assert clock.slept == 0


async def test_a_limit_of_ours_is_waited_for(clock: Clock) -> None:
    endpoints = Endpoints(answers, clock=clock, one={"requests_per_second": 2})
    async with endpoints.client() as rpc:
        assert [await rpc.call("getSlot") for _ in range(6)] == [7] * 6
    assert clock.slept == pytest.approx(2.0), "two at once, four at half a second each"


@pytest.mark.parametrize("status", [429, 503])
async def test_retry_after_is_kept_while_others_serve(status: int, clock: Clock) -> None:
    busy = in_turn(responds(status, headers={"Retry-After": "30"}), answers)
    endpoints = Endpoints(busy, answers, clock=clock, two={"priority": 1})
    async with endpoints.client() as rpc:
        for seconds in (0, 15, 14, 1):
            clock.slept += seconds
            await rpc.call("getSlot")
    assert endpoints.asked == ["one", "two", "two", "two", "one"]


async def test_retry_after_of_the_only_one_is_waited_for(clock: Clock) -> None:
    endpoints = Endpoints(in_turn(responds(429, headers={"Retry-After": "5"}), answers), clock=clock)
    async with endpoints.client() as rpc:
        assert await rpc.call("getSlot") == 7
    assert clock.slept == 5.0


async def test_a_long_retry_after_is_an_outage_and_nobody_knocks(clock: Clock) -> None:
    endpoints = Endpoints(responds(429, headers={"Retry-After": "600"}), clock=clock)
    async with endpoints.client() as rpc:
        for _ in range(2):
            with pytest.raises(RpcUnavailable, match=r"asks for no calls for 59\d s"):
                await rpc.call("getSlot")
    assert endpoints.asked == ["one"]


async def test_every_call_is_counted(clock: Clock) -> None:
    counted = []

    def slow(*_: Any) -> httpx.Response:
        clock.slept += 0.25
        return answers()

    first = in_turn(slow, refuses(-32602), responds(429), breaks)
    endpoints = Endpoints(first, answers, clock=clock, two={"priority": 1})
    async with endpoints.client(on_call=lambda *call: counted.append(call)) as rpc:
        await rpc.call("getSlot")
        with pytest.raises(RpcRefused):
            await rpc.call("getBalance")
        await rpc.call("getSlot")
    one, two = "https://one.example", "https://two.example:8899"
    assert rpc.usage.calls == {
        ("getSlot", one, "ok"): 1,
        ("getBalance", one, "refused"): 1,
        ("getSlot", one, "rate-limited"): 1,
        ("getSlot", two, "ok"): 1,
    }
    assert rpc.usage.total == len(counted) == 4
    assert counted[2] == ("getSlot", "rate-limited")
    slots, balance = rpc.usage.cost_report()
    assert (slots.method, slots.calls, slots.errors) == ("getSlot", 3, 1)
    assert slots.mean_ms == pytest.approx(250 / 3)
    assert (balance.calls, balance.errors) == (1, 1)
