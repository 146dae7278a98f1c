"""Which of several replicas works: leader election by a Lease, with client-go's rules and periods.

Whoever holds the Lease renews it. Another takes it when it has not seen it change for as long as the Lease
itself says. Times of two machines are never compared, only durations, each by one process's monotonic clock.
The holder counts ``RENEW_SECONDS`` from before it sent its last renewal, the others ``LEASE_SECONDS`` from
after they saw it: it has stopped before one of them begins, unless clocks differ by half in speed.
Where two write at the same time, the API server's resourceVersion lets one of them win.

What is left is a request on its way when the time runs out, or in a process that is frozen right between the
look at the clock and the socket. What such a request may do is guarded again: a patch names the version
it was made of, a Job's name follows from its content, and the chain counts cycles.
"""

import asyncio
import contextlib
import datetime
import math
import uuid
from collections.abc import Iterator
from typing import Any, NoReturn

import structlog

from dat_operator.domain.errors import DatError
from dat_operator.kube.client import Body, Kube, KubeError, KubeUnavailable

LEASE_SECONDS = 15
"""How long others leave a Lease alone that does not change."""
RENEW_SECONDS = 10
"""How long after its last renewal a holder works."""
RETRY_SECONDS = 2
"""Between two looks at the Lease."""
ATTEMPT_SECONDS = RENEW_SECONDS / 2
"""The longest look: a request that hangs must leave time for another."""

log = structlog.get_logger()


class LeaseLost(DatError):
    """The Lease is not held by this process, so it must not write."""


class Lease:
    """One process's part in the election; ``name`` is for people, a process started again is another one."""

    def __init__(self, kube: Kube, namespace: str, lease: str, name: str) -> None:
        self._kube = kube
        self._key = (namespace, lease)
        self._identity = f"{name}_{uuid.uuid4().hex[:8]}"
        self._seen: Body = {}
        self._seen_at = -math.inf
        self._held_until = -math.inf

    def check(self) -> None:
        """Raise LeaseLost unless this process holds the Lease at this moment."""
        if _now() >= self._held_until:
            raise LeaseLost(f"{self}: not held by this replica; it writes nothing")

    async def acquire(self) -> None:
        """Wait until this process holds the Lease."""
        while True:
            await self._attempt()
            if _now() < self._held_until:
                log.info("this replica works", lease=str(self), identity=self._identity)
                return
            left = self._expires() - _now()
            await asyncio.sleep(left if 0 < left < RETRY_SECONDS else RETRY_SECONDS)

    async def keep(self) -> NoReturn:
        """Renew the Lease while that works. Raises LeaseLost once another has it or the time is over."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout_at(self._held_until) as deadline:
                while True:
                    await asyncio.sleep(RETRY_SECONDS)
                    await self._attempt()
                    deadline.reschedule(self._held_until)
        taken = self._held_until == -math.inf
        self._held_until = -math.inf
        why = "another replica has it" if taken else f"not renewed for {RENEW_SECONDS} s"
        raise LeaseLost(f"{self}: {why}; this replica ends, to be started again as one that waits")

    async def release(self) -> None:
        """Give the Lease up, so that another has it at once; what it allowed must have stopped before."""
        if _now() >= self._held_until:
            return
        self._held_until = -math.inf
        with _logged(self):
            async with asyncio.timeout(ATTEMPT_SECONDS):
                lease = await self._kube.read("Lease", *self._key)
                if lease and lease["spec"].get("holderIdentity") == self._identity:
                    await self._kube.replace({**lease, "spec": {**lease["spec"], "holderIdentity": ""}})

    def __str__(self) -> str:
        return f"Lease {'/'.join(self._key)}"

    def _expires(self) -> float:
        """When a record that does not change any more is free, by this process's clock."""
        return self._seen_at + (self._seen.get("leaseDurationSeconds") or LEASE_SECONDS)

    async def _attempt(self) -> None:
        with _logged(self):
            async with asyncio.timeout(ATTEMPT_SECONDS):
                await self._acquire_or_renew()

    async def _acquire_or_renew(self) -> None:
        lease = await self._kube.read("Lease", *self._key)
        spec = lease["spec"] if lease else {}
        holder = spec.get("holderIdentity")
        another = holder not in (None, "", self._identity)
        if another and holder != self._seen.get("holderIdentity"):
            log.info("another replica works", lease=str(self), identity=holder)
        if spec != self._seen:
            self._seen, self._seen_at = spec, _now()
        if another:
            self._held_until = -math.inf
            if _now() < self._expires():
                return
        sent = _now()
        if await self._write(lease):
            self._held_until = sent + RENEW_SECONDS

    async def _write(self, lease: Body | None) -> bool:
        """Whether this process was the first to write after ``lease``."""
        now = datetime.datetime.now(datetime.UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
        mine: dict[str, Any] = {
            "holderIdentity": self._identity,
            "leaseDurationSeconds": LEASE_SECONDS,
            "renewTime": now,
        }
        if lease is None:
            meta = dict(zip(("namespace", "name"), self._key, strict=True))
            spec = {**mine, "acquireTime": now, "leaseTransitions": 0}
            made = {"apiVersion": "coordination.k8s.io/v1", "kind": "Lease", "metadata": meta, "spec": spec}
            return await self._kube.create(made)
        if lease["spec"].get("holderIdentity") != self._identity:
            mine["acquireTime"] = now
            mine["leaseTransitions"] = lease["spec"].get("leaseTransitions", 0) + 1
        return await self._kube.replace({**lease, "spec": {**lease["spec"], **mine}})


@contextlib.contextmanager
def _logged(lease: Lease) -> Iterator[None]:
    try:
        yield
    except (KubeError, KubeUnavailable, TimeoutError) as error:
        log.warning(
            "no access to the Lease, it is tried again", lease=str(lease), error=str(error) or "timeout"
        )


def _now() -> float:
    return asyncio.get_running_loop().time()
