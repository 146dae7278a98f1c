"""Kopf's lists, made the store's.

Kopf lists a kind at the start, and again whenever its watch has fallen too far behind (HTTP 410), and watches
from the list's version on. So the store takes its list right here: nothing is missed between the two, and
what was deleted unseen is found. It is asked for in pages, the last of which is all that kopf is given.
"""

import asyncio
from collections.abc import Awaitable, Callable

import aiohttp
import structlog

from dat_operator.controller.objects.store import Store

PAGE = 500
"""Objects; as many as kubectl asks for. Nothing else goes on while one is parsed."""
EXPIRED = 410
RETRY_SECONDS = 5
"""Between two attempts at what the API server refuses."""

Send = Callable[[aiohttp.ClientRequest], Awaitable[aiohttp.ClientResponse]]

log = structlog.get_logger()


async def list_all(
    store: Store, kind: str, request: aiohttp.ClientRequest, send: Send
) -> aiohttp.ClientResponse:
    """Put a whole list into the store. Returns the last page, or a refusal, after which kopf asks again."""
    first = request.url = request.url.update_query(limit=PAGE)
    there: set[tuple[str, str]] = set()
    while True:
        response = await send(request)
        if response.status == EXPIRED and request.url != first:
            log.warning("the rest of a list has expired, all of it is asked for again", kind=kind)
            await asyncio.sleep(RETRY_SECONDS)
            request.url, there = first, set()
            continue
        if response.status != 200:
            return response
        token = await _take(store, kind, response, there)
        if not token:
            return response
        request.url = first.update_query({"continue": token})


async def _take(
    store: Store, kind: str, response: aiohttp.ClientResponse, there: set[tuple[str, str]]
) -> str | None:
    """Put a page into the store and its names into ``there``. Returns the next one's token, or nothing."""
    page = await response.json()
    store.put_page(kind, [{"apiVersion": page["apiVersion"], **body} for body in page["items"]])
    there |= {(body["metadata"]["namespace"], body["metadata"]["name"]) for body in page["items"]}
    token: str | None = page["metadata"].get("continue")
    if not token:
        store.end_list(kind, there, int(page["metadata"]["resourceVersion"]))
    return token
