"""Runs a worker for every ecosystem that exists, or that a token or a DATCycle refers to."""

import asyncio
import time

from dat_operator.controller.metrics import process as metrics
from dat_operator.controller.metrics.resources import Snapshot
from dat_operator.controller.objects.store import Key, Store
from dat_operator.controller.objects.watch_health import WatchHealth
from dat_operator.controller.settings import Settings
from dat_operator.controller.worker import Worker
from dat_operator.kube.client import Kube

STUCK_SECONDS = 120
"""A pass that takes longer hangs: every call in a pass has a shorter timeout of its own."""


class Manager:
    """The workers of this operator."""

    def __init__(self, kube: Kube, settings: Settings) -> None:
        self.store = Store(self._wake)
        self.watches = WatchHealth()
        self._kube = kube
        self._settings = settings
        self._workers: dict[Key, tuple[Worker, asyncio.Task[None]]] = {}
        self._stopping: set[asyncio.Task[None]] = set()
        self._working = False
        self.synced = asyncio.Event()
        """Set once the store has the list of every kind."""

    def start(self) -> None:
        """Start a worker for every ecosystem. From now on, changes start and stop workers."""
        self._working = True
        metrics.LEADER.set(1)
        for key in self.store.ecosystems():
            self._wake(key)

    def stuck(self) -> list[str]:
        """The workers (namespace/name of the ecosystem) and watches (resource) that hang or have died."""
        now = time.monotonic()
        workers = [
            "/".join(key)
            for key, (worker, task) in self._workers.items()
            if task.done() or now - worker.last_pass > STUCK_SECONDS + self._settings.poll_seconds
        ]
        return workers + self.watches.silent()

    def snapshots(self) -> list[Snapshot]:
        """A snapshot of every ecosystem whose DATEcosystem exists."""
        existing = [key for key in self._workers if self.store.get("DATEcosystem", *key)]
        return [self._workers[key][0].snapshot.now() for key in existing]

    async def close(self) -> None:
        """Stop all workers, even in the middle of a pass."""
        self._working = False
        metrics.LEADER.set(0)
        workers, self._workers = self._workers, {}
        await asyncio.gather(*(_stop(*found) for found in workers.values()))

    def _wake(self, key: Key) -> None:
        if not self._working:
            return
        if not self.store.concerns_anything(key):
            # Removed at once: an ecosystem that comes back a moment later gets a new worker.
            if found := self._workers.pop(key, None):
                task = asyncio.create_task(_stop(*found))
                self._stopping.add(task)
                task.add_done_callback(self._stopping.discard)
            return
        if key not in self._workers:
            worker = Worker(key, self.store, self._kube, self._settings)
            self._workers[key] = (worker, asyncio.create_task(worker.run()))
        self._workers[key][0].wake()


async def _stop(worker: Worker, task: asyncio.Task[None]) -> None:
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    await worker.close()
