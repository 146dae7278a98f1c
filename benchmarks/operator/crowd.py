"""Creates and watches many objects at a time."""

import asyncio
import contextlib
import json
from collections.abc import Awaitable, Callable, Iterable
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import aiohttp

from tests.support.cluster.api_server import PATHS, Body, tls

AT_ONCE = 50
"""The number of requests at a time."""
PATIENCE = 300
"""The most seconds until all tokens are Ready, and for a restart."""


class Crowd:
    """One namespace, as the cluster's administrator."""

    def __init__(self, kubeconfig: Path, namespace: str) -> None:
        server, context = tls(kubeconfig)
        self._namespace = namespace
        connector = aiohttp.TCPConnector(limit=0, ssl=context)
        self._http = aiohttp.ClientSession(server, connector=connector)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._http.close()

    async def create(self, body: Body) -> Body:
        """Create an object; returns it as the API server has it."""
        return await self._ask("POST", self._path(body["kind"]), json=body)

    async def patch_status(self, kind: str, name: str, status: Body) -> None:
        """Merge a whole status."""
        headers = {"Content-Type": "application/merge-patch+json"}
        await self._ask(
            "PATCH", f"{self._path(kind)}/{name}/status", json={"status": status}, headers=headers
        )

    async def list(self, kind: str) -> list[Body]:
        """All objects of a kind."""
        found: list[Body] = (await self._ask("GET", self._path(kind)))["items"]
        return found

    async def until_ready(self, kind: str) -> None:
        """Wait until all objects of a kind are Ready."""
        waiting: set[str] | None = None
        async with asyncio.timeout(PATIENCE):
            while waiting is None or waiting:
                listed = await self._ask("GET", self._path(kind))
                waiting = {_name(body) for body in listed["items"] if not _is_ready(body)}
                # The API server cuts off the watch of a client that is too slow for it.
                with contextlib.suppress(aiohttp.ClientPayloadError):
                    await self._watch(kind, listed["metadata"]["resourceVersion"], waiting)

    async def _watch(self, kind: str, since: str, waiting: set[str]) -> None:
        params = {"watch": "true", "resourceVersion": since}
        async with self._http.get(self._path(kind), params=params) as stream:
            while waiting and (line := await stream.content.readline()):
                body = json.loads(line)["object"]
                if _is_ready(body):
                    waiting.discard(_name(body))

    async def _ask(self, method: str, path: str, **request: Any) -> Body:
        async with self._http.request(method, path, **request) as answer:
            body: Body = await answer.json()
        assert answer.status < 400, body.get("message")
        return body

    def _path(self, kind: str) -> str:
        return PATHS[kind].format(self._namespace)


def _name(body: Body) -> str:
    return str(body["metadata"]["name"])


def _is_ready(body: Body) -> bool:
    conditions = body.get("status", {}).get("conditions", [])
    return any(c["type"] == "Ready" and c["status"] == "True" for c in conditions)


async def all_of(work: Callable[[Any], Awaitable[object]], items: Iterable[Any]) -> None:
    """Do the work for every item, ``AT_ONCE`` at a time."""
    left = iter(items)

    async def one_after_the_other() -> None:
        for item in left:
            await work(item)

    async with asyncio.TaskGroup() as group:
        for _ in range(AT_ONCE):
            group.create_task(one_after_the_other())
