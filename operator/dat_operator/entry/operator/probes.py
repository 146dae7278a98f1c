"""HTTP server of the probes and the metrics."""

from aiohttp import web
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from dat_operator.controller.manager import Manager


def application(manager: Manager) -> web.Application:
    """``/healthz`` (alive), ``/readyz`` (all kinds are listed), ``/metrics``."""

    async def healthz(_: web.Request) -> web.Response:
        stuck = manager.stuck()
        if stuck:
            return web.Response(status=503, text=f"no progress on: {', '.join(stuck)}\n")
        return web.Response(text="ok\n")

    async def readyz(_: web.Request) -> web.Response:
        if manager.synced.is_set():
            return web.Response(text="ok\n")
        return web.Response(
            status=503,
            text="some kinds of objects are not listed yet; the log says why\n",
        )

    async def metrics(_: web.Request) -> web.Response:
        return web.Response(body=generate_latest(), headers={"Content-Type": CONTENT_TYPE_LATEST})

    app = web.Application()
    app.add_routes([web.get("/healthz", healthz), web.get("/readyz", readyz), web.get("/metrics", metrics)])
    return app
