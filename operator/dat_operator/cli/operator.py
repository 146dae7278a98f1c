"""``dat operator``: the operator itself."""

import asyncio
from typing import Annotated, Any

import kopf
import typer
from aiohttp import web

from dat_operator.controller.manager import Manager
from dat_operator.controller.settings import Settings
from dat_operator.handlers.watches import register
from dat_operator.http.server import application
from dat_operator.kube.client import Kube

IDENTITY: Any = "dat-operator"
"""Only for peering, which is off; kopf's default asks for the user's name, and a pod's user has none."""


def operator(
    namespace: Annotated[str, typer.Option(envvar="DAT_NAMESPACE", help="The namespace to watch.")],
    image: Annotated[str, typer.Option(envvar="DAT_IMAGE", help="Image of the Jobs.")],
    job_service_account: Annotated[
        str, typer.Option(envvar="DAT_JOB_SERVICE_ACCOUNT", help="ServiceAccount of the Jobs.")
    ],
    image_pull_policy: Annotated[
        str, typer.Option(envvar="DAT_IMAGE_PULL_POLICY", help="Always, IfNotPresent or Never.")
    ] = "IfNotPresent",
    poll_seconds: Annotated[
        float, typer.Option(envvar="DAT_POLL_SECONDS", help="Between two reads of the chain.")
    ] = 5.0,
    http_port: Annotated[int, typer.Option(envvar="DAT_HTTP_PORT", help="Of probes and metrics.")] = 8080,
    rpc_keys: Annotated[
        str, typer.Option(envvar="DAT_RPC_KEYS", help="Directory of keys for endpoint URLs.")
    ] = "/etc/dat/rpc",
) -> None:
    """Watch the resources of one namespace and bring about what they say."""
    settings = Settings.model_validate(
        {
            "namespace": namespace,
            "image": image,
            "image_pull_policy": image_pull_policy,
            "job_service_account": job_service_account,
            "poll_seconds": poll_seconds,
            "http_port": http_port,
            "rpc_keys": rpc_keys,
        }
    )
    asyncio.run(_serve(settings))


async def _serve(settings: Settings) -> None:
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
