"""The operator as a process: watches, workers while it holds the Lease, and HTTP for probes and metrics."""

import asyncio
from typing import Any

import kopf
from aiohttp import web
from prometheus_client import REGISTRY

from dat_operator.controller.manager import Manager
from dat_operator.controller.metrics.resources import EcosystemCollector
from dat_operator.controller.settings import Settings
from dat_operator.entry.operator.probes import application
from dat_operator.entry.operator.watches import register
from dat_operator.kube.client import Kube
from dat_operator.kube.lease import Lease

IDENTITY: Any = "dat-operator"
"""Only for peering, which is off; kopf's default asks for the user's name, and a pod's user has none."""


async def serve(settings: Settings) -> None:
    """Run until stopped by a signal. Raises LeaseLost if another replica may work from now on."""
    # Connections of its own: a renewal never waits for a worker's request.
    renewals = await Kube.connect()
    lease = Lease(renewals, settings.namespace, settings.lease, settings.pod_name)
    kube = await Kube.connect(guard=lease.check)
    manager = Manager(kube, settings)
    REGISTRY.register(EcosystemCollector(manager.snapshots))
    runner = web.AppRunner(application(manager), access_log=None)
    await runner.setup()
    await web.TCPSite(runner, port=settings.http_port).start()
    try:
        async with asyncio.TaskGroup() as group:
            # An error of one ends the other.
            leading = group.create_task(_lead(lease, manager))
            await _watch(settings, manager, leading)
    except ExceptionGroup as errors:
        raise errors.exceptions[0] from None
    finally:
        await runner.cleanup()
        await kube.close()
        await renewals.close()


async def _lead(lease: Lease, manager: Manager) -> None:
    """Wait for the Lease, and work for as long as it is held."""
    await manager.synced.wait()
    await lease.acquire()
    manager.start()
    try:
        await lease.keep()
    finally:
        await manager.close()
        await lease.release()


async def _watch(settings: Settings, manager: Manager, leading: asyncio.Task[None]) -> None:
    """Watch until stopped by a signal, and end ``leading`` then."""
    registry = kopf.OperatorRegistry()
    register(registry, manager)

    @kopf.on.cleanup(registry=registry)
    async def step_down(**_: Any) -> None:
        # Before kopf returns: it takes the workers for tasks of its own that hang, and waits for them.
        leading.cancel()
        await asyncio.wait([leading])

    await kopf.operator(
        registry=registry,
        standalone=True,
        namespaces=[settings.namespace],
        identity=IDENTITY,
    )
