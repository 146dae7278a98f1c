from typing import Any

import pytest
from kubernetes.aio import client

from dat_operator.kube.client import Kube
from dat_operator.kube.errors import KubeUnavailable
from dat_operator.kube.lease import LeaseLost

MANIFEST = {"kind": "Job", "metadata": {"namespace": "dat", "name": "x", "resourceVersion": "1"}}


def lost() -> None:
    raise LeaseLost("not held")


def kube(guard: Any) -> Kube:
    """Of an API server that nobody answers for."""
    return Kube(client.ApiClient(client.Configuration(host="http://127.0.0.1:1")), guard)


@pytest.mark.parametrize(("guard", "error"), [(lost, LeaseLost), (lambda: None, KubeUnavailable)])
async def test_without_the_lease_nothing_goes_out(guard: Any, error: type[Exception]) -> None:
    unheard = kube(guard)
    for write in (unheard.patch(MANIFEST, {}), unheard.create(MANIFEST), unheard.patch_status(MANIFEST, {})):
        with pytest.raises(error):
            await write
    await unheard.close()
