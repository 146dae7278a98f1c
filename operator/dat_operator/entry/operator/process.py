"""The operator process: watches, probes and metrics, and the workers while this replica is the leader."""

import asyncio
import gc
from typing import Any

import kopf
from aiohttp import web
from prometheus_client import REGISTRY

from dat_operator.controller.manager import Manager
from dat_operator.controller.metrics.resources import EcosystemCollector
from dat_operator.controller.settings import Settings
from dat_operator.domain.errors import DatError
from dat_operator.entry.operator.probes import application
from dat_operator.entry.operator.watches import register
from dat_operator.kube.client import Kube
from dat_operator.kube.lease import Lease

COLLECTOR_THRESHOLDS = (2_000, 20, 50)
"""For the garbage collector. The objects in the store live long and form no reference cycles. By
default Python searches them after 700 new objects. This took a quarter of the time of a pass at rest."""
IDENTITY: Any = "dat-operator"
"""For the peering of kopf, which is off. The default would be the user's name; a pod's user has none."""


async def serve(settings: Settings) -> None:
    """Run until a signal stops the process. Raises LeaseLost when this replica is not the leader any more."""
    gc.set_threshold(*COLLECTOR_THRESHOLDS)
    # The Lease has connections of its own: a renewal never waits for a request of a worker.
    renewals = await Kube.connect()
    lease = Lease(renewals, settings.namespace, settings.lease, settings.pod_name)
    kube = await Kube.connect(guard=lease.check)
    manager = Manager(kube, settings)
    REGISTRY.register(EcosystemCollector(manager.snapshots))
    runner = web.AppRunner(application(manager), access_log=None)
    await runner.setup()
    await _listen(runner, settings.http_port)
    try:
        async with asyncio.TaskGroup() as group:
            # An error of one task ends the other task.
            leading = group.create_task(_lead(lease, manager))
            await _watch(settings, manager, leading)
    except ExceptionGroup as errors:
        raise errors.exceptions[0] from None
    finally:
        await runner.cleanup()
        await kube.close()
        await renewals.close()


async def _listen(runner: web.AppRunner, port: int) -> None:
    try:
        await web.TCPSite(runner, port=port).start()
    except OSError as error:
        raise DatError(f"--http-port: {port}: {error.strerror}; name another port") from None


async def _lead(lease: Lease, manager: Manager) -> None:
    """Wait for the Lease, and run the workers while this replica holds it."""
    await manager.synced.wait()
    await lease.acquire()
    manager.start()
    try:
        await lease.keep()
    finally:
        await manager.close()
        await lease.release()


async def _watch(settings: Settings, manager: Manager, leading: asyncio.Task[None]) -> None:
    """Watch until a signal stops the process. Then end ``leading``."""
    registry = kopf.OperatorRegistry()
    register(registry, manager)

    @kopf.on.cleanup(registry=registry)
    async def step_down(**_: Any) -> None:
        # Before kopf ends: kopf waits for all tasks, and takes the workers for hung tasks of its own.
        leading.cancel()
        await asyncio.wait([leading])

    await kopf.operator(
        registry=registry,
        standalone=True,
        namespaces=[settings.namespace],
        identity=IDENTITY,
    )
