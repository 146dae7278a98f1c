"""Interprets an answer: a result, a refusal that any node would repeat, or a reason to ask another node."""

import datetime
from typing import Any

import httpx

from dat_operator.chain.rpc.rate_limit import retry_after
from dat_operator.chain.rpc.urls import redacted, without_credentials
from dat_operator.domain.errors import RpcRefused, RpcUnavailable

GATEWAY_STATUS = frozenset({401, 402, 403, 404, 407, 408, 425})
"""Answers of a gateway before the node, about a key, a bill or a path. Their body does not matter."""
RATE_LIMIT_CODES = frozenset({429, -32429, -32029})
"""Codes of providers, in answers with HTTP 200."""
INTERNAL_ERROR = -32603
NODE_UNHEALTHY = -32005
MIN_CONTEXT_SLOT_NOT_REACHED = -32016
NOT_ON_THIS_NODE = {
    -32001: "the block is cleaned up",
    -32004: "the block is not available",
    NODE_UNHEALTHY: "the node is unhealthy or behind",
    -32010: "the key is excluded from the node's index",
    -32011: "the node keeps no history",
    -32014: "the block's status is not available yet",
    MIN_CONTEXT_SLOT_NOT_REACHED: "the node is behind what was read before",
    -32019: "the node's long-term storage is out of reach",
    -32020: "the node does not know the transaction to page from",
    -32601: "the node does not offer the method",
}
"""Errors about the node, not about the request (Agave, rpc-client-api/src/custom_error.rs)."""


class RateLimited(RpcUnavailable):
    """The endpoint asks for a pause, of ``seconds`` if it names a time."""

    def __init__(self, message: str, seconds: float | None = None) -> None:
        super().__init__(message)
        self.seconds = seconds


class NotOnThisNode(RpcUnavailable):
    """One node cannot answer, but another may. ``behind``: the slots that the node is behind, or 0."""

    def __init__(self, message: str, behind: int = 0) -> None:
        super().__init__(message)
        self.behind = behind


def result_of(response: httpx.Response, url: str, method: str, floor: int) -> Any:
    """The ``result`` in an answer of the endpoint at ``url``; ``floor``: the slot that it must have reached.

    Raises RpcRefused, RateLimited or NotOnThisNode, and RpcUnavailable if the response is no JSON-RPC answer.
    """
    name = redacted(url)
    status, wait = response.status_code, response.headers.get("Retry-After")
    if status == 429 or (status == 503 and wait):
        raise RateLimited(f"{name}: HTTP {status}", retry_after(wait, datetime.datetime.now(datetime.UTC)))
    if status >= 500 or status in GATEWAY_STATUS:
        raise RpcUnavailable(f"{name}: HTTP {status}")
    match _decoded(response):
        case {"error": {"code": int(code), "message": message, **more}}:
            shown = without_credentials(str(message), url)
            data, refusal = more.get("data"), RpcRefused(method, code, shown)
            raise _by_code(name, refusal, data, floor)
        case {"result": result}:
            _check_fresh(name, result, floor)
            return result
    # For example a gateway that requires a key: it has not asked the node.
    raise RpcUnavailable(f"{name}: HTTP {status}, no JSON-RPC")


def _decoded(response: httpx.Response) -> Any:
    """The JSON of a response; None if it is none. The decoder's error would hold the whole text."""
    try:
        return response.json()
    except ValueError:
        return None


def slot_of(result: Any) -> int | None:
    """The slot of an answer, if the answer names it."""
    match result:
        case {"context": {"slot": int(slot)}}:
            return slot
    return None


def _by_code(name: str, refusal: RpcRefused, data: Any, floor: int) -> RpcUnavailable | RpcRefused:
    """The refusal itself, or the reason to ask another node."""
    code = refusal.code
    if code in RATE_LIMIT_CODES:
        return RateLimited(f"{name}: rate limited ({code})")
    if code == INTERNAL_ERROR:
        return RpcUnavailable(f"{name}: internal error ({code})")
    if code in NOT_ON_THIS_NODE:
        return NotOnThisNode(f"{name}: {NOT_ON_THIS_NODE[code]} ({code})", _behind(code, data, floor))
    return refusal


def _behind(code: int, data: Any, floor: int) -> int:
    match code, data:
        case _, {"numSlotsBehind": int(slots)}:
            return slots
        case _, {"contextSlot": int(slot)}:
            return max(1, floor - slot)
    return int(code in (NODE_UNHEALTHY, MIN_CONTEXT_SLOT_NOT_REACHED))


def _check_fresh(name: str, result: Any, floor: int) -> None:
    """Refuse an answer older than ``floor``: some methods and gateways do not support minContextSlot."""
    slot = slot_of(result)
    if slot is not None and slot < floor:
        raise NotOnThisNode(f"{name}: answers from slot {slot}, {floor} was seen before", floor - slot)
