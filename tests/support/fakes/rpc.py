"""An RPC endpoint without a network: answers by method, remembers what it was asked."""

import json
from collections.abc import Callable
from typing import Any

import httpx

from dat_operator.chain.rpc.client import RpcClient

URL = "https://rpc.example"
Answer = Callable[..., Any]


class Refusal(Exception):
    """Answered as a JSON-RPC error."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(message)
        self.error = {"code": code, "message": message}


class FakeRpc:
    """``answers`` maps a method to a value, or to a function of its parameters."""

    def __init__(self, **answers: Any) -> None:
        self.answers: dict[str, Any] = answers
        self.asked: list[tuple[str, list[Any]]] = []

    def client(self) -> RpcClient:
        return RpcClient([URL], transport=httpx.MockTransport(self._handle))

    def count(self, method: str) -> int:
        return sum(1 for asked, _ in self.asked if asked == method)

    def _handle(self, request: httpx.Request) -> httpx.Response:
        body = json.loads(request.content)
        method, params = body["method"], body["params"]
        self.asked.append((method, params))
        answer = self.answers[method]
        try:
            result = answer(*params) if callable(answer) else answer
        except Refusal as refusal:
            return httpx.Response(200, json={"jsonrpc": "2.0", "id": body["id"], "error": refusal.error})
        return httpx.Response(200, json={"jsonrpc": "2.0", "id": body["id"], "result": result})
