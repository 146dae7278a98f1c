"""The operator as a process: watches, workers, and the HTTP server for probes and metrics."""

from typing import Any

import kopf
from aiohttp import web

from dat_operator.controller.manager import Manager
from dat_operator.controller.settings import Settings
from dat_operator.handlers.watches import register
from dat_operator.http.server import application
from dat_operator.kube.client import Kube

IDENTITY: Any = "dat-operator"
"""Only for peering, which is off; kopf's default asks for the user's name, and a pod's user has none."""


async def serve(settings: Settings) -> None:
    """Run until stopped by a signal."""
    kube = await Kube.connect()
    manager = Manager(kube, settings)
    registry = kopf.OperatorRegistry()
    register(registry, manager)
    runner = web.AppRunner(application(manager), access_log=None)
    await runner.setup()
    await web.TCPSite(runner, port=settings.http_port).start()
    try:
        await kopf.operator(
            registry=registry,
            standalone=True,
            namespaces=[settings.namespace],
            identity=IDENTITY,
        )
    finally:
        await manager.close()
        await runner.cleanup()
        await kube.close()
