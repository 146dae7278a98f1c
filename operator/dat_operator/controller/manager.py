"""Starts a worker for every ecosystem that is there or that a token refers to, and stops it after."""

import asyncio
import time

from dat_operator.controller.settings import Settings
from dat_operator.controller.store import Key, Store
from dat_operator.controller.worker import Worker
from dat_operator.kube.client import Kube

STUCK_SECONDS = 120
"""A pass that takes longer than this hangs: every call in it has its own, shorter timeout."""


class Manager:
    """All workers of this operator."""

    def __init__(self, kube: Kube, settings: Settings) -> None:
        self.store = Store(self._wake)
        self._kube = kube
        self._settings = settings
        self._workers: dict[Key, tuple[Worker, asyncio.Task[None]]] = {}
        self._stopping: set[asyncio.Task[None]] = set()
        self._synced = False

    def synced(self) -> None:
        """All watches have shown what there is: from now on, changes are acted upon."""
        self._synced = True

    @property
    def ready(self) -> bool:
        """Whether the watches have shown what there is."""
        return self._synced

    def stuck(self) -> list[str]:
        """The ecosystems whose worker hangs or has died, as namespace/name."""
        now = time.monotonic()
        return [
            "/".join(key)
            for key, (worker, task) in self._workers.items()
            if task.done() or now - worker.last_pass > STUCK_SECONDS + self._settings.poll_seconds
        ]

    async def close(self) -> None:
        """Stop all workers."""
        for key in list(self._workers):
            await _stop(*self._workers.pop(key))

    def _wake(self, key: Key) -> None:
        if not self._synced:
            return
        if not self.store.concerns_anything(key):
            # Taken out at once: what comes back the next moment gets a worker of its own.
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
