"""An endpoint's websocket in this process, that takes subscriptions and notifies when a test says so."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

from aiohttp import web
from aiohttp.test_utils import TestServer

from dat_operator.chain.rpc.endpoints import RpcEndpoint
from dat_operator.domain.job_config import EndpointConfig

SECRET = "s3cr3t-of-the-url"
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class FakeNode:
    """``limit`` is how many subscriptions a connection may have."""

    def __init__(self, limit: int = 1000) -> None:
        self.limit = limit
        self.subscribed: list[str] = []
        """Accounts, by the newest connection."""
        self.params: Any = None
        self.connections = 0
        self.sockets: list[web.WebSocketResponse] = []
        """Those that are open."""

    async def notify(self) -> None:
        """Say that an account has changed."""
        params = {"result": {"context": {"slot": 1}, "value": None}, "subscription": 0}
        message = {"jsonrpc": "2.0", "method": "accountNotification", "params": params}
        for socket in self.sockets:
            await socket.send_json(message)

    async def drop(self) -> None:
        """End all connections."""
        for socket in list(self.sockets):
            await socket.close()

    async def serve(self, request: web.Request) -> web.StreamResponse:
        if request.query.get("api-key") != SECRET:
            return web.Response(status=401)
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        self.connections += 1
        self.subscribed = []
        self.sockets.append(socket)
        async for message in socket:
            await socket.send_json(self._answer(message.json()))
        self.sockets.remove(socket)
        return socket

    def _answer(self, call: Any) -> Any:
        assert call["method"] == "accountSubscribe"
        if len(self.subscribed) == self.limit:
            return {"jsonrpc": "2.0", "id": call["id"], "error": {"code": -32005, "message": "too many"}}
        account, self.params = call["params"]
        self.subscribed.append(account)
        return {"jsonrpc": "2.0", "id": call["id"], "result": len(self.subscribed)}


@asynccontextmanager
async def serving(serve: Handler) -> AsyncIterator[RpcEndpoint]:
    """The endpoint that is served so."""
    app = web.Application()
    app.router.add_get("/", serve)
    async with TestServer(app) as server:
        yield endpoint(f"ws://127.0.0.1:{server.port}/?api-key={SECRET}")


def endpoint(websocket_url: str) -> RpcEndpoint:
    return RpcEndpoint.of(EndpointConfig(url="http://127.0.0.1:1/", websocket_url=websocket_url))
