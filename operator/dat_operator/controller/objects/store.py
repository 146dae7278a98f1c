"""The objects as the API server has last shown them, in lists, by watches and in its answers to our writes.

These overtake each other, so the version decides: of one resource, the greater resourceVersion is the newer
(so says Kubernetes since 1.35, KEP-5504; with etcd it was never otherwise).

- A list tells of everything up to its own version. What it has not is gone, unless it is newer; what comes
  after it and is not newer is old.
- An answer to a write tells of one object, and wakes nobody: the plan has meant it. An object that is not
  known is left to its watch, since it may be gone again.
- A watch tells of everybody's writes. Ours is known by its version from the answer, which the object's events
  wait for. An event that is older than what is known was somebody else's write before ours, so it wakes.
"""

import sys
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from functools import lru_cache
from typing import Any

from dat_operator.controller.objects.manifests import ECOSYSTEM_LABEL
from dat_operator.controller.objects.observed import Body

Key = tuple[str, str]
"""Namespace and name of an ecosystem."""
Name = tuple[str, str, str]
"""An object's kind, namespace and name."""

OURS = ("DATEcosystem", "DATToken", "DATCycle")
"""Kinds that somebody waits for an answer to, be the ecosystem there or not."""


class Store:
    """Objects by kind, ecosystem and name; tells ``wake`` which ecosystem a change concerns."""

    def __init__(self, wake: Callable[[Key], None]) -> None:
        self._objects: dict[tuple[str, Key], dict[str, Body]] = {}
        self._ecosystems: dict[Name, Key] = {}
        """Of every object."""
        self._listed: dict[str, int] = {}
        """The version of each kind's last list."""
        self._written: dict[Name, list[Callable[[], None]]] = {}
        """Of objects that are being written: the events that wait for the answer."""
        self._wake = wake

    def put(self, kind: str, body: Body, *, deleted: bool = False) -> None:
        """Take over what a watch shows; what is no ecosystem's is not kept."""
        name = _name(kind, body)
        if (waiting := self._written.get(name)) is not None:
            waiting.append(lambda: self.put(kind, body, deleted=deleted))
            return
        version, known = _version(body), self._known_version(name)
        if version <= self._listed.get(kind, 0) or (version == known and not deleted):
            return
        if version >= known:
            self._keep(kind, body, deleted=deleted)
        if concerned := concerned_ecosystem(kind, body):
            self._wake(concerned)

    @contextmanager
    def writing(self, body: Body) -> Iterator[Callable[[Body | None], None]]:
        """While an object is written: a function that takes the answer, None if the object is gone."""
        name = _name(body["kind"], body)
        waiting = self._written[name] = []

        def answered(answer: Body | None) -> None:
            if answer and 0 < self._known_version(name) < _version(answer):
                self._keep(name[0], answer)

        try:
            yield answered
        finally:
            del self._written[name]
            for event in waiting:
                event()

    def put_page(self, kind: str, page: Collection[Body]) -> None:
        """Take over what a list shows, or a part of it."""
        for body in page:
            if self._known_version(_name(kind, body)) < _version(body):
                self._keep(kind, body)
                if concerned := concerned_ecosystem(kind, body):
                    self._wake(concerned)

    def end_list(self, kind: str, there: Collection[tuple[str, str]], version: int) -> None:
        """A list of this version has shown all that is there, by namespace and name: forget what is not."""
        self._listed[kind] = version
        for name, concerned in list(self._ecosystems.items()):
            if name[0] == kind and name[1:] not in there and _version(self._body(name)) <= version:
                self._forget(name)
                self._wake(concerned)

    def is_listed(self, kind: str) -> bool:
        """Whether all objects of a kind have been shown."""
        return kind in self._listed

    def get(self, kind: str, namespace: str, name: str) -> Body | None:
        """One object."""
        found = (kind, namespace, name)
        return self._body(found) if found in self._ecosystems else None

    def ecosystems(self) -> set[Key]:
        """All that are there, or that a token or a DATCycle refers to."""
        return {key for kind, key in self._objects if kind in OURS}

    def concerns_anything(self, key: Key) -> bool:
        """Whether an ecosystem is there, or a token or a DATCycle refers to it."""
        return any((kind, key) in self._objects for kind in OURS)

    def of_ecosystem(self, kind: str, key: Key) -> tuple[Body, ...]:
        """All objects of a kind that concern an ecosystem, by name."""
        return tuple(body for _, body in sorted(self._objects.get((kind, key), {}).items()))

    def _body(self, name: Name) -> Body:
        return self._objects[name[0], self._ecosystems[name]][name[2]]

    def _known_version(self, name: Name) -> int:
        """0 if it is not known."""
        return _version(self._body(name)) if name in self._ecosystems else 0

    def _keep(self, kind: str, body: Body, *, deleted: bool = False) -> None:
        name, concerned = _name(kind, body), concerned_ecosystem(kind, body)
        self._forget(name)
        if concerned and not deleted:
            self._ecosystems[name] = concerned
            self._objects.setdefault((kind, concerned), {})[name[2]] = _lean(kind, body)

    def _forget(self, name: Name) -> None:
        if key := self._ecosystems.pop(name, None):
            kind = name[0]
            del self._objects[kind, key][name[2]]
            if not self._objects[kind, key]:
                del self._objects[kind, key]


def _name(kind: str, body: Body) -> Name:
    return kind, body["metadata"]["namespace"], body["metadata"]["name"]


def _version(body: Body) -> int:
    return int(body["metadata"]["resourceVersion"])


def _lean(kind: str, body: Body) -> Body:
    """The object without what is only for the API server; it is kept, so what is equal is one."""
    metadata = {key: value for key, value in body["metadata"].items() if key != "managedFields"}
    lean: Body = _shared({**body, "kind": kind, "metadata": metadata})
    return lean


def _shared(value: Any) -> Any:
    if isinstance(value, dict):
        parts = {sys.intern(key): _shared(part) for key, part in value.items()}
        return _condition(*parts.items()) if "lastTransitionTime" in parts else parts
    if isinstance(value, list):
        return [_shared(part) for part in value]
    return sys.intern(value) if isinstance(value, str) else value


@lru_cache(10_000)
def _condition(*items: tuple[str, Any]) -> Body:
    """More than half of a token's size; those of an ecosystem's tokens turn together for the most part."""
    return dict(items)


def concerned_ecosystem(kind: str, body: Any) -> Key | None:
    """The ecosystem that an object belongs to."""
    meta = body["metadata"]
    name = {
        "DATEcosystem": lambda: meta["name"],
        "DATToken": lambda: body["spec"]["ecosystemRef"]["name"],
        "DATCycle": lambda: body["spec"]["ecosystemRef"]["name"],
    }.get(kind, lambda: meta.get("labels", {}).get(ECOSYSTEM_LABEL))()
    return (meta["namespace"], name) if name else None
