"""The circuit breaker of a token, or of an ecosystem: a pure function of how its last cycles ended."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from itertools import takewhile

from dat_operator.domain.report import Outcome


class BreakerState(StrEnum):
    """Whether cycles run."""

    CLOSED = "Closed"
    OPEN = "Open"
    """None does."""
    HALF_OPEN = "HalfOpen"
    """One is tried."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """A cycle that has ended; ``at`` is when, Unix seconds."""

    name: str
    at: int
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class Breaker:
    """A breaker at one moment."""

    state: BreakerState
    failures: int
    """In a row."""
    last_failure: str | None
    """The name of the last one."""
    until: int | None
    """When it is tried again, Unix seconds; None while it is closed."""


def breaker(
    attempts: Iterable[Attempt], now: int, *, threshold: int, open_seconds: int, resumed_at: int = 0
) -> Breaker:
    """Open after ``threshold`` failures in a row, half-open ``open_seconds`` after the last of them.

    Skipped cycles say nothing. What ended before ``resumed_at`` (Unix seconds) is forgotten.
    """
    ran = [a for a in attempts if a.outcome is not Outcome.SKIPPED and a.at > resumed_at]
    newest = sorted(ran, key=lambda a: (a.at, a.name), reverse=True)
    failed = list(takewhile(lambda a: a.outcome is Outcome.FAILED, newest))
    last = failed[0] if failed else None
    if last is None or len(failed) < threshold:
        return Breaker(BreakerState.CLOSED, len(failed), last.name if last else None, None)
    until = last.at + open_seconds
    state = BreakerState.OPEN if now < until else BreakerState.HALF_OPEN
    return Breaker(state, len(failed), last.name, until)
