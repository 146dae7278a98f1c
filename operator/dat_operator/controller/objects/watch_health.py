"""Whether each watch is alive, by when it was last opened."""

import time
from collections.abc import Callable

from dat_operator.controller.metrics import process as metrics

SILENT_SECONDS = 420
"""The API server ends a watch after five minutes and kopf opens the next one: at once, or when one of its
retries, every few seconds, succeeds."""


class WatchHealth:
    """Told of every answer of the API server to kopf. ``now`` is a monotonic clock, seconds."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._opened: dict[str, float] = {}
        self._answered = now()

    def answered(self) -> None:
        """The API server has answered something, be it a refusal."""
        self._answered = self._now()

    def opened(self, resource: str) -> None:
        """It has opened a watch of this resource (plural)."""
        self._opened[resource] = self._now()
        metrics.WATCH_OPENED.labels(resource).set_to_current_time()

    def silent(self) -> list[str]:
        """The resources whose watch was not opened anew in time although the API server answers."""
        return [
            resource for resource, moment in self._opened.items() if self._answered - moment > SILENT_SECONDS
        ]
