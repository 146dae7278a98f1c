"""Applies plans: the writes to the API server."""

import datetime
import time
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import structlog

from dat_operator.controller.objects.drift import drift
from dat_operator.controller.objects.manifests import digest
from dat_operator.controller.objects.observed import STATUS, Body
from dat_operator.controller.objects.ownership import is_owned_by, owner_uid
from dat_operator.controller.objects.store import Store
from dat_operator.controller.objects.writes import Plan
from dat_operator.controller.status.isolation import status_refused
from dat_operator.domain.errors import DatError
from dat_operator.kube import events
from dat_operator.kube.client import Kube
from dat_operator.kube.errors import NAMESPACE_TERMINATING, KubeError
from dat_operator.kube.events import Event

REFUSED = frozenset({400, 403, 422})
"""HTTP statuses of an object that the API server rejects whenever it is sent."""
REJECTED_PAUSE_SECONDS = 60
"""The pause before a rejected object is sent again: a quota or a policy may have changed."""

log = structlog.get_logger()


class NameTaken(DatError):
    """An object of another owner has the name of one of ours."""


@dataclass(frozen=True, slots=True)
class _Refusal:
    digest: str
    message: str
    at: float
    taken: bool = False
    ends_namespace: bool = False

    @property
    def is_fresh(self) -> bool:
        """Whether it is too early to send the object again."""
        return time.monotonic() - self.at < REJECTED_PAUSE_SECONDS


