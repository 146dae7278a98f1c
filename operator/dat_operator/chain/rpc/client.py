"""The client for JSON-RPC over HTTP: raw JSON in and out, with a pool of endpoints.

The client of solana-py parses answers into types that do not know transactions of version 1. This client
needs one POST and the raw answer.
"""

import asyncio
import ssl
import time
from collections.abc import Awaitable, Callable, Sequence
from functools import cache
from types import TracebackType
from typing import Any, Self, TypeVar

import httpx
from tenacity import AsyncRetrying, RetryCallState, retry_if_exception_type, wait_exponential

from dat_operator.chain.rpc.answers import NotOnThisNode
from dat_operator.chain.rpc.endpoints import SLOT_SECONDS, EndpointPool, RpcEndpoint
from dat_operator.chain.rpc.exchange import Exchange
from dat_operator.chain.rpc.slots import Slots
from dat_operator.chain.rpc.urls import check_url
from dat_operator.chain.rpc.usage import OnCall, Usage
from dat_operator.domain.errors import DatError, RpcRefused, RpcUnavailable
from dat_operator.domain.job_config import Commitment, EndpointConfig

DEFAULT_ATTEMPTS = 3
MAX_BACKOFF_SECONDS = 4.0
"""The longest pause between two attempts."""
TIMEOUT = httpx.Timeout(10.0, connect=3.0)
GRACE_SECONDS = 1.0
"""If all endpoints were asked: the time for the others to answer, after the first one."""

Call = tuple[str, Sequence[Any]]
"""Method and parameters."""
T = TypeVar("T")


