"""The objects as the watches have last shown them."""

import sys
from collections.abc import Callable
from typing import Any

from dat_operator.controller.observed import Body
from dat_operator.controller.render import ECOSYSTEM_LABEL

Key = tuple[str, str]
"""Namespace and name of an ecosystem."""


OURS = ("DATEcosystem", "DATToken", "DATCycle")
"""Kinds that somebody waits for an answer to, be the ecosystem there or not."""


class Store:
    """Objects by kind, ecosystem and name; tells ``wake`` which ecosystem a change concerns."""

    def __init__(self, wake: Callable[[Key], None]) -> None:
        self._objects: dict[tuple[str, Key], dict[str, Body]] = {}
        self._ecosystems: dict[tuple[str, str, str], Key] = {}
        """Of every object by kind, namespace and name."""
        self._wake = wake

    def put(self, kind: str, body: Body, *, deleted: bool = False) -> None:
        """Take over what a watch or an answer shows; what is no ecosystem's is not kept."""
        meta = body["metadata"]
        known = self.get(kind, meta["namespace"], meta["name"])
        if known and not deleted and known["metadata"]["resourceVersion"] == meta["resourceVersion"]:
            return
        concerned = concerned_ecosystem(kind, body)
        self._forget(kind, meta["namespace"], meta["name"])
        if concerned and not deleted:
            self._ecosystems[kind, meta["namespace"], meta["name"]] = concerned
            self._objects.setdefault((kind, concerned), {})[meta["name"]] = _lean(kind, body)
        if concerned:
            self._wake(concerned)

    def get(self, kind: str, namespace: str, name: str) -> Body | None:
        """One object."""
        key = self._ecosystems.get((kind, namespace, name))
        return self._objects[kind, key][name] if key else None

    def ecosystems(self) -> set[Key]:
        """All that are there, or that a token or a DATCycle refers to."""
        return {key for kind, key in self._objects if kind in OURS}

    def concerns_anything(self, key: Key) -> bool:
        """Whether an ecosystem is there, or a token or a DATCycle refers to it."""
        return any((kind, key) in self._objects for kind in OURS)

    def of_ecosystem(self, kind: str, key: Key) -> tuple[Body, ...]:
        """All objects of a kind that concern an ecosystem, by name."""
        return tuple(body for _, body in sorted(self._objects.get((kind, key), {}).items()))

    def _forget(self, kind: str, namespace: str, name: str) -> None:
        if key := self._ecosystems.pop((kind, namespace, name), None):
            del self._objects[kind, key][name]
            if not self._objects[kind, key]:
                del self._objects[kind, key]


def _lean(kind: str, body: Body) -> Body:
    """The object without what is only for the API server; equal texts are one: it is kept in memory."""
    metadata = {key: value for key, value in body["metadata"].items() if key != "managedFields"}
    lean: Body = _shared({**body, "kind": kind, "metadata": metadata})
    return lean


def _shared(value: Any) -> Any:
    if isinstance(value, dict):
        return {sys.intern(key): _shared(part) for key, part in value.items()}
    if isinstance(value, list):
        return [_shared(part) for part in value]
    return sys.intern(value) if isinstance(value, str) else value


def concerned_ecosystem(kind: str, body: Any) -> Key | None:
    """The ecosystem that an object belongs to."""
    meta = body["metadata"]
    name = {
        "DATEcosystem": lambda: meta["name"],
        "DATToken": lambda: body["spec"]["ecosystemRef"]["name"],
        "DATCycle": lambda: body["spec"]["ecosystemRef"]["name"],
    }.get(kind, lambda: meta.get("labels", {}).get(ECOSYSTEM_LABEL))()
    return (meta["namespace"], name) if name else None
