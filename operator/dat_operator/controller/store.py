"""The objects as the watches have last shown them."""

from collections.abc import Callable, Iterable
from typing import Any

from dat_operator.controller.observed import Body
from dat_operator.controller.render import ECOSYSTEM_LABEL

Key = tuple[str, str]
"""Namespace and name of an ecosystem."""


class Store:
    """Objects by kind and name; tells ``wake`` which ecosystem a change concerns."""

    def __init__(self, wake: Callable[[Key], None]) -> None:
        self._objects: dict[str, dict[Key, Body]] = {}
        self._wake = wake

    def put(self, kind: str, body: Body, *, deleted: bool = False) -> None:
        """Take over what a watch shows; what is no ecosystem's is not kept."""
        meta = body["metadata"]
        key = (meta["namespace"], meta["name"])
        concerned = concerned_ecosystem(kind, body)
        if deleted or concerned is None:
            self._objects.get(kind, {}).pop(key, None)
        else:
            self._objects.setdefault(kind, {})[key] = body
        if concerned:
            self._wake(concerned)

    def get(self, kind: str, namespace: str, name: str) -> Body | None:
        """One object."""
        return self._objects.get(kind, {}).get((namespace, name))

    def ecosystems(self) -> set[Key]:
        """All that are there, or that a token refers to."""
        kinds = ("DATEcosystem", "DATToken")
        bodies = [(kind, body) for kind in kinds for body in self._objects.get(kind, {}).values()]
        return {key for kind, body in bodies if (key := concerned_ecosystem(kind, body))}

    def concerns_anything(self, key: Key) -> bool:
        """Whether an ecosystem is there, or a token refers to it."""
        return self.get("DATEcosystem", *key) is not None or bool(self.of_ecosystem("DATToken", key))

    def of_ecosystem(self, kind: str, key: Key) -> tuple[Body, ...]:
        """All objects of a kind that concern an ecosystem, by name."""
        found: Iterable[Body] = self._objects.get(kind, {}).values()
        return tuple(
            sorted(
                (body for body in found if concerned_ecosystem(kind, body) == key),
                key=lambda body: str(body["metadata"]["name"]),
            )
        )


def concerned_ecosystem(kind: str, body: Any) -> Key | None:
    """The ecosystem that an object belongs to."""
    meta = body["metadata"]
    name = {
        "DATEcosystem": lambda: meta["name"],
        "DATToken": lambda: body["spec"]["ecosystemRef"]["name"],
        "DATCycle": lambda: body["spec"]["ecosystemRef"]["name"],
    }.get(kind, lambda: meta.get("labels", {}).get(ECOSYSTEM_LABEL))()
    return (meta["namespace"], name) if name else None