class RpcClient:
    """Asks the best of its endpoints, then the next best; tries all of them ``attempts`` times.

    A refusal (an error that any node would repeat) is not tried elsewhere. A plain URL is an endpoint with
    all defaults. ``commitment`` is the commitment of reads. ``now`` is a monotonic clock in seconds.
    ``usage`` counts all calls. ``slots``: slots that an earlier client saw on this chain, so reads never go
    back. ``public_only``: endpoints in private networks are refused (chain/rpc/allowed_addresses.py).
    """

    def __init__(
        self,
        endpoints: Sequence[EndpointConfig | str],
        *,
        commitment: Commitment = "confirmed",
        attempts: int = DEFAULT_ATTEMPTS,
        on_call: OnCall | None = None,
        transport: httpx.AsyncBaseTransport | None = None,
        now: Callable[[], float] = time.monotonic,
        slots: Slots | None = None,
        public_only: bool = False,
    ) -> None:
        if not endpoints:
            raise DatError("spec.rpc.endpoints is empty: give at least one RPC endpoint")
        configs = [EndpointConfig(url=e) if isinstance(e, str) else e for e in endpoints]
        for number, config in enumerate(configs, start=1):
            check_url(config.url, f"number {number}")
            if config.websocket_url:
                check_url(config.websocket_url, f"number {number}'s websocketUrl")
        self.commitment = commitment
        self.usage = Usage(on_call)
        self._pool = EndpointPool([RpcEndpoint.of(config, public_only=public_only) for config in configs])
        self._slots = slots or Slots()
        self._http = httpx.AsyncClient(timeout=TIMEOUT, transport=transport, verify=_tls())
        self._exchange = Exchange(self._http, self._slots, self.usage, now)
        self._attempts = attempts
        self._now = now
        self._fanned_out: set[asyncio.Task[Any]] = set()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        value: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """Cancel the running calls and close the connections."""
        for task in self._fanned_out:
            task.cancel()
        await asyncio.gather(*self._fanned_out, return_exceptions=True)
        await self._http.aclose()

    @property
    def endpoints(self) -> list[RpcEndpoint]:
        """All endpoints, by priority."""
        return sorted(self._pool.all, key=lambda endpoint: endpoint.priority)

    async def call(self, method: str, *params: Any) -> Any:
        """The ``result`` of one call. A transaction goes to all endpoints that are up, at the same time.

        Raises RpcUnavailable if no endpoint answers, RpcRefused if one answers with an error.
        """
        if method == "sendTransaction":
            return next(iter((await self._everywhere(method, params)).values()))
        return (await self.together((method, params)))[0]

    async def together(self, *calls: Call) -> list[Any]:
        """The results of some calls, one after the other at the same endpoint.

        Raises RpcUnavailable and RpcRefused, as ``call`` does.
        """
        try:
            return await self._persist(lambda: self._first(calls))
        except NotOnThisNode as error:
            if error.behind:
                self._slots.nobody_is_as_far(self._now())
            raise

    async def genesis(self) -> dict[str, str]:
        """The genesis hash of each endpoint, by scheme and host. From now on all must have this one.

        Raises RpcUnavailable if no endpoint answers.
        """
        found = await self._everywhere("getGenesisHash", ())
        for endpoint, genesis in found.items():
            endpoint.genesis = self._exchange.genesis = str(genesis)
            self._slots.of_chain(str(genesis))
        return {endpoint.name: str(genesis) for endpoint, genesis in found.items()}

    async def _persist(self, work: Callable[[], Awaitable[T]]) -> T:
        async for attempt in AsyncRetrying(
            retry=retry_if_exception_type(RpcUnavailable),
            stop=self._enough,
            wait=_pause,
            reraise=True,
        ):
            with attempt:
                return await work()
        raise AssertionError("unreachable: the last attempt raises")

    def _enough(self, tried: RetryCallState) -> bool:
        """Whether to stop. A node that is behind catches up, so it gets the default attempts at least."""
        return tried.attempt_number >= max(self._attempts, DEFAULT_ATTEMPTS if _behind(tried) else 0)

    async def _first(self, calls: Sequence[Call]) -> list[Any]:
        failures = []
        for endpoint in self._pool.order(self._now()):
            try:
                results = [await self._exchange.ask(endpoint, method, params) for method, params in calls]
            except RpcUnavailable as error:
                # The frames of a traceback hold the whole answer, until the garbage collector runs.
                failures.append(error.with_traceback(None))
            except RpcRefused as error:
                raise error.with_traceback(None) from None
            else:
                self._pool.last = endpoint
                return results
        raise _verdict(failures)

    async def _everywhere(self, method: str, params: Sequence[Any]) -> dict[RpcEndpoint, Any]:
        return await self._persist(lambda: self._fan_out(method, params))

    async def _fan_out(self, method: str, params: Sequence[Any]) -> dict[RpcEndpoint, Any]:
        """Ask all endpoints that are up at the same time; the results until a moment after the first one.

        The other calls go on. Raises RpcRefused or RpcUnavailable if no endpoint gives a result.
        """
        tasks = {
            endpoint: asyncio.create_task(self._outcome(endpoint, method, params))
            for endpoint in self._pool.at_once(self._now())
        }
        for task in tasks.values():
            self._fanned_out.add(task)
            task.add_done_callback(self._fanned_out.discard)
        waiting, accepted = set(tasks.values()), False
        while waiting and not accepted:
            done, waiting = await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
            accepted = any(not isinstance(task.result(), DatError) for task in done)
        if waiting:
            await asyncio.wait(waiting, timeout=GRACE_SECONDS)
        outcomes = {endpoint: task.result() for endpoint, task in tasks.items() if task.done()}
        results = {e: outcome for e, outcome in outcomes.items() if not isinstance(outcome, DatError)}
        if not results:
            raise _verdict(list(outcomes.values()))
        return results

    async def _outcome(self, endpoint: RpcEndpoint, method: str, params: Sequence[Any]) -> Any:
        try:
            return await self._exchange.ask(endpoint, method, params)
        except (RpcRefused, RpcUnavailable) as error:
            return error.with_traceback(None)


def _pause(tried: RetryCallState) -> float:
    """Seconds until the next attempt: twice as long each time, and long enough for a node to catch up."""
    return max(wait_exponential(multiplier=0.5, max=MAX_BACKOFF_SECONDS)(tried), _behind(tried))


def _behind(tried: RetryCallState) -> float:
    """Seconds that all nodes are behind, at most the longest pause."""
    error = tried.outcome.exception() if tried.outcome else None
    slots = error.behind if isinstance(error, NotOnThisNode) else 0
    return min(slots * SLOT_SECONDS, MAX_BACKOFF_SECONDS)


@cache
def _tls() -> ssl.SSLContext:
    """The TLS context of all clients: its certificate authorities take a megabyte and 20 ms to load."""
    return httpx.create_ssl_context()


def _verdict(failures: Sequence[DatError]) -> DatError:
    """The one error for the failures of several endpoints: a refusal if there is one."""
    for failure in failures:
        if isinstance(failure, RpcRefused):
            return failure
    message = "; ".join(map(str, failures))
    late = [failure.behind for failure in failures if isinstance(failure, NotOnThisNode)]
    return NotOnThisNode(message, min(late)) if len(late) == len(failures) else RpcUnavailable(message)
