"""JSON-RPC over HTTP: one client for everything, raw JSON in and out.

solana-py's own client parses answers with types that know no transactions of version 1; the raw
answer has all that we need, and asking is one POST.
"""

import itertools
import re
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import httpx
from tenacity import AsyncRetrying, retry_if_exception_type, stop_after_attempt, wait_exponential

from dat_operator.domain.errors import DatError, RpcRefused, RpcUnavailable

ATTEMPTS = 3
TIMEOUT_SECONDS = 10.0
RETRIED_STATUS = frozenset({408, 425, 429, 500, 502, 503, 504})


class RpcClient:
    """Asks the first endpoint that answers, in the order given; tries the whole list ``attempts`` times.

    A refusal (an error in the answer) is never tried elsewhere: another endpoint would refuse too.
    """

    def __init__(
        self,
        urls: Sequence[str],
        *,
        attempts: int = ATTEMPTS,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        if not urls:
            raise DatError("spec.rpc.endpoints is empty: give at least one RPC endpoint")
        for number, url in enumerate(urls, start=1):
            _check_url(url, number)
        self._urls = tuple(urls)
        self._attempts = attempts
        self._ids = itertools.count(1)
        self._http = httpx.AsyncClient(timeout=TIMEOUT_SECONDS, transport=transport)

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
        """Close the connections."""
        await self._http.aclose()

    async def call(self, method: str, *params: Any) -> Any:
        """The ``result`` of one call.

        Raises RpcUnavailable if no endpoint answers, RpcRefused if one answers with an error.
        """
        async for attempt in AsyncRetrying(
            retry=retry_if_exception_type(RpcUnavailable),
            stop=stop_after_attempt(self._attempts),
            wait=wait_exponential(multiplier=0.5, max=4),
            reraise=True,
        ):
            with attempt:
                return await self._try_each(method, params)
        raise AssertionError("unreachable: the last attempt raises")

    async def _try_each(self, method: str, params: Sequence[Any]) -> Any:
        failures = []
        for url in self._urls:
            try:
                return await self._ask(url, method, params)
            except RpcUnavailable as error:
                failures.append(str(error))
        raise RpcUnavailable("; ".join(failures))

    async def _ask(self, url: str, method: str, params: Sequence[Any]) -> Any:
        body = {"jsonrpc": "2.0", "id": next(self._ids), "method": method, "params": list(params)}
        try:
            response = await self._http.post(url, json=body)
        except httpx.HTTPError as error:
            raise RpcUnavailable(f"{redacted(url)}: {type(error).__name__}") from error
        if response.status_code in RETRIED_STATUS:
            raise RpcUnavailable(f"{redacted(url)}: HTTP {response.status_code}")
        try:
            answer = response.json()
        except ValueError as error:
            raise RpcUnavailable(f"{redacted(url)}: HTTP {response.status_code}, no JSON") from error
        match answer:
            case {"error": {"code": int(code), "message": message}}:
                raise RpcRefused(method, code, str(message))
            case {"result": result}:
                return result
        # A gateway that wants a key, say: it has not asked the node.
        raise RpcUnavailable(f"{redacted(url)}: HTTP {response.status_code}, no JSON-RPC")


def _check_url(url: str, number: int) -> None:
    try:
        httpx.URL(url)
    except httpx.InvalidURL:
        # Not a word of it, nor of the cause: a key may have been filled in.
        raise DatError(
            f"spec.rpc.endpoints: number {number} is no URL; correct it, or its key in the Secret dat-rpc"
        ) from None


def resolve_url(url: str, keys: Path) -> str:
    """Fill ``${KEY}`` in an endpoint's URL from the file of that name (a mounted Secret's key).

    Raises DatError if there is no such file.
    """

    def value(match: re.Match[str]) -> str:
        file = keys / match.group(1)
        if not file.is_file():
            raise DatError(
                f"spec.rpc.endpoints: {url} wants the key {match.group(1)}, "
                f"which the Secret dat-rpc does not hold; add it there"
            )
        return file.read_text().strip()

    return re.sub(r"\$\{([A-Za-z0-9_.-]+)\}", value, url)


def redacted(url: str) -> str:
    """An endpoint's scheme and host: the rest may be a credential."""
    parsed = httpx.URL(url)
    port = f":{parsed.port}" if parsed.port else ""
    return f"{parsed.scheme}://{parsed.host}{port}"
