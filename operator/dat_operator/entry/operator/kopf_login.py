"""The connection of kopf to the API server. It reports lists and watches, which kopf itself keeps quiet."""

from collections.abc import Mapping
from typing import Any

import aiohttp
import kopf

from dat_operator.controller.manager import Manager
from dat_operator.entry.operator.paged_lists import Send, list_all


class Login:
    """The login handler of kopf: by the pod's ServiceAccount, outside a pod by the kubeconfig.

    ``kinds``: the watched kinds by resource (plural).
    """

    def __init__(self, manager: Manager, kinds: Mapping[str, str]) -> None:
        self._manager = manager
        self._kinds = kinds
        self._last: tuple[kopf.ConnectionInfo, kopf.AiohttpSession] | None = None

    async def __call__(self, **kwargs: Any) -> kopf.AiohttpSession | None:
        """The session. Unchanged credentials give the same session, so kopf knows if they were refused."""
        info = kopf.login_with_service_account(**kwargs) or kopf.login_with_kubeconfig(**kwargs)
        if info is None:
            return None
        if self._last is None or self._last[0] != info:
            self._last = info, self._session(info)
        return self._last[1]

    def _session(self, info: kopf.ConnectionInfo) -> kopf.AiohttpSession:
        session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=0, ssl=info.as_ssl_context()),
            headers=info.as_http_headers(),
            proxy=info.proxy_url,
            trust_env=info.trust_env,
            middlewares=[self._observe],
        )
        return kopf.AiohttpSession(
            server=info.server, default_namespace=info.default_namespace, aiohttp_session=session
        )

    async def _observe(self, request: aiohttp.ClientRequest, send: Send) -> aiohttp.ClientResponse:
        async def observed(request: aiohttp.ClientRequest) -> aiohttp.ClientResponse:
            response = await send(request)
            if response.status < 500:
                self._manager.watches.answered()
            return response

        resource, watch = request.url.name, "watch" in request.url.query
        if resource in self._kinds and not watch:
            response = await list_all(self._manager.store, self._kinds[resource], request, observed)
            if all(map(self._manager.store.is_listed, self._kinds.values())):
                self._manager.synced.set()
            return response
        response = await observed(request)
        if watch and response.status == 200:
            self._manager.watches.opened(resource)
        return response
