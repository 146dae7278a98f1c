"""The part of an API server that knows Leases: resource versions, conflicts, and failures to order."""

import asyncio
import copy
from dataclasses import dataclass, field
from typing import Any

from dat_operator.kube.errors import KubeUnavailable
from dat_operator.kube.lease import Lease


@dataclass
class Server:
    """One Lease, as the API server has it."""

    lease: dict[str, Any] | None = None
    version: int = 0

    @property
    def spec(self) -> dict[str, Any]:
        assert self.lease is not None
        return dict(self.lease["spec"])

    def write(self, body: Any) -> None:
        """Anyone writes the Lease, with any content."""
        self.version += 1
        self.lease = copy.deepcopy(dict(body))
        self.lease["metadata"] = {**body["metadata"], "resourceVersion": str(self.version)}

    def held_by(self, holder: str, **spec: Any) -> None:
        """What somebody writes who is no ``Lease`` of ours."""
        meta = {"namespace": "dat", "name": "dat-operator"}
        self.write({"metadata": meta, "spec": {"holderIdentity": holder, "leaseDurationSeconds": 15, **spec}})


@dataclass
class Client:
    """One process's way to the server, in place of ``Kube``; ``faults`` are of its next requests."""

    server: Server
    faults: list[str] = field(default_factory=list)
    writes: int = 0
    """How many of its writes the server has taken."""

    async def read(self, kind: str, namespace: str, name: str) -> Any:
        assert (kind, namespace, name) == ("Lease", "dat", "dat-operator")
        fault = await self._before()
        answer = copy.deepcopy(self.server.lease)
        await self._after(fault)
        return answer

    async def create(self, body: Any) -> bool:
        return await self._write(body, expected=None)

    async def replace(self, body: Any) -> bool:
        return await self._write(body, expected=body["metadata"]["resourceVersion"])

    async def _write(self, body: Any, expected: str | None) -> bool:
        fault = await self._before()
        lease = self.server.lease
        taken = (lease["metadata"]["resourceVersion"] if lease else None) == expected
        if taken:
            self.server.write(body)
            self.writes += 1
        await self._after(fault)
        return taken

    async def _before(self) -> str:
        fault = self.faults.pop(0) if self.faults else ""
        await asyncio.sleep(3 if fault == "slow" else 0.01)
        if fault == "refused":
            raise KubeUnavailable("connection refused")
        return fault

    async def _after(self, fault: str) -> None:
        await asyncio.sleep(60 if fault == "silent" else 0.01)
        if fault == "cut":
            raise KubeUnavailable("the connection broke after the request")


def candidate(server: Server, name: str = "a", *faults: str) -> tuple[Lease, Client]:
    client = Client(server, list(faults))
    return Lease(client, "dat", "dat-operator", name), client  # type: ignore[arg-type]


def holds(lease: Lease) -> bool:
    try:
        lease.check()
    except Exception:
        return False
    return True
