"""The next start of a CronJob's schedule, by Kubernetes' rules (the standard parser of robfig/cron v3)."""

import datetime
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from zoneinfo import ZoneInfo

MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
WEEKDAYS = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")
DESCRIPTORS = {
    "@yearly": "0 0 1 1 *",
    "@annually": "0 0 1 1 *",
    "@monthly": "0 0 1 * *",
    "@weekly": "0 0 * * 0",
    "@daily": "0 0 * * *",
    "@midnight": "0 0 * * *",
    "@hourly": "0 * * * *",
}
LOOK_AHEAD_DAYS = 5 * 366
"""Until 2096 the next 29th of February is at most four years away."""


def next_start(schedule: str, time_zone: str, now: datetime.datetime) -> datetime.datetime | None:
    """The first start after ``now``, UTC.

    None if there is no start, if the schedule or the IANA name of the time zone is invalid, and for
    `@every`, which Kubernetes counts from the CronJob's last Job. Kubernetes may start at another time on a
    day on which a zone's clock skips midnight or moves by half an hour.
    """
    # A start is a full minute. Thousands of tokens with one schedule ask within the same minute.
    return _next_start(schedule, time_zone, now.replace(second=0, microsecond=0))


@lru_cache(maxsize=1024)
def _next_start(schedule: str, time_zone: str, now: datetime.datetime) -> datetime.datetime | None:
    try:
        clock, zone = _parse(schedule), ZoneInfo(time_zone)
    except (ValueError, KeyError, OSError):
        return None
    today = now.astimezone(zone).date()
    days = (today + datetime.timedelta(days) for days in range(LOOK_AHEAD_DAYS))
    starts = (start for day in days if clock.runs_on(day) for start in clock.starts(day, zone))
    return next((start for start in starts if start > now), None)


@dataclass(frozen=True, slots=True)
class _Field:
    values: frozenset[int]
    star: bool
    """Whether the other field of days alone chooses the days."""


@dataclass(frozen=True, slots=True)
class _Clock:
    minutes: _Field
    hours: _Field
    days: _Field
    months: _Field
    weekdays: _Field

    def runs_on(self, day: datetime.date) -> bool:
        fits = day.day in self.days.values, day.isoweekday() % 7 in self.weekdays.values
        both = self.days.star or self.weekdays.star
        return day.month in self.months.values and (all(fits) if both else any(fits))

    def starts(self, day: datetime.date, zone: ZoneInfo) -> Iterator[datetime.datetime]:
        """The starts of a day in order. A skipped hour has none; a repeated hour has them twice."""
        for hour in sorted(self.hours.values):
            times = [datetime.time(hour, minute) for minute in self.minutes.values]
            locals_ = [datetime.datetime.combine(day, time) for time in times]
            yield from sorted({start for local in locals_ for start in _instants(local, zone)})


def _instants(local: datetime.datetime, zone: ZoneInfo) -> Iterator[datetime.datetime]:
    """The instants at which the zone's clock shows a time: one, two or none."""
    for fold in (0, 1):
        instant = local.replace(tzinfo=zone, fold=fold).astimezone(datetime.UTC)
        if instant.astimezone(zone).replace(tzinfo=None) == local:
            yield instant


def _parse(schedule: str) -> _Clock:
    minutes, hours, days, months, weekdays = DESCRIPTORS.get(schedule, schedule).split()
    return _Clock(
        minutes=_field(minutes, 0, 59),
        hours=_field(hours, 0, 23),
        days=_field(days, 1, 31),
        months=_field(months, 1, 12, MONTHS),
        weekdays=_field(weekdays, 0, 6, WEEKDAYS),
    )


def _field(text: str, low: int, high: int, names: tuple[str, ...] = ()) -> _Field:
    """Parse a list of ranges. Raises ValueError."""

    def number(word: str) -> int:
        return low + names.index(word.lower()) if word.lower() in names else int(word)

    values, star = set[int](), False
    for part in text.split(","):
        span, *steps = part.split("/")
        first, *last = span.split("-")
        (step,) = map(int, steps or "1")
        if first in ("*", "?"):
            begin, end = low, high
            # In this parser `*/2` is a range, not a star.
            star = star or step == 1
        else:
            begin = number(first)
            (end,) = map(number, last) if last else (high if steps else begin,)
        if not low <= begin <= end <= high or step < 1:
            raise ValueError(part)
        values |= set(range(begin, end + 1, step))
    return _Field(frozenset(values), star)
