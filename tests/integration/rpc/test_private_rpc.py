"""An endpoint in a private network: an editor of a URL reaches nothing there through us."""

import json
import socket
from collections.abc import Iterator
from typing import Any

import pytest

from dat_operator.chain.rpc.client import RpcClient
from dat_operator.chain.rpc.endpoints import RpcEndpoint
from dat_operator.chain.rpc.websocket import listen
from dat_operator.domain.errors import RpcUnavailable
from dat_operator.domain.job_config import EndpointConfig
from tests.support.http_server import LocalHttp, Quiet

PUBLIC = "93.184.215.14"


class Internal(LocalHttp):
    """A service of our own network; ``asked`` are the requests that it has got."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        internal = self

        class Handler(Quiet):
            def do_POST(self) -> None:  # noqa: N802 (the library's name)
                internal.asked.append(self.path)
                self.rfile.read(int(self.headers["Content-Length"]))
                answer = json.dumps({"jsonrpc": "2.0", "id": 1, "result": 7}).encode()
                self.send_response(200)
                self.send_header("Content-Length", str(len(answer)))
                self.end_headers()
                self.wfile.write(answer)

            def do_GET(self) -> None:  # noqa: N802 (the library's name)
                internal.asked.append(self.path)
                self.send_error(404)

        super().__init__(Handler)
        self.port = int(self.url.rsplit(":", 1)[1])


@pytest.fixture
def internal() -> Iterator[Internal]:
    with Internal() as server:
        yield server


@pytest.fixture
def closed() -> int:
    """A port at which nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


async def said_of(url: str, **options: Any) -> str:
    async with RpcClient([url], attempts=1, **options) as rpc:
        with pytest.raises(RpcUnavailable) as caught:
            await rpc.call("getSlot")
    return str(caught.value)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "0x7f000001", "2130706433", "[::ffff:127.0.0.1]"])
async def test_no_private_address_is_asked_and_no_port_told_from_another(
    host: str, internal: Internal, closed: int
) -> None:
    said = await said_of(f"http://{host}:{internal.port}", public_only=True)
    assert "is in a private network" in said
    assert said.replace(str(internal.port), "") == (
        await said_of(f"http://{host}:{closed}", public_only=True)
    ).replace(str(closed), "")
    assert internal.asked == []


def rebinds(monkeypatch: pytest.MonkeyPatch) -> None:
    """A name whose owner answers with a public address first, and then with one of ours."""
    really, answers = socket.getaddrinfo, iter([PUBLIC])

    def resolve(host: Any, *rest: Any, **more: Any) -> Any:
        if host in ("evil.example", b"evil.example"):
            host = next(answers, "127.0.0.1")
        return really(host, *rest, **more)

    monkeypatch.setattr(socket, "getaddrinfo", resolve)


async def test_a_name_that_changes_between_check_and_connection_is_told_nothing(
    internal: Internal, closed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = []
    for port in (internal.port, closed):
        rebinds(monkeypatch)
        said.append((await said_of(f"http://evil.example:{port}", public_only=True)).replace(str(port), ""))
        monkeypatch.undo()
    assert said == ["http://evil.example:: no answer"] * 2
    assert internal.asked == []


async def test_all_connections_that_fail_are_told_alike(closed: int) -> None:
    assert await said_of(f"http://127.0.0.1:{closed}") == f"http://127.0.0.1:{closed}: no answer"
    assert await said_of("http://nowhere.invalid") == "http://nowhere.invalid: no answer"


async def test_where_it_is_allowed_it_is_asked(internal: Internal) -> None:
    async with RpcClient([internal.url]) as rpc:
        assert await rpc.call("getSlot") == 7


async def test_a_proxy_of_the_environment_may_be_private(
    internal: Internal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("http_proxy", internal.url)
    monkeypatch.delenv("no_proxy", raising=False)
    monkeypatch.delenv("NO_PROXY", raising=False)
    async with RpcClient(["http://node.example"], attempts=1, public_only=True) as rpc:
        assert await rpc.call("getSlot") == 7


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
async def test_no_websocket_in_a_private_network_is_asked(host: str, internal: Internal) -> None:
    url = f"ws://{host}:{internal.port}"
    endpoint = RpcEndpoint.of(EndpointConfig(url="https://rpc.example", websocket_url=url), public_only=True)
    with pytest.raises(RpcUnavailable, match="is in a private network"):
        await listen(endpoint, ["a"], "confirmed", on_subscribed=print, on_notification=print)
    assert internal.asked == []


async def test_no_websocket_follows_a_name_that_changes(
    internal: Internal, monkeypatch: pytest.MonkeyPatch
) -> None:
    rebinds(monkeypatch)
    url = f"ws://evil.example:{internal.port}"
    endpoint = RpcEndpoint.of(EndpointConfig(url="https://rpc.example", websocket_url=url), public_only=True)
    with pytest.raises(RpcUnavailable):
        await listen(endpoint, ["a"], "confirmed", on_subscribed=print, on_notification=print)
    assert internal.asked == []
