"""One connection, by a websocket server in this process."""

import asyncio

import pytest
from aiohttp import web
from structlog.testing import capture_logs

from dat_operator.chain.rpc import websocket
from dat_operator.chain.rpc.endpoints import RpcEndpoint
from dat_operator.chain.rpc.rate_limit import Bucket
from dat_operator.chain.rpc.websocket import listen
from dat_operator.domain.errors import RpcUnavailable
from dat_operator.domain.job_config import Commitment
from tests.support.fakes.clock import Clock
from tests.support.fakes.websocket import FakeNode, endpoint, serving


class Ears:
    """What a connection tells of, until it is lost."""

    def __init__(self) -> None:
        self.heard: asyncio.Queue[str] = asyncio.Queue()

    async def listen(
        self, to: RpcEndpoint, accounts: list[str], commitment: Commitment = "confirmed"
    ) -> None:
        await listen(
            to,
            accounts,
            commitment,
            on_subscribed=lambda: self.heard.put_nowait("subscribed"),
            on_notification=lambda: self.heard.put_nowait("notification"),
        )

    async def next(self) -> str:
        async with asyncio.timeout(5):
            return await self.heard.get()


async def test_it_subscribes_and_tells_of_notifications_until_the_connection_ends() -> None:
    node, ears = FakeNode(), Ears()
    async with serving(node.serve) as one:
        listening = asyncio.create_task(ears.listen(one, ["a", "b"], "finalized"))
        assert await ears.next() == "subscribed"
        assert node.subscribed == ["a", "b"]
        assert node.params == {"encoding": "base64", "commitment": "finalized"}
        await node.notify()
        await node.notify()
        assert [await ears.next(), await ears.next()] == ["notification", "notification"]
        await node.drop()
        with pytest.raises(RpcUnavailable, match=r"^ws://127\.0\.0\.1:\d+: the connection ended$"):
            await listening


async def test_what_is_beyond_the_limit_of_an_endpoint_is_left_out() -> None:
    node, ears = FakeNode(limit=2), Ears()
    async with serving(node.serve) as one:
        with capture_logs() as logs:
            listening = asyncio.create_task(ears.listen(one, ["a", "b", "c", "d", "e"]))
            assert await ears.next() == "subscribed"
        assert node.subscribed == ["a", "b"]
        assert [line["refused"] for line in logs] == [3]
        await node.notify()
        assert await ears.next() == "notification"
        listening.cancel()


async def test_an_endpoint_that_refuses_all_is_none() -> None:
    async with serving(FakeNode(limit=0).serve) as one:
        with pytest.raises(RpcUnavailable, match=r"refuses accountSubscribe \(-32005\)"):
            await Ears().listen(one, ["a"])


async def test_subscriptions_keep_to_the_rate_of_the_endpoint(clock: Clock) -> None:
    """Its other calls go by the same bucket."""
    node, ears = FakeNode(), Ears()
    async with serving(node.serve) as one:
        one.bucket = Bucket(2)
        listening = asyncio.create_task(ears.listen(one, [str(n) for n in range(6)]))
        assert await ears.next() == "subscribed"
        listening.cancel()
    assert clock.slept == pytest.approx(0.5 + 1 + 1.5 + 2, abs=0.4), "two at once; time itself stands still"


async def test_one_that_is_silent_too_long_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """It has subscribed, and then not even answers a ping."""
    monkeypatch.setattr(websocket, "HEARTBEAT_SECONDS", 0.2)

    async def hangs(request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse(autoping=False)
        await socket.prepare(request)
        call = await socket.receive_json()
        await socket.send_json({"jsonrpc": "2.0", "id": call["id"], "result": 1})
        async for _ in socket:
            pass
        return socket

    ears = Ears()
    async with serving(hangs) as one:
        with pytest.raises(RpcUnavailable, match="the connection ended"):
            async with asyncio.timeout(5):
                await ears.listen(one, ["a"])
    assert await ears.next() == "subscribed"


async def test_a_handshake_that_hangs_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(websocket, "REPLY_TIMEOUT_SECONDS", 0.2)

    async def hangs(_: web.Request) -> web.WebSocketResponse:
        await asyncio.Event().wait()
        raise AssertionError("unreachable")

    async with serving(hangs) as one:
        with pytest.raises(RpcUnavailable):
            async with asyncio.timeout(5):
                await Ears().listen(one, ["a"])


async def test_a_subscription_without_an_answer_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """Though pings are answered."""
    monkeypatch.setattr(websocket, "REPLY_TIMEOUT_SECONDS", 0.2)

    async def mute(request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        async for _ in socket:
            pass
        return socket

    async with serving(mute) as one:
        with pytest.raises(RpcUnavailable, match="TimeoutError"):
            async with asyncio.timeout(5):
                await Ears().listen(one, ["a"])


@pytest.mark.parametrize(
    ("status", "shown"), [(200, "HTTP 200"), (401, "HTTP 401"), (429, "HTTP 429"), (500, "HTTP 500")]
)
async def test_what_is_no_websocket_is_named_without_its_key(status: int, shown: str) -> None:
    async def answers(_: web.Request) -> web.Response:
        return web.Response(status=status, text="not here")

    async with serving(answers) as one:
        with pytest.raises(RpcUnavailable, match=rf"^ws://127\.0\.0\.1:\d+: {shown}$"):
            await Ears().listen(one, ["a"])


async def test_nobody_at_the_address() -> None:
    with pytest.raises(RpcUnavailable, match=r"^ws://127\.0\.0\.1:1: ClientConnectorError$"):
        await Ears().listen(endpoint("ws://127.0.0.1:1/?api-key=s3cr3t"), ["a"])


async def test_a_proxy_of_the_environment_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    """The one of plain calls: nobody sets WSS_PROXY."""
    node, ears = FakeNode(), Ears()
    async with serving(node.serve) as one:
        at = one.websocket_url.removeprefix("ws://").split("/")[0]
        monkeypatch.setenv("http_proxy", f"http://{at}")
        monkeypatch.delenv("no_proxy", raising=False)
        monkeypatch.delenv("NO_PROXY", raising=False)
        beyond = endpoint(one.websocket_url.replace(at, "node.example"))
        listening = asyncio.create_task(ears.listen(beyond, ["a"]))
        assert await ears.next() == "subscribed"
        listening.cancel()


async def test_it_follows_no_redirect() -> None:
    """Audit T4: only the URL that was checked gets a connection."""
    visits = []

    async def elsewhere(request: web.Request) -> web.StreamResponse:
        visits.append(request.path)
        raise web.HTTPTemporaryRedirect(f"/other?{request.query_string}")

    async with serving(elsewhere) as one:
        with pytest.raises(RpcUnavailable, match=r"^ws://127\.0\.0\.1:\d+: HTTP 307$"):
            await Ears().listen(one, ["a"])
    assert visits == ["/"]


async def test_a_message_without_end_ends_the_connection() -> None:
    async def floods(request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        call = await socket.receive_json()
        await socket.send_json({"jsonrpc": "2.0", "id": call["id"], "result": 1, "more": "x" * 2**19})
        async for _ in socket:
            pass
        return socket

    ears = Ears()
    async with serving(floods) as one:
        with pytest.raises(RpcUnavailable, match="the connection ended"):
            async with asyncio.timeout(5):
                await ears.listen(one, ["a"])
