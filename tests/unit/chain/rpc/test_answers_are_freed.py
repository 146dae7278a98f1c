"""Failed calls keep nothing of their answers: an endpoint chooses how long these are."""

import gc
from collections.abc import Iterator

import httpx
import pytest

from dat_operator.domain.errors import DatError
from tests.support.fakes.endpoints import Behaviour, Endpoints, answers, refuses, responds

MARK = "x" * 1000


def held() -> list[httpx.Response]:
    """Whole answers that are still in memory; not the fake's own responses, which have a request."""
    found = [one for one in gc.get_objects() if isinstance(one, httpx.Response)]
    return [one for one in found if one._request is None and MARK in one.text]


@pytest.fixture
def _no_collector() -> Iterator[None]:
    gc.collect()
    gc.disable()
    yield
    gc.enable()


@pytest.mark.usefixtures("_no_collector", "clock")
@pytest.mark.parametrize(
    "behaviour",
    [
        responds(200, text=MARK),
        responds(200, json=[MARK]),
        responds(200, json={"error": {"code": -32004, "message": MARK}}),
        refuses(-32602, MARK),
    ],
    ids=["no JSON", "no JSON-RPC", "not on this node", "refused"],
)
@pytest.mark.parametrize("method", ["getSlot", "sendTransaction"])
async def test_the_answer_of_a_failed_call_is_freed_at_once(behaviour: Behaviour, method: str) -> None:
    async with Endpoints(behaviour, behaviour).client() as client:
        for _ in range(3):
            with pytest.raises(DatError):
                await client.call(method)
    assert held() == []


@pytest.mark.usefixtures("_no_collector", "clock")
async def test_a_call_that_a_second_endpoint_answers_keeps_nothing_of_the_first() -> None:
    async with Endpoints(responds(200, text=MARK), answers).client() as client:
        assert await client.call("getSlot") == 7
    assert held() == []
