"""One call to one endpoint: wait for the rate limit, send the request, record the result."""

import asyncio
import itertools
from collections.abc import Callable, Sequence
from typing import Any

import httpx
import structlog

from dat_operator.chain.rpc.allowed_addresses import NO_ANSWER, PeerCheck
from dat_operator.chain.rpc.answers import NotOnThisNode, RateLimited, result_of
from dat_operator.chain.rpc.endpoints import RpcEndpoint
from dat_operator.chain.rpc.response_body import UNCOMPRESSED, read_whole
from dat_operator.chain.rpc.slots import Slots
from dat_operator.chain.rpc.usage import Usage
from dat_operator.domain.errors import RpcRefused, RpcUnavailable

LONGEST_WAIT_SECONDS = 10.0
"""A call does not wait for an endpoint that is closed for longer (Retry-After)."""

log = structlog.get_logger()


class Exchange:
    """Sends calls to the endpoints of one pool."""

    def __init__(self, http: httpx.AsyncClient, slots: Slots, usage: Usage, now: Callable[[], float]) -> None:
        self.genesis: str | None = None
        """Genesis hash that all endpoints must have; None until it is known."""
        self._http = http
        self._slots = slots
        self._usage = usage
        self._now = now
        self._ids = itertools.count(1)

    async def ask(self, endpoint: RpcEndpoint, method: str, params: Sequence[Any]) -> Any:
        """The ``result`` of a call. Raises RpcRefused or RpcUnavailable."""
        if self.genesis and endpoint.genesis != self.genesis:
            await self._admit(endpoint)
        return await self._exchange(endpoint, method, params)

    async def _admit(self, endpoint: RpcEndpoint) -> None:
        """Check the cluster of an endpoint that did not answer at the start, before its first use."""
        if endpoint.genesis is None:
            endpoint.genesis = str(await self._exchange(endpoint, "getGenesisHash", ()))
        if endpoint.genesis != self.genesis:
            error = RpcUnavailable(f"{endpoint.name}: another cluster (genesis {endpoint.genesis})")
            endpoint.note(error, 0.0, self._now())
            raise error

    async def _exchange(self, endpoint: RpcEndpoint, method: str, params: Sequence[Any]) -> Any:
        await self._wait_for_rate_limit(endpoint)
        params, floor = self._slots.bind(method, params)
        started = self._now()
        endpoint.under_way += 1
        try:
            result = result_of(await self._post(endpoint, method, params), endpoint.url, method, floor)
        except (RpcRefused, RpcUnavailable) as error:
            self._note(endpoint, method, error, started)
            raise
        finally:
            endpoint.under_way -= 1
        self._note(endpoint, method, None, started)
        self._slots.learn(method, params, result)
        return result

    async def _wait_for_rate_limit(self, endpoint: RpcEndpoint) -> None:
        await asyncio.sleep(endpoint.bucket.take(self._now()))
        while closed := endpoint.bucket.closed_for(self._now()):
            if closed > LONGEST_WAIT_SECONDS:
                raise RateLimited(f"{endpoint.name}: asks for no calls for {closed:.0f} s")
            await asyncio.sleep(closed)

    async def _post(self, endpoint: RpcEndpoint, method: str, params: Sequence[Any]) -> httpx.Response:
        body = {"jsonrpc": "2.0", "id": next(self._ids), "method": method, "params": list(params)}
        host = httpx.URL(endpoint.url).raw_host.decode().strip("[]")
        extensions = {"trace": PeerCheck(host, endpoint.name)} if endpoint.public_only else {}
        request = self._http.build_request(
            "POST", endpoint.url, json=body, headers=UNCOMPRESSED, extensions=extensions
        )
        try:
            return await read_whole(self._http, request, endpoint.name)
        except httpx.HTTPError as error:
            # Without the cause: it may show the URL.
            log.info("no connection", endpoint=endpoint.name, why=type(error).__name__)
            raise RpcUnavailable(f"{endpoint.name}: {NO_ANSWER}") from None

    def _note(
        self, endpoint: RpcEndpoint, method: str, error: RpcRefused | RpcUnavailable | None, started: float
    ) -> None:
        now = self._now()
        endpoint.note(error, now - started, now)
        self._usage.add(method, endpoint.name, error, now - started)
        if isinstance(error, RpcUnavailable) and not isinstance(error, NotOnThisNode):
            log.info("endpoint gave no answer", method=method, error=str(error))
