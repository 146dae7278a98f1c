"""Kopf's connection to the API server, listened to: kopf itself does not tell how its watches fare."""

from types import SimpleNamespace
from typing import Any

import aiohttp
import kopf

from dat_operator.controller.watch_health import WatchHealth


class Login:
    """Kopf's login handler, with the pod's ServiceAccount or else the kubeconfig."""

    def __init__(self, health: WatchHealth) -> None:
        self._health = health
        self._last: tuple[kopf.ConnectionInfo, kopf.AiohttpSession] | None = None

    async def __call__(self, **kwargs: Any) -> kopf.AiohttpSession | None:
        """The session; for the same credentials the same one, by which kopf knows those that were refused."""
        info = kopf.login_with_service_account(**kwargs) or kopf.login_with_kubeconfig(**kwargs)
        if info is None:
            return None
        if self._last is None or self._last[0] != info:
            self._last = info, _session(info, self._health)
        return self._last[1]


def _session(info: kopf.ConnectionInfo, health: WatchHealth) -> kopf.AiohttpSession:
    async def ended(
        _: aiohttp.ClientSession, __: SimpleNamespace, end: aiohttp.TraceRequestEndParams
    ) -> None:
        if end.response.status < 500:
            health.answered()
        if end.response.status == 200 and "watch" in end.url.query:
            health.opened(end.url.name)

    trace = aiohttp.TraceConfig()
    trace.on_request_end.append(ended)
    session = aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(limit=0, ssl=info.as_ssl_context()),
        headers=info.as_http_headers(),
        proxy=info.proxy_url,
        trust_env=info.trust_env,
        trace_configs=[trace],
    )
    return kopf.AiohttpSession(
        server=info.server, default_namespace=info.default_namespace, aiohttp_session=session
    )
