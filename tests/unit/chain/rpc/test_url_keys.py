"""Audit T3 and T4: who edits a URL chooses neither the file that fills it in nor the host that gets a key."""

from pathlib import Path

import httpx
import pytest

from dat_operator.chain.rpc.client import RpcClient
from dat_operator.chain.rpc.url_keys import resolve, resolve_url
from dat_operator.domain.errors import DatError, RpcUnavailable
from dat_operator.domain.job_config import EndpointConfig

SECRET = "s3cr3t"


@pytest.fixture
def keys(tmp_path: Path) -> Path:
    """The Secret dat-rpc: one key, bound to two hosts, and one that is bound to none."""
    (tmp_path / "HELIUS").write_text(f"{SECRET}\n")
    (tmp_path / "HELIUS.hosts").write_text("helius.example\n\n  WS.helius.example\n127.0.0.1\n")
    (tmp_path / "FREE").write_text(SECRET)
    (tmp_path / "keypair.json").write_text(SECRET)
    return tmp_path


def refusal(url: str, keys: Path) -> str:
    with pytest.raises(DatError) as caught:
        resolve_url(url, keys)
    assert SECRET not in str(caught.value)
    assert str(caught.value).startswith("spec.rpc.endpoints: ")
    return str(caught.value)


def test_keys_come_from_files(keys: Path) -> None:
    endpoint = EndpointConfig(url="https://helius.example/?api-key=${HELIUS}&x=$HOME", priority=2)
    url = f"https://helius.example/?api-key={SECRET}&x=$HOME"
    assert resolve(endpoint, keys) == EndpointConfig(url=url, priority=2)
    with_websocket = EndpointConfig(url="https://h", websocket_url="wss://ws.helius.example/${HELIUS}")
    assert resolve(with_websocket, keys).websocket_url == f"wss://ws.helius.example/{SECRET}"


@pytest.mark.parametrize(
    "url",
    [
        "https://evil.example/${HELIUS}",
        "https://helius.example@evil.example/${HELIUS}",
        "https://${HELIUS}@evil.example/",
        "https://helius.example.evil.example/${HELIUS}",
        "https://evil.example/?helius.example#${HELIUS}",
        "https://${HELIUS}.evil.example/",
        "wss://evil.example/${HELIUS}",
        "https://evil.example\\@helius.example/${HELIUS}",
    ],
)
def test_a_key_goes_to_no_host_but_those_that_its_owner_names(keys: Path, url: str) -> None:
    said = refusal(url, keys)
    assert "the key HELIUS is not bound to" in said
    assert "one a line, under HELIUS.hosts in the Secret dat-rpc" in said


def test_a_key_of_which_no_host_is_named_goes_nowhere(keys: Path) -> None:
    assert "the key FREE is not bound to helius.example" in refusal("https://helius.example/${FREE}", keys)


@pytest.mark.parametrize("url", ["http://helius.example/${HELIUS}", "ws://helius.example/${HELIUS}"])
def test_a_key_is_never_sent_in_clear_text(keys: Path, url: str) -> None:
    assert "the key HELIUS would go to helius.example in clear text; use https or wss" in refusal(url, keys)
    assert resolve_url("http://127.0.0.1:8899/${HELIUS}", keys) == f"http://127.0.0.1:8899/{SECRET}"


def test_a_missing_key_is_named_with_the_remedy(keys: Path) -> None:
    said = refusal("https://helius.example/${OTHER}", keys)
    assert "needs the key OTHER, which the Secret dat-rpc does not hold; add it there" in said


@pytest.mark.parametrize(
    "name", ["keypair.json", "../wallet", "HELIUS.hosts", "..", "", "helius", "9A", "A-B", "A\n"]
)
def test_the_name_of_a_key_is_no_path(keys: Path, name: str) -> None:
    assert "a key's name has capital letters, digits and _ only" in refusal(f"https://h/${{{name}}}", keys)


def test_a_placeholder_that_does_not_end_is_refused(keys: Path) -> None:
    assert "a key's name has" in refusal("https://h/${HELIUS", keys)


async def test_a_redirect_takes_no_key_along(keys: Path) -> None:
    asked = []

    def elsewhere(request: httpx.Request) -> httpx.Response:
        asked.append(request.url.host)
        return httpx.Response(307, headers={"Location": f"https://evil.example/{request.url.path}"})

    endpoint = resolve(EndpointConfig(url="https://helius.example/${HELIUS}"), keys)
    async with RpcClient([endpoint], attempts=1, transport=httpx.MockTransport(elsewhere)) as rpc:
        with pytest.raises(RpcUnavailable, match="HTTP 307"):
            await rpc.call("getSlot")
    assert asked == ["helius.example"]
