"""Waiting for a condition, never for a time; who waits in vain says what to look at."""

import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")
SECONDS = 60.0


def until(
    condition: Callable[[], T | None],
    what: str,
    *,
    seconds: float = SECONDS,
    every: float = 0.1,
    look_at: Callable[[], str] = str,
) -> T:
    """The first true value of ``condition``; fails with ``what`` and the text of ``look_at``."""
    deadline = time.monotonic() + seconds
    while not (value := condition()):
        if time.monotonic() > deadline:
            raise AssertionError(f"waited {seconds:.0f} s in vain for: {what}\n{look_at()}")
        time.sleep(every)
    return value
