"""The circuit breaker of a token or of an ecosystem: a pure function of the last cycles' outcomes."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from itertools import takewhile

from dat_operator.domain.report import Outcome


class BreakerState(StrEnum):
    """Whether the breaker lets cycles run."""

    CLOSED = "Closed"
    OPEN = "Open"
    """No cycle runs."""
    HALF_OPEN = "HalfOpen"
    """One cycle runs as a trial."""


@dataclass(frozen=True, slots=True)
class EndedCycle:
    """A cycle that has ended. ``at``: when, Unix seconds."""

    name: str
    at: int
    outcome: Outcome


LONGEST_OPEN_SECONDS = 21_600
"""The longest time that a breaker stays open, unless its first time is longer."""
DOUBLINGS_TO_LONGEST = 12
"""Doublings from the shortest first time (10 s) to the longest."""


@dataclass(frozen=True, slots=True)
class Breaker:
    """The state of a breaker at one moment."""

    state: BreakerState
    failures: int
    """Failures in a row."""
    last_failure: str | None
    """The name of the last failed cycle."""
    until: int | None
    """When the trial may run, Unix seconds; None while the breaker is closed."""
    evidence: tuple[str, ...] = ()
    """The names of the last failed cycles in a row. They are enough to compute the same state again."""


def breaker(
    cycles: Iterable[EndedCycle], now: int, *, threshold: int, open_seconds: int, resumed_at: int = 0
) -> Breaker:
    """Open after ``threshold`` failures in a row, half-open ``open_seconds`` after the last one.

    Each further failure doubles that time, up to ``LONGEST_OPEN_SECONDS``, because a trial costs fees.
    Skipped cycles do not count. Cycles that ended before ``resumed_at`` do not count either. ``now`` and
    ``resumed_at`` are Unix seconds.
    """
    ran = [a for a in cycles if a.outcome is not Outcome.SKIPPED and a.at > resumed_at]
    newest = sorted(ran, key=lambda a: (a.at, a.name), reverse=True)
    failed = list(takewhile(lambda a: a.outcome is Outcome.FAILED, newest))
    last = failed[0] if failed else None
    evidence = tuple(a.name for a in failed[: threshold + DOUBLINGS_TO_LONGEST])
    until, state = None, BreakerState.CLOSED
    if last and len(failed) >= threshold:
        until = last.at + _seconds_open(open_seconds, len(failed) - threshold)
        state = BreakerState.OPEN if now < until else BreakerState.HALF_OPEN
    return Breaker(
        state=state,
        failures=len(failed),
        last_failure=last.name if last else None,
        until=until,
        evidence=evidence,
    )


def _seconds_open(first: int, failed_trials: int) -> int:
    longest = max(first, LONGEST_OPEN_SECONDS)
    return int(min(first * 2 ** min(failed_trials, DOUBLINGS_TO_LONGEST), longest))
