"""Starts of schedules, against robfig/cron's own answers (robfig/starts.tsv)."""

import datetime
from itertools import pairwise
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dat_operator.domain.schedule import next_start

NOON = datetime.datetime(2026, 11, 21, 12, 0, tzinfo=datetime.UTC)
ANSWERS = [
    line.split("\t") for line in (Path(__file__).parent / "robfig" / "starts.tsv").read_text().splitlines()
]
MOMENTS = st.datetimes(
    datetime.datetime(2025, 1, 1), datetime.datetime(2035, 1, 1), timezones=st.just(datetime.UTC)
)


@pytest.mark.parametrize(("schedule", "zone", "after", "answer"), ANSWERS)
def test_the_next_start_is_that_of_kubernetes(schedule: str, zone: str, after: str, answer: str) -> None:
    expected = None if answer in ("refused", "never") else datetime.datetime.fromisoformat(answer)
    assert next_start(schedule, zone, datetime.datetime.fromisoformat(after)) == expected


@pytest.mark.parametrize("zone", ["Mars/Olympus", "America", "../etc/passwd", "", "/etc/localtime"])
def test_without_a_time_zone_there_is_no_start(zone: str) -> None:
    assert next_start("0 * * * *", zone, NOON) is None


def test_an_interval_has_no_start_of_its_own() -> None:
    assert next_start("@every 6h", "Etc/UTC", NOON) is None


@given(MOMENTS)
def test_the_default_schedule_starts_every_six_hours(now: datetime.datetime) -> None:
    start = next_start("0 */6 * * *", "Etc/UTC", now)
    assert start
    assert now < start <= now + datetime.timedelta(hours=6)
    assert (start.hour % 6, start.minute, start.second) == (0, 0, 0)


@given(MOMENTS, st.sampled_from(["Europe/Berlin", "America/New_York", "Asia/Kolkata"]), st.integers(0, 59))
def test_a_start_is_when_the_zones_clock_shows_it_and_none_is_left_out(
    now: datetime.datetime, zone: str, minute: int
) -> None:
    starts = [start] if (start := next_start(f"{minute} * * * *", zone, now)) else []
    while starts and len(starts) < 30:
        following = next_start(f"{minute} * * * *", zone, starts[-1])
        assert following
        starts.append(following)
    assert {start.astimezone(ZoneInfo(zone)).minute for start in starts} == {minute}
    assert {after - before for before, after in pairwise(starts)} == {datetime.timedelta(hours=1)}


@given(st.text(alphabet="0123456789*/-,?@ LW#monjaevry", max_size=30), MOMENTS)
def test_whatever_is_written_there_is_a_later_start_or_none(schedule: str, now: datetime.datetime) -> None:
    start = next_start(schedule, "Etc/UTC", now)
    assert start is None or start > now
