"""Reads the body of an answer within bounds: an endpoint may send without end."""

import asyncio

import httpx

from dat_operator.domain.errors import RpcUnavailable

MAX_BODY_BYTES = 16 * 2**20
"""A page of a thousand signatures with the longest memos has about 7 MB; other answers are below 1 MB."""
MAX_BODY_VALUES = 1_200_000
"""Limit of commas and brackets. A value takes up to 100 bytes in Python: 8 MiB of ``[],`` took 203 MiB."""
BODY_TIMEOUT_SECONDS = 30.0
"""For the whole answer, so that a slow trickle of bytes ends, too."""
UNCOMPRESSED = {"Accept-Encoding": "identity"}
"""A compressed answer could grow to a thousand times its size."""


async def read_whole(http: httpx.AsyncClient, request: httpx.Request, name: str) -> httpx.Response:
    """Send a request, and read the whole answer of the endpoint ``name``.

    Raises RpcUnavailable if the answer is too long or too slow, httpx.HTTPError if there is none.
    """
    try:
        async with asyncio.timeout(BODY_TIMEOUT_SECONDS):
            response = await http.send(request, stream=True)
            try:
                content = await _bounded(response, name)
            finally:
                await response.aclose()
    except TimeoutError:
        raise RpcUnavailable(f"{name}: an answer took more than {BODY_TIMEOUT_SECONDS:.0f} s") from None
    return httpx.Response(response.status_code, headers=response.headers, content=content)


async def _bounded(response: httpx.Response, name: str) -> bytes:
    if response.headers.get("Content-Encoding", "identity") != "identity":
        raise RpcUnavailable(f"{name}: a compressed answer, which was not asked for")
    chunks, left = [], MAX_BODY_BYTES
    async for chunk in response.aiter_bytes():
        left -= len(chunk)
        if left < 0:
            raise RpcUnavailable(f"{name}: an answer of more than {MAX_BODY_BYTES // 2**20} MiB")
        chunks.append(chunk)
    content = b"".join(chunks)
    if sum(content.count(mark) for mark in (b",", b"[", b"{")) > MAX_BODY_VALUES:
        raise RpcUnavailable(f"{name}: an answer of more than {MAX_BODY_VALUES:,} values")
    return content
