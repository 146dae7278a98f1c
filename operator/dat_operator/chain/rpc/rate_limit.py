"""Limits the rate of calls to an endpoint: the configured rate, and the pauses that the endpoint asks for."""

import datetime
from email.utils import parsedate_to_datetime

MAX_RETRY_AFTER_SECONDS = 3600.0
"""The longest pause that a header can cause: a wrong clock must not close an endpoint for good."""


class Bucket:
    """A token bucket: the calls of one second at once, then ``per_second``; None is without limit.

    Times are seconds of one clock. A caller that takes a missing token gets the time to wait. Callers are
    served in the order of their calls.
    """

    def __init__(self, per_second: float | None) -> None:
        self._rate = per_second
        self._tokens = per_second or 0.0
        self._counted = 0.0
        self.closed_until = 0.0

    def delay(self, now: float) -> float:
        """Seconds until the next call may go out."""
        missing = 0.0 if self._rate is None else max(0.0, 1 - self._level(now)) / self._rate
        return max(missing, self.closed_for(now))

    def take(self, now: float) -> float:
        """Take a token; the seconds to wait until it is valid."""
        if self._rate is None:
            return 0.0
        self._tokens, self._counted = self._level(now) - 1, now
        return max(0.0, -self._tokens) / self._rate

    def close(self, now: float, seconds: float) -> None:
        """Stop all calls for ``seconds``."""
        self.closed_until = max(self.closed_until, now + min(seconds, MAX_RETRY_AFTER_SECONDS))

    def closed_for(self, now: float) -> float:
        """Seconds until calls are allowed again."""
        return max(0.0, self.closed_until - now)

    def _level(self, now: float) -> float:
        assert self._rate is not None
        return min(max(1.0, self._rate), self._tokens + (now - self._counted) * self._rate)


def retry_after(header: str | None, now: datetime.datetime) -> float | None:
    """The seconds that a Retry-After header asks for (RFC 9110: a number or a date); None if neither."""
    if header is None:
        return None
    if header.strip().isdecimal():
        return float(header)
    try:
        date = parsedate_to_datetime(header)
    except ValueError:
        return None
    if date.tzinfo is None:
        date = date.replace(tzinfo=datetime.UTC)
    return max(0.0, (date - now).total_seconds())
