"""How much of an answer is read."""

import asyncio
import gc
from collections.abc import AsyncIterator, Iterator
from typing import Any

import httpx
import pytest

from dat_operator.chain.rpc import response_body as module
from dat_operator.domain.errors import DatError, RpcUnavailable
from tests.support.fakes.clock import Clock
from tests.support.fakes.endpoints import Behaviour, Endpoints, answers, refuses, responds


class Drip(httpx.AsyncByteStream):
    """Sends a chunk whenever it is asked for one, and never ends."""

    def __init__(self, chunk: bytes, wait: bool = False) -> None:
        self.sent, self._chunk, self._wait = 0, chunk, wait

    async def __aiter__(self) -> AsyncIterator[bytes]:
        while True:
            self.sent += len(self._chunk)
            yield self._chunk
            if self._wait:
                await asyncio.Event().wait()


def streams(stream: Drip, **headers: str) -> Behaviour:
    return lambda *_: httpx.Response(200, stream=stream, headers=headers)


async def refused(behaviour: Behaviour, clock: Clock) -> str:
    async with Endpoints(behaviour, clock=clock).client(attempts=1) as rpc:
        with pytest.raises(RpcUnavailable) as caught:
            await rpc.call("getSlot")
    return str(caught.value)


async def test_an_answer_is_not_read_beyond_its_bound(clock: Clock) -> None:
    drip = Drip(b"x" * 2**20)
    assert await refused(streams(drip), clock) == "https://one.example: an answer of more than 16 MiB"
    assert drip.sent == 17 * 2**20


async def test_an_answer_that_drips_is_given_up(clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "BODY_TIMEOUT_SECONDS", 0.05)
    async with asyncio.timeout(5):
        assert "took more than" in await refused(streams(Drip(b"x", wait=True)), clock)


async def test_more_values_than_there_is_memory_for_are_not_decoded(
    clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    def decoded(*_: Any, **__: Any) -> None:
        raise AssertionError("it was decoded")

    monkeypatch.setattr("httpx.Response.json", decoded)
    bomb = b'{"result":[' + b"[]," * 600_000 + b"0]}"
    said = await refused(lambda *_: httpx.Response(200, stream=httpx.ByteStream(bomb)), clock)
    assert said == "https://one.example: an answer of more than 1,200,000 values"


async def test_no_compressed_answer_is_asked_for_or_taken(clock: Clock) -> None:
    asked = []

    async def handle(request: httpx.Request) -> httpx.Response:
        asked.append(request.headers["Accept-Encoding"])
        return httpx.Response(200, stream=Drip(b"x"), headers={"Content-Encoding": "gzip"})

    async with httpx.AsyncClient(transport=httpx.MockTransport(handle)) as http:
        request = http.build_request("POST", "https://one.example", headers=module.UNCOMPRESSED)
        with pytest.raises(RpcUnavailable, match="a compressed answer"):
            await module.read_whole(http, request, "one")
    assert asked == ["identity"]


MARK = "x" * 1000


def held() -> list[httpx.Response]:
    """Whole answers that are still in memory; not the fake's own responses, which have a request."""
    found = [one for one in gc.get_objects() if isinstance(one, httpx.Response)]
    return [one for one in found if one._request is None and MARK in one.text]


@pytest.fixture
def _no_collector() -> Iterator[None]:
    gc.collect()
    gc.disable()
    yield
    gc.enable()


@pytest.mark.usefixtures("_no_collector", "clock")
@pytest.mark.parametrize(
    "behaviour",
    [
        responds(200, text=MARK),
        responds(200, json=[MARK]),
        responds(200, json={"error": {"code": -32004, "message": MARK}}),
        refuses(-32602, MARK),
    ],
    ids=["no JSON", "no JSON-RPC", "not on this node", "refused"],
)
@pytest.mark.parametrize("method", ["getSlot", "sendTransaction"])
async def test_the_answer_of_a_failed_call_is_freed_at_once(behaviour: Behaviour, method: str) -> None:
    async with Endpoints(behaviour, behaviour).client() as client:
        for _ in range(3):
            with pytest.raises(DatError):
                await client.call(method)
    assert held() == []


@pytest.mark.usefixtures("_no_collector", "clock")
async def test_a_call_that_a_second_endpoint_answers_keeps_nothing_of_the_first() -> None:
    async with Endpoints(responds(200, text=MARK), answers).client() as client:
        assert await client.call("getSlot") == 7
    assert held() == []
