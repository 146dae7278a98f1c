"""Events, as kubectl describe shows them."""

import datetime
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from dat_operator.domain.timestamp import timestamp


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened to an object."""

    about: Mapping[str, Any]
    type: Literal["Normal", "Warning"]
    reason: str
    message: str
    cause: str | None = None
    """What it follows from, once; without it, the state that the object is in."""


def manifest(event: Event, now: datetime.datetime) -> dict[str, Any]:
    """The Event object to create."""
    meta = event.about["metadata"]
    # The name is deterministic, so a retry creates no duplicate.
    cause = event.cause or meta.get("resourceVersion")
    what = (meta["uid"], cause, event.reason, event.message)
    digest = hashlib.sha256(repr(what).encode()).hexdigest()[:16]
    stamp = timestamp(now)
    return {
        "apiVersion": "v1",
        "kind": "Event",
        "metadata": {
            # A name has 253 characters at most.
            "name": f"{meta['name'][:200]}.{digest}",
            "namespace": meta["namespace"],
        },
        "involvedObject": {
            "apiVersion": event.about["apiVersion"],
            "kind": event.about["kind"],
            "namespace": meta["namespace"],
            "name": meta["name"],
            "uid": meta["uid"],
            "resourceVersion": meta.get("resourceVersion", ""),
        },
        "type": event.type,
        "reason": event.reason,
        "message": event.message[:1024],
        "source": {"component": "dat-operator"},
        "firstTimestamp": stamp,
        "lastTimestamp": stamp,
        "count": 1,
    }
