from collections.abc import Callable
from pathlib import Path

import httpx
import pytest

from dat_operator.chain.rpc import ATTEMPTS, RpcClient, redacted, resolve_url
from dat_operator.domain.errors import DatError, RpcRefused, RpcUnavailable
from tests.unit.chain.conftest import Clock

SECRET = "s3cr3t"
FIRST, SECOND = f"https://one.example/{SECRET}", f"https://user:{SECRET}@two.example:8899/?api-key={SECRET}"
OK = {"jsonrpc": "2.0", "id": 1, "result": 7}


class Endpoints:
    """Two endpoints; ``first`` is what the first one does."""

    def __init__(self, first: Callable[[], httpx.Response], second: Callable[[], httpx.Response]) -> None:
        self.asked: list[str] = []
        self._behaviour = {"one.example": first, "two.example": second}

    def client(self) -> RpcClient:
        return RpcClient([FIRST, SECOND], transport=httpx.MockTransport(self._handle))

    def _handle(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request.url.host)
        return self._behaviour[request.url.host]()


def answers() -> httpx.Response:
    return httpx.Response(200, json=OK)


def breaks() -> httpx.Response:
    raise httpx.ConnectError(f"cannot connect to {FIRST}")


def hangs() -> httpx.Response:
    raise httpx.ReadTimeout("")


def responds(status: int, **kwargs: object) -> Callable[[], httpx.Response]:
    return lambda: httpx.Response(status, **kwargs)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "first",
    [
        breaks,
        hangs,
        *(responds(status) for status in (408, 425, 429, 500, 502, 503, 504)),
        responds(200, text="<html>busy</html>"),
        responds(401, json={"error": "unauthorized"}),
        responds(403, json={"message": "forbidden"}),
        responds(200, json=["not", "an", "answer"]),
    ],
)
async def test_what_gives_no_answer_is_tried_elsewhere(first: Callable[[], httpx.Response]) -> None:
    endpoints = Endpoints(first, answers)
    async with endpoints.client() as rpc:
        assert await rpc.call("getSlot") == 7
    assert endpoints.asked == ["one.example", "two.example"]


async def test_an_error_in_the_answer_is_never_tried_elsewhere() -> None:
    error = {"jsonrpc": "2.0", "id": 1, "error": {"code": -32002, "message": "already processed"}}
    endpoints = Endpoints(responds(200, json=error), answers)
    async with endpoints.client() as rpc:
        with pytest.raises(
            RpcRefused, match=r"sendTransaction was refused \(-32002\): already processed"
        ) as caught:
            await rpc.call("sendTransaction", "…")
    assert caught.value.code == -32002
    assert endpoints.asked == ["one.example"]


async def test_the_whole_list_is_tried_again_and_then_given_up(clock: Clock) -> None:
    endpoints = Endpoints(breaks, responds(429))
    async with endpoints.client() as rpc:
        with pytest.raises(RpcUnavailable) as caught:
            await rpc.call("getSlot")
    assert endpoints.asked == ["one.example", "two.example"] * ATTEMPTS
    assert str(caught.value) == "https://one.example: ConnectError; https://two.example:8899: HTTP 429"
    assert clock.slept > 0


async def test_a_short_outage_is_not_noticed(clock: Clock) -> None:
    down = iter([True, True, False])
    flaky = Endpoints(lambda: breaks() if next(down) else answers(), breaks)
    async with flaky.client() as rpc:
        assert await rpc.call("getSlot") == 7


@pytest.mark.parametrize("first", [breaks, hangs, responds(429), responds(401, json={"error": SECRET})])
async def test_no_error_tells_a_credential(first: Callable[[], httpx.Response], clock: Clock) -> None:
    async with Endpoints(first, breaks).client() as rpc:
        with pytest.raises(RpcUnavailable) as caught:
            await rpc.call("getSlot")
    assert SECRET not in str(caught.value)


@pytest.mark.parametrize(
    "url", ["https://user:pa/ss@host/", "http://host:port/", "https://[::1", "https://a b/\x07"]
)
def test_what_is_no_url_is_refused_without_telling_it(url: str) -> None:
    """A key with a stray character must not end as a traceback with the key in it."""
    with pytest.raises(DatError, match=r"spec\.rpc\.endpoints: number 2 is no URL") as caught:
        RpcClient(["https://fine.example", url])
    assert "ss@" not in str(caught.value)


def test_at_least_one_endpoint_is_needed() -> None:
    with pytest.raises(DatError, match=r"spec\.rpc\.endpoints is empty"):
        RpcClient([])


@pytest.mark.parametrize(
    ("url", "shown"),
    [(FIRST, "https://one.example"), (SECOND, "https://two.example:8899"), ("http://h/?k=1#f", "http://h")],
)
def test_redaction_keeps_scheme_host_and_port(url: str, shown: str) -> None:
    assert redacted(url) == shown


def test_keys_come_from_files(tmp_path: Path) -> None:
    (tmp_path / "HELIUS").write_text(f"{SECRET}\n")
    assert (
        resolve_url("https://h/?api-key=${HELIUS}&x=$HOME", tmp_path)
        == f"https://h/?api-key={SECRET}&x=$HOME"
    )


@pytest.mark.parametrize("key", ["HELIUS", "..", "."])
def test_a_missing_key_is_named_with_the_remedy(tmp_path: Path, key: str) -> None:
    with pytest.raises(DatError) as caught:
        resolve_url(f"https://h/?api-key=${{{key}}}", tmp_path)
    assert f"wants the key {key}, which the Secret dat-rpc does not hold; add it there" in str(caught.value)


def test_a_key_cannot_reach_outside_its_directory(tmp_path: Path) -> None:
    inside = tmp_path / "rpc"
    inside.mkdir()
    (tmp_path / "wallet").write_text(SECRET)
    assert SECRET not in resolve_url("https://h/${../wallet}", inside)
