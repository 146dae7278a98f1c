"""Conditions by the Kubernetes API conventions and kstatus."""

import datetime
from collections.abc import Mapping
from typing import Any

Conditions = list[dict[str, Any]]


def timestamp(moment: datetime.datetime) -> str:
    """A moment as Kubernetes writes it."""
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


class ConditionSet:
    """The conditions an object will have; a transition time moves only with the status."""

    def __init__(self, body: Mapping[str, Any], now: datetime.datetime) -> None:
        self._old = {c["type"]: c for c in body.get("status", {}).get("conditions", [])}
        self._generation = int(body["metadata"].get("generation", 0))
        self._now = timestamp(now)
        self._new: dict[str, dict[str, Any]] = {}

    def set(self, kind: str, status: bool | None, reason: str, message: str) -> None:
        """Set one condition; None is Unknown."""
        text = "Unknown" if status is None else str(status)
        old = self._old.get(kind)
        kept = old is not None and old["status"] == text
        self._new[kind] = {
            "type": kind,
            "status": text,
            "reason": reason,
            "message": message[:1024],
            "observedGeneration": self._generation,
            "lastTransitionTime": old["lastTransitionTime"] if old and kept else self._now,
        }

    def keep(self, kind: str) -> None:
        """Leave a condition as it is, when nothing new is known about it."""
        if kind in self._old:
            self._new[kind] = dict(self._old[kind])

    def keep_all(self) -> bool:
        """Leave everything as it is; False if there is nothing yet."""
        self._new = {kind: dict(condition) for kind, condition in self._old.items()}
        return bool(self._new)

    def is_true(self, kind: str) -> bool:
        """Whether a condition that has been set is True."""
        return self._new.get(kind, {}).get("status") == "True"

    def all(self) -> Conditions:
        """The conditions, Ready first, then by name."""
        return sorted(self._new.values(), key=lambda c: (c["type"] != "Ready", c["type"]))
