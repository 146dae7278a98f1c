"""Leader election by a Lease, with the rules and periods of client-go. Only the leader writes.

The leader renews the Lease. Another replica takes the Lease when it has seen no change for
``leaseDurationSeconds`` of the Lease. No replica compares times of two machines: each measures durations by
its own monotonic clock. The leader starts to count ``RENEW_DEADLINE_SECONDS`` before it sends a renewal. The
others start to count ``LEASE_DURATION_SECONDS`` after they have seen the renewal. So the leader stops before
another replica begins, unless one clock runs 1.5 times as fast as the other. If two replicas write at the
same time, the API server's resourceVersion lets one of them win.

One request can still arrive after the leader has lost the Lease: the request is under way at that moment, or
its process freezes between the check of the clock and the socket. Three further guards cover this request: a
patch names the version that it was made from, the name of a Job follows from its content, and the chain
counts cycles.
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
from dat_operator.domain.exit_code import ExitCode
from dat_operator.kube.client import Body, Kube
from dat_operator.kube.errors import KubeError, KubeUnavailable

LEASE_DURATION_SECONDS = 15
"""If a Lease has not changed for so long, another replica takes it."""
RENEW_DEADLINE_SECONDS = 10
"""If the leader cannot renew the Lease for so long, it stops."""
RETRY_PERIOD_SECONDS = 2
"""Between two requests about the Lease."""
REQUEST_SECONDS = RENEW_DEADLINE_SECONDS / 2
"""Timeout of one attempt, so that a second attempt fits into the deadline."""

log = structlog.get_logger()


class LeaseLost(DatError):
    """The process does not hold the Lease, so it must not write."""

    exit_code = ExitCode.RETRY


class Lease:
    """One candidate of the election. ``name`` is for people: each process has an identity of its own."""

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
            raise LeaseLost(f"{self}: this replica is not the leader, so it writes nothing")

    async def acquire(self) -> None:
        """Wait until this process holds the Lease."""
        while True:
            await self._attempt()
            if _now() < self._held_until:
                log.info("this replica is the leader", lease=str(self), identity=self._identity)
                return
            left = self._expires() - _now()
            await asyncio.sleep(left if 0 < left < RETRY_PERIOD_SECONDS else RETRY_PERIOD_SECONDS)

    async def keep(self) -> NoReturn:
        """Renew the Lease. Raises LeaseLost if another replica holds it, or after the renew deadline."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout_at(self._held_until) as deadline:
                while True:
                    await asyncio.sleep(RETRY_PERIOD_SECONDS)
                    await self._attempt()
                    deadline.reschedule(self._held_until)
        taken = self._held_until == -math.inf
        self._held_until = -math.inf
        why = "another replica holds it" if taken else f"not renewed for {RENEW_DEADLINE_SECONDS} s"
        raise LeaseLost(f"{self}: {why}; this replica ends, and waits for the Lease after its restart")

    async def release(self) -> None:
        """Release the Lease: another replica takes it at once. All writes must have stopped before."""
        if _now() >= self._held_until:
            return
        self._held_until = -math.inf
        with _logged(self):
            async with asyncio.timeout(REQUEST_SECONDS):
                lease = await self._kube.read("Lease", *self._key)
                if lease and lease["spec"].get("holderIdentity") == self._identity:
                    await self._kube.replace({**lease, "spec": {**lease["spec"], "holderIdentity": ""}})

    def __str__(self) -> str:
        return f"Lease {'/'.join(self._key)}"

    def _expires(self) -> float:
        """The time, by this process's clock, from which an unchanged Lease is free."""
        return self._seen_at + (self._seen.get("leaseDurationSeconds") or LEASE_DURATION_SECONDS)

    async def _attempt(self) -> None:
        with _logged(self):
            async with asyncio.timeout(REQUEST_SECONDS):
                await self._acquire_or_renew()

    async def _acquire_or_renew(self) -> None:
        lease = await self._kube.read("Lease", *self._key)
        spec = lease["spec"] if lease else {}
        holder = spec.get("holderIdentity")
        another = holder not in (None, "", self._identity)
        if another and holder != self._seen.get("holderIdentity"):
            log.info("another replica is the leader", lease=str(self), identity=holder)
        if spec != self._seen:
            self._seen, self._seen_at = spec, _now()
        if another:
            self._held_until = -math.inf
            if _now() < self._expires():
                return
        sent = _now()
        if await self._write(lease):
            self._held_until = sent + RENEW_DEADLINE_SECONDS

    async def _write(self, lease: Body | None) -> bool:
        """Write this process as the holder. False if another process has written since ``lease`` was read."""
        now = datetime.datetime.now(datetime.UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
        mine: dict[str, Any] = {
            "holderIdentity": self._identity,
            "leaseDurationSeconds": LEASE_DURATION_SECONDS,
            "renewTime": now,
        }
        if lease is None:
            return await self._kube.create(self._first({**mine, "acquireTime": now, "leaseTransitions": 0}))
        if lease["spec"].get("holderIdentity") != self._identity:
            mine["acquireTime"] = now
            mine["leaseTransitions"] = lease["spec"].get("leaseTransitions", 0) + 1
        return await self._kube.replace({**lease, "spec": {**lease["spec"], **mine}})

    def _first(self, spec: Body) -> Body:
        """The Lease to create."""
        meta = dict(zip(("namespace", "name"), self._key, strict=True))
        return {"apiVersion": "coordination.k8s.io/v1", "kind": "Lease", "metadata": meta, "spec": spec}


@contextlib.contextmanager
def _logged(lease: Lease) -> Iterator[None]:
    try:
        yield
    except (KubeError, KubeUnavailable, TimeoutError) as error:
        log.warning("the Lease cannot be reached, retrying", lease=str(lease), error=str(error) or "timeout")


def _now() -> float:
    return asyncio.get_running_loop().time()
