"""Conditions by the Kubernetes API conventions and kstatus."""

import datetime
from collections.abc import Mapping
from typing import Any

from dat_operator.domain.timestamp import timestamp

Conditions = list[dict[str, Any]]
NEVER_COPIED = frozenset({"conditions", "observedGeneration", "nextScheduleTime"})
"""The fields that a status never copies from the old status."""


def copied_fields(old: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields that a status copies from the old status until newer values are known."""
    return {key: value for key, value in old.items() if key not in NEVER_COPIED}


class ConditionSet:
    """The new conditions of an object; a transition time changes only with its condition's status."""

    def __init__(self, body: Mapping[str, Any], now: datetime.datetime) -> None:
        self._old = {c["type"]: c for c in body.get("status", {}).get("conditions", [])}
        self._generation = int(body["metadata"].get("generation", 0))
        self._now = timestamp(now)
        self._new: dict[str, dict[str, Any]] = {}

    def since(self, kind: str, status: bool | None) -> str:
        """Return the transition time for this status: now, unless the condition has the status already."""
        old = self._old.get(kind)
        return str(old["lastTransitionTime"]) if old and old["status"] == _text(status) else self._now

    def set(self, kind: str, status: bool | None, reason: str, message: str) -> None:
        """Set one condition; None is Unknown."""
        self._new[kind] = {
            "type": kind,
            "status": _text(status),
            "reason": reason,
            "message": message[:1024],
            "observedGeneration": self._generation,
            "lastTransitionTime": self.since(kind, status),
        }

    def keep(self, kind: str) -> bool:
        """Keep a condition unchanged because nothing new is known; False if the object has none yet."""
        if kind in self._old:
            self._new[kind] = dict(self._old[kind])
        return kind in self._old

    def keep_all(self) -> bool:
        """Keep all conditions unchanged; False if the object has none yet."""
        self._new = {kind: dict(condition) for kind, condition in self._old.items()}
        return bool(self._new)

    def all(self) -> Conditions:
        """Return the conditions: Ready first, then by name."""
        return sorted(self._new.values(), key=lambda c: (c["type"] != "Ready", c["type"]))


def _text(status: bool | None) -> str:
    return "Unknown" if status is None else str(status)
