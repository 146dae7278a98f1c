"""Audit T1c: who edits endpoints does not choose who has a wallet's transactions first."""

import pytest

from dat_operator.chain.rpc.allowed_hosts import check
from dat_operator.chain.rpc.urls import destination
from dat_operator.domain.binding import Binding
from dat_operator.domain.errors import Refused
from dat_operator.domain.job_config import EndpointConfig

OWNERS = "https://rpc.owner.example/key"


def binding(*hosts: str) -> Binding:
    given = {
        "network": "mainnet-beta",
        "program": "p",
        "admin": "a",
        "ecosystem": "fruit",
        "role": "operator",
    }
    return Binding.model_validate(given | ({"rpcHosts": hosts} if hosts else {}))


def used(*urls: str, hosts: tuple[str, ...] = ("rpc.owner.example",), websocket: str | None = None) -> None:
    endpoints = [EndpointConfig(url=url, websocket_url=websocket) for url in urls]
    check(binding(*hosts), endpoints, endpoints)


def refusal(*urls: str, hosts: tuple[str, ...] = ("rpc.owner.example",), websocket: str | None = None) -> str:
    with pytest.raises(Refused) as caught:
        used(*urls, hosts=hosts, websocket=websocket)
    assert caught.value.reason == "WalletNotBound"
    return str(caught.value)


def test_a_binding_that_names_no_hosts_allows_all() -> None:
    used("https://evil.example", hosts=())


@pytest.mark.parametrize(
    ("url", "host"),
    [
        (OWNERS, "rpc.owner.example"),
        ("http://RPC.Owner.example:8899", "rpc.owner.example"),
        ("http://rpc.owner.example:8899", "rpc.owner.example:8899"),
        (OWNERS, "rpc.owner.example:443"),
        ("http://user:word@rpc.owner.example", "rpc.owner.example:80"),
        ("http://[::1]:8899", "[::1]:8899"),
        ("http://[::1]:8899", "[::1]"),
    ],
)
def test_a_host_that_the_owner_names_is_used(url: str, host: str) -> None:
    used(url, hosts=("first.example", host))


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("https://evil.example", "rpc.owner.example"),
        ("https://rpc.owner.example@evil.example", "rpc.owner.example"),
        ("https://evil.example/rpc.owner.example", "rpc.owner.example"),
        ("https://evil.example#@rpc.owner.example", "rpc.owner.example"),
        ("https://evil.example\\@rpc.owner.example", "rpc.owner.example"),
        ("https://rpc.owner.example.evil.example", "rpc.owner.example"),
        ("https://evil.rpc.owner.example", "rpc.owner.example"),
        ("https://rpc.owner.example%2eevil.example", "rpc.owner.example"),
        ("https://rpc.owner.example:8443", "rpc.owner.example:443"),
        ("http://rpc.owner.example", "rpc.owner.example:443"),
        ("//rpc.owner.example", "rpc.owner.example"),
        ("http://", "rpc.owner.example"),
    ],
)
def test_any_other_is_refused_however_it_is_written(url: str, host: str) -> None:
    said = refusal(url, hosts=(host,))
    assert said.startswith("spec.rpc.endpoints[0].url: it leads to ")


def test_what_is_said_names_field_host_and_remedy() -> None:
    said = refusal(OWNERS, "http://evil.example:8899/s3cr3t", hosts=("rpc.owner.example", "b.example:1"))
    assert "spec.rpc.endpoints[1].url: it leads to evil.example:8899, but binding.json of the wallet" in said
    assert "names rpc.owner.example or b.example:1: no endpoint was asked and nothing was signed" in said
    hosts = "--rpc-host rpc.owner.example --rpc-host b.example:1 --rpc-host evil.example:8899"
    assert f"run `dat wallet appoint DIRECTORY --ecosystem fruit {hosts}` and renew its Secret" in said
    assert "s3cr3t" not in said


def test_a_websocket_too_is_on_a_host_that_the_owner_names() -> None:
    used(OWNERS, websocket="wss://rpc.owner.example/ws")
    said = refusal(OWNERS, websocket="wss://evil.example/ws")
    assert "spec.rpc.endpoints[0].websocketUrl: it leads to evil.example, but" in said


def test_the_command_that_is_said_has_nothing_for_a_shell() -> None:
    """It is there to be copied."""
    said = refusal("https://$(reboot).example")
    assert "it leads to another host" in said
    assert "--rpc-host HOST`" in said


def test_a_url_of_which_two_libraries_make_two_hosts_leads_nowhere() -> None:
    assert destination("https://evil.example\\@rpc.owner.example") is None
    assert destination("https://rpc.owner.example:80:90") is None
