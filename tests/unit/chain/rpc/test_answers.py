"""What each kind of answer means for the call and for its endpoint."""

from typing import Any

import httpx
import pytest

from dat_operator.chain.rpc.answers import NotOnThisNode, RateLimited, result_of
from dat_operator.domain.errors import RpcRefused, RpcUnavailable

NAME = "https://one.example"


def ask(response: httpx.Response, floor: int = 0) -> Any:
    return result_of(response, NAME, "getSlot", floor)


def failing(code: int, message: str = "…", data: Any = None, status: int = 200) -> httpx.Response:
    error = {"code": code, "message": message} | ({"data": data} if data else {})
    return httpx.Response(status, json={"jsonrpc": "2.0", "id": 1, "error": error})


@pytest.mark.parametrize("result", [7, None, [], {"context": {"slot": 3}, "value": 1}])
def test_a_result(result: Any) -> None:
    assert ask(httpx.Response(200, json={"id": 1, "result": result})) == result


@pytest.mark.parametrize(
    "code",
    [
        -32002,  # simulation failed
        -32003,  # signature verification
        -32006,
        -32007,  # slot skipped
        -32013,
        -32015,  # unsupported transaction version
        -32600,
        -32602,  # invalid params
        -32700,
    ],
)
def test_what_any_node_would_repeat(code: int) -> None:
    with pytest.raises(RpcRefused, match=rf"getSlot was refused \({code}\): no") as caught:
        ask(failing(code, "no"))
    assert caught.value.code == code


def test_a_refusal_that_repeats_the_key_does_not_show_it() -> None:
    with pytest.raises(RpcRefused, match=r"\*\*\* is no key of ours") as caught:
        result_of(failing(-32600, "0123456789 is no key of ours"), f"{NAME}/?k=0123456789", "getSlot", 0)
    assert "0123456789" not in str(caught.value)


def test_a_refusal_is_one_whatever_the_status() -> None:
    """Some gateways answer HTTP 400 with what the node has said."""
    with pytest.raises(RpcRefused):
        ask(failing(-32602, status=400))


@pytest.mark.parametrize("code", [-32001, -32004, -32010, -32011, -32014, -32019, -32020, -32601])
def test_what_another_node_may_have(code: int) -> None:
    with pytest.raises(NotOnThisNode, match=rf"https://one\.example: the .* \({code}\)") as caught:
        ask(failing(code))
    assert caught.value.behind == 0


@pytest.mark.parametrize(
    ("code", "data", "behind"),
    [
        (-32005, {"numSlotsBehind": 42}, 42),
        (-32005, {"numSlotsBehind": None}, 1),
        (-32005, None, 1),
        (-32016, {"contextSlot": 90}, 10),
        (-32016, {"contextSlot": 100}, 1),
        (-32016, None, 1),
    ],
)
def test_a_node_that_is_behind(code: int, data: Any, behind: int) -> None:
    with pytest.raises(NotOnThisNode) as caught:
        ask(failing(code, data=data), floor=100)
    assert caught.value.behind == behind


def test_an_answer_from_before_what_was_seen() -> None:
    old = httpx.Response(200, json={"result": {"context": {"slot": 95}, "value": [None]}})
    with pytest.raises(NotOnThisNode, match="answers from slot 95, 100 was seen before") as caught:
        ask(old, floor=100)
    assert caught.value.behind == 5


@pytest.mark.parametrize(
    ("response", "seconds"),
    [
        (httpx.Response(429), None),
        (httpx.Response(429, headers={"Retry-After": "7"}), 7.0),
        (httpx.Response(429, headers={"Retry-After": "soon"}), None),
        (httpx.Response(429, headers={"Retry-After": "Sat, 01 Jan 2000 00:00:00 GMT"}), 0.0),
        (httpx.Response(503, headers={"Retry-After": "7"}), 7.0),
        (failing(429), None),
        (failing(-32429), None),
        (failing(-32007, "15/second request limit reached", status=429), None),
    ],
)
def test_an_endpoint_that_wants_to_be_left_alone(response: httpx.Response, seconds: float | None) -> None:
    with pytest.raises(RateLimited) as caught:
        ask(response)
    assert caught.value.seconds == seconds


@pytest.mark.parametrize(
    "response",
    [
        *(httpx.Response(status, text="<html>") for status in (200, 401, 403, 404, 408, 425, 500, 502, 504)),
        httpx.Response(503),
        failing(-32603, "Internal error"),
        failing(-32002, "Invalid API key s3cr3t", status=401),
        httpx.Response(403, json={"message": "forbidden"}),
        httpx.Response(200, json=["not", "an", "answer"]),
        httpx.Response(200, json={"error": "unauthorized"}),
        httpx.Response(200, content=b"\xff\xfe"),
    ],
)
def test_no_answer(response: httpx.Response) -> None:
    with pytest.raises(RpcUnavailable) as caught:
        ask(response)
    assert type(caught.value) is RpcUnavailable
    assert str(caught.value).startswith(NAME)
    assert "s3cr3t" not in str(caught.value)
