"""Carries plans out."""

import datetime
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
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
"""What the API server says to an object that it will not have, however often it is asked."""
RETRY_SECONDS = 60
"""Something else may have changed: a quota, a policy."""

log = structlog.get_logger()


class NameTaken(DatError):
    """An object of somebody else has the name of one of ours."""


@dataclass(frozen=True, slots=True)
class _Refusal:
    digest: str
    message: str
    at: float
    taken: bool = False
    ends_namespace: bool = False

    @property
    def is_fresh(self) -> bool:
        """Whether it is too early to try again."""
        return time.monotonic() - self.at < RETRY_SECONDS


class Applier:
    """Writes for one ecosystem; an object that is refused costs no other its turn."""

    def __init__(self, kube: Kube, store: Store) -> None:
        self._kube = kube
        self._store = store
        self._refused: dict[str, _Refusal] = {}
        self._not_kept: dict[str, str] = {}
        """What the API server makes of objects, other than we want: the drift's digest, by kind and name."""

    @property
    def refused(self) -> Mapping[str, str]:
        """What the API server has said to objects of the last plan that it refused, by kind and name."""
        return {what: refusal.message for what, refusal in self._refused.items()}

    @property
    def taken(self) -> frozenset[str]:
        """Those of the refused whose names are others'."""
        return frozenset(what for what, refusal in self._refused.items() if refusal.taken)

    @property
    def namespace_goes(self) -> bool:
        """Whether the namespace takes no new objects any more."""
        return any(refusal.ends_namespace for refusal in self._refused.values())

    async def apply(self, plan: Plan) -> None:
        """Write a plan. Raises KubeUnavailable, or KubeError for what is not about an object's content."""
        before = self._refused
        # The plan leaves out what has another's name: it is tried again after a while.
        self._refused = {what: old for what, old in before.items() if old.taken and old.is_fresh}
        # First: they follow from statuses that are about to change. Told again by the same names, if need be.
        for event in plan.events:
            await self._tell(event)
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

    async def _put(self, manifest: Body) -> None:
        """Make an object what it should be. Whatever else the API server makes of it, it is not fought."""
        meta = manifest["metadata"]
        there = self._store.get(manifest["kind"], meta["namespace"], meta["name"])
        if there is None:
            await self._create(manifest)
            return
        change = change_of(there, manifest)
        what = _what(manifest)
        if not change or self._not_kept.get(what) == digest(change):
            return
        log.info("applying", **_named(manifest))
        with self._store.writing(manifest) as answered:
            answer = await self._kube.patch({**there, "kind": manifest["kind"]}, change)
            answered(answer)
        left = change_of(answer, manifest) if answer else {}
        self._not_kept.pop(what, None)
        if left:
            fields = [f"{part}.{field}" for part, changes in left.items() for field in changes]
            log.warning(
                "the API server makes an object otherwise than wanted", fields=fields, **_named(manifest)
            )
            self._not_kept[what] = digest(left)

    async def _create(self, manifest: Body) -> None:
        """Create an object. Raises NameTaken if another one, of somebody else, has its name."""
        log.info("creating", **_named(manifest))
        if await self._kube.create(manifest):
            return
        other = await self._kube.find(manifest)
        if other and not _is_ours(other, manifest):
            owners = [f"{o['kind']} {o['name']}" for o in other["metadata"].get("ownerReferences", [])]
            whose = f"of {', '.join(owners)}" if owners else "of somebody else"
            raise NameTaken(
                f"an object {whose} has this name; delete that one, or rename what needs the name"
            )

    async def _delete(self, body: Body) -> None:
        log.info("deleting", **_named(body))
        await self._kube.delete(body)

    async def _patch_finalizers(self, body: Body, finalizers: Sequence[str]) -> None:
        with self._store.writing(body) as answered:
            answered(await self._kube.patch_finalizers(body, finalizers))

    async def _try(
        self, manifest: Body, before: Mapping[str, _Refusal], write: Callable[[], Awaitable[Any]]
    ) -> None:
        what = _what(manifest)
        old = before.get(what)
        if old and old.digest == digest(manifest) and old.is_fresh:
            self._refused[what] = old
            return
        if refusal := await self._refusal(manifest, manifest, write):
            self._refused[what] = refusal

    async def _try_status(
        self, body: Body, status: Mapping[str, Any], before: Mapping[str, _Refusal]
    ) -> None:
        """Write a status; one that is refused costs no other its turn, and its object says so."""
        what = _what(body) + STATUS
        # Whatever it says by now: it holds times.
        if (old := before.get(what)) and old.is_fresh:
            self._refused[what] = old
            return
        refusal = await self._refusal(body, status, partial(self._patch_status, body, status))
        if refusal:
            self._refused[what] = refusal
            instead = status_refused(body, refusal.message, datetime.datetime.now(datetime.UTC))
            if instead != body.get("status", {}):
                await self._refusal(body, instead, partial(self._patch_status, body, instead))

    async def _patch_status(self, body: Body, status: Mapping[str, Any]) -> None:
        with self._store.writing(body) as answered:
            answered(await self._kube.patch_status(body, status))

    async def _refusal(
        self, body: Body, content: Body, write: Callable[[], Awaitable[Any]]
    ) -> _Refusal | None:
        """Do a write. Returns what the API server has against its content."""
        try:
            await write()
        except NameTaken as error:
            log.warning("the name of an object is taken", error=str(error), **_named(body))
            return _Refusal(digest(content), str(error), time.monotonic(), taken=True)
        except KubeError as error:
            if error.status not in REFUSED:
                raise
            log.warning("refused by the API server", error=str(error), **_named(body))
            goes = NAMESPACE_TERMINATING in error.causes
            return _Refusal(digest(content), error.message, time.monotonic(), ends_namespace=goes)
        return None


def change_of(there: Body, manifest: Body) -> Mapping[str, Any]:
    """The merge patch of an object that is there; of a Job, all of which else stays, what it says."""
    if manifest["kind"] != "Job":
        return drift(there, manifest)
    new = {key: value for key, value in manifest["spec"].items() if there["spec"].get(key) != value}
    return {"spec": new} if new else {}


def _is_ours(other: Body, manifest: Body) -> bool:
    """Whether what has our object's name is what we meant to make, or something like it."""
    if manifest["kind"] == "DATCycle":
        return bool(other["spec"]["ecosystemRef"] == manifest["spec"]["ecosystemRef"])
    labels, ours = other["metadata"].get("labels", {}), manifest["metadata"]["labels"]
    marked = all(labels.get(key) == value for key, value in ours.items())
    return marked and is_owned_by(other, owner_uid(manifest))


def _what(body: Body) -> str:
    return f"{body['kind']} {body['metadata']['name']}"


def _named(body: Body) -> dict[str, str]:
    """The object that a log line is about."""
    return {"kind": body["kind"], "name": body["metadata"]["name"]}
