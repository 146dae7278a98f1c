"""Kubernetes Events, as `kubectl describe` shows them."""

import datetime
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from dat_operator.domain.timestamp import timestamp

LONGEST_MESSAGE = 1_024
"""Characters. The API server refuses a longer message."""


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened to an object."""

    about: Mapping[str, Any]
    type: Literal["Normal", "Warning"]
    reason: str
    message: str
    cause: str | None = None
    """Identity of the cause, so that one cause makes one Event. Default: the object's resourceVersion."""


def manifest(event: Event, now: datetime.datetime) -> dict[str, Any]:
    """The Event object to create."""
    meta = event.about["metadata"]
    # The name is deterministic, so a retry creates no duplicate.
    cause = event.cause or meta.get("resourceVersion")
    identity = (meta["uid"], cause, event.reason, event.message)
    digest = hashlib.sha256(repr(identity).encode()).hexdigest()[:16]
    stamp = timestamp(now)
    return {
        "apiVersion": "v1",
        "kind": "Event",
        # A name has at most 253 characters.
        "metadata": {"name": f"{meta['name'][:200]}.{digest}", "namespace": meta["namespace"]},
        "involvedObject": _reference(event.about),
        "type": event.type,
        "reason": event.reason,
        "message": event.message[:LONGEST_MESSAGE],
        "source": {"component": "dat-operator"},
        "firstTimestamp": stamp,
        "lastTimestamp": stamp,
        "count": 1,
    }


def _reference(body: Mapping[str, Any]) -> dict[str, str]:
    meta = body["metadata"]
    return {
        "apiVersion": body["apiVersion"],
        "kind": body["kind"],
        "namespace": meta["namespace"],
        "name": meta["name"],
        "uid": meta["uid"],
        "resourceVersion": meta.get("resourceVersion", ""),
    }
