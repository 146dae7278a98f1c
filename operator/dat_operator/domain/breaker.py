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


LONGEST_OPEN_SECONDS = 21_600
"""The ceiling of a breaker's pauses, unless its first one is longer."""
PAUSES_UNTIL_CEILING = 12
"""Doublings from the shortest first pause (10 s) to the ceiling."""


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
    evidence: tuple[str, ...] = ()
    """The names of the failures in a row, as many as it needs to be judged the same again."""


def breaker(
    attempts: Iterable[Attempt], now: int, *, threshold: int, open_seconds: int, resumed_at: int = 0
) -> Breaker:
    """Open after ``threshold`` failures in a row, half-open ``open_seconds`` after the last of them.

    Each failure more doubles that, up to ``LONGEST_OPEN_SECONDS``: a trial costs fees. Skipped cycles say
    nothing. What ended before ``resumed_at`` (Unix seconds) is forgotten.
    """
    ran = [a for a in attempts if a.outcome is not Outcome.SKIPPED and a.at > resumed_at]
    newest = sorted(ran, key=lambda a: (a.at, a.name), reverse=True)
    failed = list(takewhile(lambda a: a.outcome is Outcome.FAILED, newest))
    last = failed[0] if failed else None
    evidence = tuple(a.name for a in failed[: threshold + PAUSES_UNTIL_CEILING])
    if last is None or len(failed) < threshold:
        return Breaker(BreakerState.CLOSED, len(failed), last.name if last else None, None, evidence)
    until = last.at + _pause(open_seconds, len(failed) - threshold)
    state = BreakerState.OPEN if now < until else BreakerState.HALF_OPEN
    return Breaker(state, len(failed), last.name, until, evidence)


def _pause(open_seconds: int, failed_trials: int) -> int:
    longest = max(open_seconds, LONGEST_OPEN_SECONDS)
    return int(min(open_seconds * 2 ** min(failed_trials, PAUSES_UNTIL_CEILING), longest))
