"""The effect of each kind of answer of the API server."""

import json
from typing import Any

import pytest

from dat_operator.kube.client import Kube
from dat_operator.kube.errors import NAMESPACE_TERMINATING, KubeError
from dat_operator.kube.lease import Lease
from tests.support.fake_time import run

HTML = b"<html><body>502 Bad Gateway</body></html>"


class Answer:
    def __init__(self, status: int, text: bytes) -> None:
        self.status, self._text = status, text

    async def read(self) -> bytes:
        return self._text


class Api:
    """The generated client, of a server that always answers the same."""

    def __init__(self, status: int, text: bytes) -> None:
        self._answer = Answer(status, text)

    async def param_serialize(self, method: str, path: str, **_: Any) -> Any:
        return method, path, {}, None, None

    async def call_api(self, *_: Any, **__: Any) -> Answer:
        return self._answer


def kube(status: int, text: bytes) -> Kube:
    return Kube(Api(status, text), lambda: None)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("status", "text"), [(502, HTML), (200, HTML), (502, b"\xff\xfe"), (500, b'["a list"]'), (503, b'"text"')]
)
async def test_what_is_no_json_object_is_an_error_of_the_api_server(status: int, text: bytes) -> None:
    with pytest.raises(KubeError, match="the answer is no JSON object") as caught:
        await kube(status, text).read("Lease", "dat", "dat-operator")
    assert caught.value.status == status


def test_a_gateways_page_does_not_end_the_keeper_of_the_lease() -> None:
    """It ended the leader, and with it the operator."""

    async def story() -> None:
        lease = Lease(kube(502, HTML), "dat", "dat-operator", "a")
        await lease._attempt()

    run(story())


async def test_a_refusal_tells_its_causes() -> None:
    causes = [{"reason": NAMESPACE_TERMINATING, "message": "namespace dat is being terminated"}]
    said = {"kind": "Status", "message": "forbidden", "details": {"causes": causes}}
    with pytest.raises(KubeError) as caught:
        await kube(403, json.dumps(said).encode()).create({"kind": "Job", "metadata": {"namespace": "dat"}})
    assert caught.value.causes == {NAMESPACE_TERMINATING}
