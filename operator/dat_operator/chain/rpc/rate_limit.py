"""How often an endpoint may be asked: what we were told to keep to, and what it tells us itself."""

import datetime
from email.utils import parsedate_to_datetime

MAX_RETRY_AFTER_SECONDS = 3600.0
"""No header keeps an endpoint away for longer: a wrong clock must not take it from us for good."""


class Bucket:
    """A token bucket: a second's worth of calls at once, then ``per_second``; None is without limit.

    Times are seconds of one clock. Who takes a token that is not there yet is told how long to wait, and is
    served in the order of asking.
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
        """Take a token; the seconds to wait until it is there."""
        if self._rate is None:
            return 0.0
        self._tokens, self._counted = self._level(now) - 1, now
        return max(0.0, -self._tokens) / self._rate

    def close(self, now: float, seconds: float) -> None:
        """Let nothing through for so long."""
        self.closed_until = max(self.closed_until, now + min(seconds, MAX_RETRY_AFTER_SECONDS))

    def closed_for(self, now: float) -> float:
        """Seconds until anything is let through again."""
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
