"""The latest objects of the API server, from its lists, its watches and its answers to our writes.

Lists, events and answers arrive in any order, so the version decides: within a resource, the object with the
greater resourceVersion is newer. Kubernetes guarantees this order since 1.35 (KEP-5504); etcd always had it.

- A list shows all objects up to its own version. If the list lacks an object, the object is deleted, unless
  our copy is newer. If a later event is not newer than the list, it is ignored.
- The answer to a write shows one object and wakes no worker: the plan intended the change. An answer about an
  unknown object is dropped, since the object may be deleted again; its watch will show it.
- A watch shows the writes of everybody. Events of an object that is being written wait for the answer, whose
  version identifies our own write. An older event is an earlier change by others: it wakes the worker.
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
"""Kinds that get a status even if their ecosystem does not exist."""


class Store:
    """Objects by kind, ecosystem and name. Calls ``wake`` with the ecosystem that a change concerns."""

    def __init__(self, wake: Callable[[Key], None]) -> None:
        self._objects: dict[tuple[str, Key], dict[str, Body]] = {}
        self._ecosystems: dict[Name, Key] = {}
        """The ecosystem of every object."""
        self._listed: dict[str, int] = {}
        """The version of the last list, by kind."""
        self._written: dict[Name, list[Callable[[], None]]] = {}
        """The events that wait for the answer to a write, by the object that is being written."""
        self._wake = wake

    def put(self, kind: str, body: Body, *, deleted: bool = False) -> None:
        """Take an event of a watch. Objects without an ecosystem are dropped."""
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
        """Hold an object's events during a write. Yields a function for the answer; None: it is deleted."""
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
        """Take a list, or a page of it."""
        for body in page:
            if self._known_version(_name(kind, body)) < _version(body):
                self._keep(kind, body)
                if concerned := concerned_ecosystem(kind, body):
                    self._wake(concerned)

    def end_list(self, kind: str, there: Collection[tuple[str, str]], version: int) -> None:
        """Forget the objects that a list of this version did not show. ``there``: namespaces and names."""
        self._listed[kind] = version
        for name, concerned in list(self._ecosystems.items()):
            if name[0] == kind and name[1:] not in there and _version(self._body(name)) <= version:
                self._forget(name)
                self._wake(concerned)

    def is_listed(self, kind: str) -> bool:
        """Whether a list of the kind is complete."""
        return kind in self._listed

    def get(self, kind: str, namespace: str, name: str) -> Body | None:
        """One object."""
        found = (kind, namespace, name)
        return self._body(found) if found in self._ecosystems else None

    def ecosystems(self) -> set[Key]:
        """All ecosystems that exist, or that a token or a DATCycle refers to."""
        return {key for kind, key in self._objects if kind in OURS}

    def concerns_anything(self, key: Key) -> bool:
        """Whether an ecosystem exists, or a token or a DATCycle refers to it."""
        return any((kind, key) in self._objects for kind in OURS)

    def of_ecosystem(self, kind: str, key: Key) -> tuple[Body, ...]:
        """All objects of a kind that concern an ecosystem, by name."""
        return tuple(body for _, body in sorted(self._objects.get((kind, key), {}).items()))

    def _body(self, name: Name) -> Body:
        return self._objects[name[0], self._ecosystems[name]][name[2]]

    def _known_version(self, name: Name) -> int:
        """The version of our copy; 0 without one."""
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
    """The object without managedFields. Equal parts of objects share memory."""
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
    """Conditions take more than half of a token's memory, and most tokens of an ecosystem have equal ones."""
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
