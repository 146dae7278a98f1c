"""Puts the lists of kopf into the store.

Kopf lists a kind at the start, and again whenever its watch has fallen too far behind (HTTP 410). Then kopf
watches from the version of the list. The store takes the same list, so it misses no change between list and
watch, and it finds deletions that no watch has reported. The list comes in pages. Kopf gets the last page
only.
"""

import asyncio
from collections.abc import Awaitable, Callable

import aiohttp
import structlog

from dat_operator.controller.objects.store import Store

PAGE_SIZE = 500
"""Objects of one page, as in kubectl. Parsing a page blocks the event loop."""
EXPIRED = 410
API_RETRY_SECONDS = 5
"""Pause after an answer by which the API server refuses a list or a watch."""

Send = Callable[[aiohttp.ClientRequest], Awaitable[aiohttp.ClientResponse]]

log = structlog.get_logger()


async def list_all(
    store: Store, kind: str, request: aiohttp.ClientRequest, send: Send
) -> aiohttp.ClientResponse:
    """Put a whole list into the store. Returns the last page, or the refusal. Kopf repeats a refused list."""
    first = request.url = request.url.update_query(limit=PAGE_SIZE)
    present: set[tuple[str, str]] = set()
    while True:
        response = await send(request)
        if response.status == EXPIRED and request.url != first:
            log.warning("the continue token of a list has expired, listing again", kind=kind)
            await asyncio.sleep(API_RETRY_SECONDS)
            request.url, present = first, set()
            continue
        if response.status != 200:
            return response
        token = await _take(store, kind, response, present)
        if not token:
            return response
        request.url = first.update_query({"continue": token})


async def _take(
    store: Store, kind: str, response: aiohttp.ClientResponse, present: set[tuple[str, str]]
) -> str | None:
    """Put a page into the store, and its names into ``present``. Returns the next page's token, if any."""
    page = await response.json()
    store.put_page(kind, [{"apiVersion": page["apiVersion"], **body} for body in page["items"]])
    present |= {(body["metadata"]["namespace"], body["metadata"]["name"]) for body in page["items"]}
    token: str | None = page["metadata"].get("continue")
    if not token:
        store.end_list(kind, present, int(page["metadata"]["resourceVersion"]))
    return token
