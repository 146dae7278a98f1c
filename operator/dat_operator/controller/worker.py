"""One task for each ecosystem: woken by a change or by the clock, it observes, plans and applies."""

import asyncio
import contextlib
import datetime
import time
from collections.abc import Mapping, Sequence

import structlog

from dat_operator.chain.reader import ChainReader, Hooks
from dat_operator.controller.apply import Applier
from dat_operator.controller.cycle.status import without_amounts
from dat_operator.controller.metrics import process as metrics
from dat_operator.controller.metrics.snapshots import EcosystemSnapshot
from dat_operator.controller.objects.store import Key, Store
from dat_operator.controller.observer import Observer
from dat_operator.controller.plan import make_plans
from dat_operator.controller.settings import Settings
from dat_operator.controller.token.settled import SettledTokens
from dat_operator.domain.errors import DatError
from dat_operator.kube.client import Kube

UNREADABLE_CHAIN_RETRY_SECONDS = 5.0
"""The longest pause after a read of the chain has failed, however long the poll interval is."""
SETTLE_SECONDS = 0.2
"""The wait for further changes after the first one: changes often come together."""

log = structlog.get_logger()


class Worker:
    """Keeps one ecosystem and its tokens as their specs say."""

    def __init__(self, key: Key, store: Store, kube: Kube, settings: Settings) -> None:
        self._key = key
        self._store = store
        self._settings = settings
        self._applier = Applier(kube, store)
        self._reader = ChainReader(
            Hooks(self.wake, metrics.count_rpc_call, metrics.NOTIFICATIONS.inc),
            rpc_keys=settings.rpc_keys,
            allow_private=settings.private_rpc,
        )
        self._observer = Observer(key, store, kube, applier=self._applier, reader=self._reader)
        self._settled = SettledTokens()
        self._woken = asyncio.Event()
        self._pause = settings.poll_seconds
        self.snapshot = EcosystemSnapshot(key, store)
        self.last_pass = time.monotonic()
        """The end of the last pass, successful or not; for the liveness probe."""

    def wake(self) -> None:
        """Ask for a pass soon."""
        self._woken.set()

    async def run(self) -> None:
        """Work until cancelled."""
        with structlog.contextvars.bound_contextvars(namespace=self._key[0], ecosystem=self._key[1]):
            while True:
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(self._woken.wait(), self._pause)
                await asyncio.sleep(SETTLE_SECONDS)
                self._woken.clear()
                await self._pass()
                self.last_pass = time.monotonic()

    async def close(self) -> None:
        """Close the connections."""
        await self._reader.close()

    async def _pass(self) -> None:
        try:
            with metrics.reconcile():
                await self._observe_plan_apply()
        except DatError as error:
            log.warning("reconciling failed, it will be tried again", error=str(error))
        except Exception:
            log.exception("reconciling failed, it will be tried again")

    async def _observe_plan_apply(self) -> None:
        before = self._own_inputs()
        observed = await self._observer.observe()
        self.snapshot.take(observed)
        poll = self._settings.poll_seconds
        self._pause = min(poll, UNREADABLE_CHAIN_RETRY_SECONDS) if observed.chain_error else poll
        now = datetime.datetime.now(datetime.UTC)
        await self._applier.apply(make_plans(observed, self._settings, now, self._settled))
        if self._own_inputs() != before:
            self.wake()

    def _own_inputs(self) -> tuple[Mapping[str, str], Sequence[str]]:
        """The inputs of the next plan that a pass itself may add: refusals, and signatures to look up.

        Nothing else that a pass writes wakes the worker. Objects that it creates arrive by their watch.
        """
        return self._applier.refused, without_amounts(self._store.of_ecosystem("DATCycle", self._key))
