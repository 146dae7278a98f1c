"""Carries plans out."""

import datetime
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

import structlog

from dat_operator.controller.plan import Plan
from dat_operator.controller.render import digest
from dat_operator.controller.store import Store
from dat_operator.kube import events
from dat_operator.kube.client import Kube, KubeError
from dat_operator.kube.events import Event

REFUSED = frozenset({400, 403, 422})
"""What the API server says to an object that it will not have, however often it is asked."""
RETRY_SECONDS = 60
"""Something else may have changed: a quota, a policy."""

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class _Refusal:
    digest: str
    message: str
    at: float


class Applier:
    """Writes for one ecosystem; an object that is refused costs no other its turn."""

    def __init__(self, kube: Kube, store: Store) -> None:
        self._kube = kube
        self._store = store
        self._refused: dict[str, _Refusal] = {}

    @property
    def refused(self) -> Mapping[str, str]:
        """What the API server has said to objects of the last plan that it refused, by kind and name."""
        return {what: refusal.message for what, refusal in self._refused.items()}

    async def apply(self, plan: Plan) -> None:
        """Write a plan. Raises KubeUnavailable, or KubeError for what is not about an object's content."""
        before, self._refused = self._refused, {}
        # First: they follow from statuses that are about to change. Told again by the same names, if need be.
        for event in plan.events:
            await self._tell(event)
        for manifest in plan.apply:
            await self._try("applying", manifest, before, self._put)
        for manifest in plan.create:
            await self._try("creating", manifest, before, self._kube.create)
        for body in plan.delete:
            log.info("deleting", **_named(body))
            await self._kube.delete(body)
        for body, finalizers in plan.finalizers:
            with self._store.writing(body) as answered:
                answered(await self._kube.patch_finalizers(body, finalizers))
        for body, status in plan.statuses:
            with self._store.writing(body) as answered:
                answered(await self._kube.patch_status(body, status))

    async def _tell(self, event: Event) -> None:
        if not await self._told(event):
            return
        say = log.warning if event.type == "Warning" else log.info
        say(event.message, reason=event.reason, **_named(event.about))

    async def _told(self, event: Event) -> bool:
        """Whether it was not told before; what the API server will not hear holds nothing else up."""
        try:
            return await self._kube.create(events.manifest(event, datetime.datetime.now(datetime.UTC)))
        except KubeError as error:
            log.warning("an Event was refused", error=str(error), **_named(event.about))
            return True

    async def _put(self, manifest: Mapping[str, Any]) -> None:
        with self._store.writing(manifest) as answered:
            answered(await self._kube.apply(manifest))

    async def _try(
        self,
        doing: str,
        manifest: Mapping[str, Any],
        before: Mapping[str, _Refusal],
        write: Callable[[Mapping[str, Any]], Awaitable[Any]],
    ) -> None:
        what, now = f"{manifest['kind']} {manifest['metadata']['name']}", time.monotonic()
        old = before.get(what)
        if old and old.digest == digest(manifest) and now - old.at < RETRY_SECONDS:
            self._refused[what] = old
            return
        log.info(doing, **_named(manifest))
        try:
            await write(manifest)
        except KubeError as error:
            if error.status not in REFUSED:
                raise
            log.warning("refused by the API server", error=str(error), **_named(manifest))
            self._refused[what] = _Refusal(digest(manifest), error.message, now)


def _named(body: Mapping[str, Any]) -> dict[str, str]:
    """The object that a log line is about."""
    return {"kind": body["kind"], "name": body["metadata"]["name"]}
