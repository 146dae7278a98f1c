"""Whether each watch is alive, judged by the time when it was opened last."""

import time
from collections.abc import Callable

from dat_operator.controller.metrics import process as metrics

SILENT_SECONDS = 420
"""The API server ends a watch after five minutes. kopf opens the next one at once or retries in seconds."""


class WatchHealth:
    """Learns of each answer of the API server to kopf. ``now`` is a monotonic clock, seconds."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._opened: dict[str, float] = {}
        self._answered = now()

    def answered(self) -> None:
        """The API server has answered, perhaps with an error."""
        self._answered = self._now()

    def opened(self, resource: str) -> None:
        """A watch of this resource (plural) was opened."""
        self._opened[resource] = self._now()
        metrics.WATCH_OPENED.labels(resource).set_to_current_time()

    def silent(self) -> list[str]:
        """The resources whose watch was not reopened in time although the API server answers."""
        return [
            resource for resource, moment in self._opened.items() if self._answered - moment > SILENT_SECONDS
        ]
