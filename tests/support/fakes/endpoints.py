"""Several endpoints without a network, on fake time."""

import asyncio
import json
from collections.abc import Callable, Iterator
from typing import Any

import httpx

from dat_operator.chain.rpc.client import RpcClient
from dat_operator.domain.job_config import EndpointConfig
from tests.support.fakes.clock import Clock

SECRET = "s3cr3t"
URLS = {
    "one.example": f"https://one.example/{SECRET}",
    "two.example": f"https://user:{SECRET}@two.example:8899/?api-key={SECRET}",
    "three.example": f"https://three.example/{SECRET}",
}
CONFIRMED = {"commitment": "confirmed"}
Behaviour = Callable[[str, list[Any]], Any]
"""What an endpoint does: a response to a method and its parameters."""


class Endpoints:
    """Endpoints that behave as the test says; ``asked`` are the hosts, ``calls`` what they were asked."""

    def __init__(self, *behaviours: Behaviour, clock: Clock | None = None, **configs: Any) -> None:
        self.clock = clock or Clock()
        self.asked: list[str] = []
        self.calls: list[tuple[str, list[Any]]] = []
        self.behaviour = dict(zip(URLS, behaviours, strict=False))
        self.configs = configs
        """``one={"priority": 1}``, say."""

    def client(self, **options: Any) -> RpcClient:
        endpoints = [
            EndpointConfig(url=URLS[host], **self.configs.get(host.split(".")[0], {}))
            for host in self.behaviour
        ]
        transport = httpx.MockTransport(self._handle)
        return RpcClient(endpoints, transport=transport, now=lambda: self.clock.slept, **options)

    async def _handle(self, request: httpx.Request) -> httpx.Response:
        body = json.loads(request.content)
        self.asked.append(request.url.host.split(".")[0])
        self.calls.append((body["method"], body["params"]))
        response = self.behaviour[request.url.host](body["method"], body["params"])
        if asyncio.iscoroutine(response):
            response = await response
        assert isinstance(response, httpx.Response)
        return response


def answers(*_: Any) -> httpx.Response:
    return httpx.Response(200, json={"jsonrpc": "2.0", "id": 1, "result": 7})


def breaks(*_: Any) -> httpx.Response:
    raise httpx.ConnectError(f"cannot connect to {URLS['one.example']}")


def hangs(*_: Any) -> httpx.Response:
    raise httpx.ReadTimeout("")


def responds(status: int, **kwargs: Any) -> Behaviour:
    return lambda *_: httpx.Response(status, **kwargs)


def refuses(code: int, message: str = "…", data: Any = None) -> Behaviour:
    error = {"code": code, "message": message, "data": data}
    return responds(200, json={"jsonrpc": "2.0", "id": 1, "error": error})


def at_slot(slot: int) -> Behaviour:
    """A node at a slot: refuses what is to be newer, as Agave does."""

    def answer(method: str, params: list[Any]) -> Any:
        wanted = max((p.get("minContextSlot", 0) for p in params if isinstance(p, dict)), default=0)
        if wanted > slot:
            return refuses(-32016, data={"contextSlot": slot})(method, params)
        result = {"context": {"slot": slot}, "value": [None]}
        return httpx.Response(200, json={"jsonrpc": "2.0", "id": 1, "result": result})

    return answer


def in_turn(*behaviours: Behaviour) -> Behaviour:
    """Another behaviour at each call; the last one stays."""
    left: Iterator[Behaviour] = iter(behaviours)
    current = [behaviours[0]]

    def answer(method: str, params: list[Any]) -> Any:
        current[0] = next(left, current[0])
        return current[0](method, params)

    return answer


def accepts(*_: Any) -> httpx.Response:
    return httpx.Response(200, json={"result": "signature"})


async def read(client: RpcClient) -> Any:
    return await client.call("getMultipleAccounts", ["key"], CONFIRMED)