class Applier:
    """Applies the plans of one ecosystem. A rejected object does not hold up others."""

    def __init__(self, kube: Kube, store: Store) -> None:
        self._kube = kube
        self._store = store
        self._refused: dict[str, _Refusal] = {}
        self._not_kept: dict[str, str] = {}
        """Drift that remains after a write, as the digest of the drift, by kind and name."""

    @property
    def refused(self) -> Mapping[str, str]:
        """Why the API server rejected objects of the last plan, by kind and name."""
        return {key: refusal.message for key, refusal in self._refused.items()}

    @property
    def taken(self) -> frozenset[str]:
        """The rejected objects whose names other owners' objects have, by kind and name."""
        return frozenset(key for key, refusal in self._refused.items() if refusal.taken)

    @property
    def namespace_terminating(self) -> bool:
        """Whether the namespace is being deleted and takes no new objects."""
        return any(refusal.ends_namespace for refusal in self._refused.values())

    async def apply(self, plans: Iterable[Plan]) -> None:
        """Write the plans of a pass, each before the next one is taken.

        Raises KubeUnavailable, and KubeError if no object's content is the cause.
        """
        before = self._refused
        # The plans leave out objects whose names are taken: they are sent again after a pause.
        self._refused = {key: old for key, old in before.items() if old.taken and old.is_fresh}
        for plan in plans:
            await self._write(plan, before)

    async def _write(self, plan: Plan, before: Mapping[str, _Refusal]) -> None:
        # Events come first: the status changes below cause them. A retry is safe, as names are deterministic.
        for event in plan.events:
            await self._emit(event)
        for manifest in plan.apply:
            await self._try(manifest, before, partial(self._put, manifest))
        for manifest in plan.create:
            await self._try(manifest, before, partial(self._create, manifest))
        for body in plan.delete:
            await self._try(body, before, partial(self._delete, body))
        for body, finalizers in plan.finalizers:
            await self._try(body, before, partial(self._patch_finalizers, body, finalizers))
        for body, status in plan.statuses:
            await self._try_status(body, status, before)

    async def _emit(self, event: Event) -> None:
        if not await self._is_new(event):
            return
        write = log.warning if event.type == "Warning" else log.info
        write(event.message, reason=event.reason, **_named(event.about))

    async def _is_new(self, event: Event) -> bool:
        """Create the Event. Returns False if it existed. A rejected Event does not hold up other writes."""
        try:
            return await self._kube.create(events.manifest(event, datetime.datetime.now(datetime.UTC)))
        except KubeError as error:
            log.warning("the API server rejected an Event", error=str(error), **_named(event.about))
            return True

    async def _put(self, manifest: Body) -> None:
        """Create an object or patch its drift. Drift that the API server restores is not patched again."""
        meta = manifest["metadata"]
        there = self._store.get(manifest["kind"], meta["namespace"], meta["name"])
        if there is None:
            await self._create(manifest)
            return
        change = change_of(there, manifest)
        key = _key(manifest)
        if not change or self._not_kept.get(key) == digest(change):
            return
        log.info("applying", **_named(manifest))
        with self._store.writing(manifest) as answered:
            answer = await self._kube.patch({**there, "kind": manifest["kind"]}, change)
            answered(answer)
        left = change_of(answer, manifest) if answer else {}
        self._not_kept.pop(key, None)
        if left:
            fields = [f"{part}.{field}" for part, changes in left.items() for field in changes]
            log.warning("the API server changes fields of an object", fields=fields, **_named(manifest))
            self._not_kept[key] = digest(left)

    async def _create(self, manifest: Body) -> None:
        """Create an object. Raises NameTaken if an object of another owner has its name."""
        log.info("creating", **_named(manifest))
        if await self._kube.create(manifest):
            return
        other = await self._kube.find(manifest)
        if other and not _is_ours(other, manifest):
            owners = [f"{o['kind']} {o['name']}" for o in other["metadata"].get("ownerReferences", [])]
            whose = ", ".join(owners) or "another owner"
            remedy = "delete that object, or rename the resource that needs the name"
            raise NameTaken(f"an object of {whose} has this name; {remedy}")

    async def _delete(self, body: Body) -> None:
        log.info("deleting", **_named(body))
        await self._kube.delete(body)

    async def _patch_finalizers(self, body: Body, finalizers: Sequence[str]) -> None:
        with self._store.writing(body) as answered:
            answered(await self._kube.patch_finalizers(body, finalizers))

    async def _try(
        self, manifest: Body, before: Mapping[str, _Refusal], write: Callable[[], Awaitable[Any]]
    ) -> None:
        key = _key(manifest)
        old = before.get(key)
        if old and old.digest == digest(manifest) and old.is_fresh:
            self._refused[key] = old
            return
        if refusal := await self._refusal(manifest, manifest, write):
            self._refused[key] = refusal

    async def _try_status(
        self, body: Body, status: Mapping[str, Any], before: Mapping[str, _Refusal]
    ) -> None:
        """Write a status. If the API server rejects it, the old status reports that."""
        key = _key(body) + STATUS
        # Its digest does not matter: a status holds times.
        if (old := before.get(key)) and old.is_fresh:
            self._refused[key] = old
            return
        refusal = await self._refusal(body, status, partial(self._patch_status, body, status))
        if refusal:
            self._refused[key] = refusal
            instead = status_refused(body, refusal.message, datetime.datetime.now(datetime.UTC))
            if instead != body.get("status", {}):
                await self._refusal(body, instead, partial(self._patch_status, body, instead))

    async def _patch_status(self, body: Body, status: Mapping[str, Any]) -> None:
        with self._store.writing(body) as answered:
            answered(await self._kube.patch_status(body, status))

    async def _refusal(
        self, body: Body, content: Body, write: Callable[[], Awaitable[Any]]
    ) -> _Refusal | None:
        """Do a write. Returns why the API server rejected its content, if it did."""
        try:
            await write()
        except NameTaken as error:
            log.warning("an object of another owner has the name", error=str(error), **_named(body))
            return _Refusal(digest(content), str(error), time.monotonic(), taken=True)
        except KubeError as error:
            if error.status not in REFUSED:
                raise
            log.warning("the API server rejected an object", error=str(error), **_named(body))
            ends = NAMESPACE_TERMINATING in error.causes
            return _Refusal(digest(content), error.message, time.monotonic(), ends_namespace=ends)
        return None


def change_of(there: Body, manifest: Body) -> Mapping[str, Any]:
    """The merge patch from an object to its manifest. Fields of a Job that the manifest lacks stay."""
    if manifest["kind"] != "Job":
        return drift(there, manifest)
    new = {key: value for key, value in manifest["spec"].items() if there["spec"].get(key) != value}
    return {"spec": new} if new else {}


def _is_ours(other: Body, manifest: Body) -> bool:
    """Whether the object of this name is ours: an earlier create of it succeeded."""
    if manifest["kind"] == "DATCycle":
        return bool(other["spec"]["ecosystemRef"] == manifest["spec"]["ecosystemRef"])
    labels, ours = other["metadata"].get("labels", {}), manifest["metadata"]["labels"]
    marked = all(labels.get(key) == value for key, value in ours.items())
    return marked and is_owned_by(other, owner_uid(manifest))


def _key(body: Body) -> str:
    return f"{body['kind']} {body['metadata']['name']}"


def _named(body: Body) -> dict[str, str]:
    """Kind and name of an object, for a log line."""
    return {"kind": body["kind"], "name": body["metadata"]["name"]}
