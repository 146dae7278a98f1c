import datetime

import pytest

from dat_operator.chain.rpc.rate_limit import MAX_RETRY_AFTER_SECONDS, Bucket, retry_after

TODAY = datetime.datetime(2026, 11, 21, 12, 0, 0, tzinfo=datetime.UTC)


def test_without_a_rate_nobody_waits() -> None:
    bucket = Bucket(None)
    assert [bucket.take(0.0) for _ in range(1000)] == [0.0] * 1000


def test_a_second_s_worth_at_once_then_the_rate() -> None:
    bucket = Bucket(4)
    assert [bucket.take(100.0) for _ in range(7)] == [0, 0, 0, 0, 0.25, 0.5, 0.75]


def test_a_pause_of_ours_fills_it_again_and_never_more() -> None:
    bucket = Bucket(4)
    for _ in range(4):
        bucket.take(100.0)
    assert bucket.delay(100.0) == 0.25
    assert [bucket.take(1000.0) for _ in range(5)] == [0, 0, 0, 0, 0.25]


@pytest.mark.parametrize("per_second", [1, 3, 50])
def test_no_second_sees_more_than_twice_the_rate_and_no_minute_more_than_the_rate(per_second: int) -> None:
    """A caller who asks as fast as he can: a burst at first, the rate afterwards."""
    bucket, now, sent = Bucket(per_second), 0.0, []
    while now < 60:
        now += bucket.take(now)
        sent.append(now)
    assert len(sent) <= 61 * per_second + 1
    for start in range(60):
        assert sum(start <= at < start + 1 for at in sent) <= 2 * per_second


def test_closed_lets_nothing_through_and_opens_by_itself() -> None:
    bucket = Bucket(None)
    bucket.close(10.0, 5.0)
    bucket.close(10.0, 1.0)
    assert (bucket.delay(12.0), bucket.closed_for(15.0)) == (3.0, 0.0)


def test_closed_for_an_hour_at_most() -> None:
    bucket = Bucket(None)
    bucket.close(0.0, 1e9)
    assert bucket.closed_for(0.0) == MAX_RETRY_AFTER_SECONDS


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        (None, None),
        ("0", 0.0),
        (" 7 ", 7.0),
        ("Sat, 21 Nov 2026 12:00:30 GMT", 30.0),
        ("Sat, 21 Nov 2026 12:00:30 -0000", 30.0),
        ("Sat, 21 Nov 2026 13:00:30 +0100", 30.0),
        ("Sat, 21 Nov 2026 11:00:00 GMT", 0.0),
        ("soon", None),
        ("-5", None),
        ("1.5", None),
        ("", None),
    ],
)
def test_retry_after(header: str | None, seconds: float | None) -> None:
    assert retry_after(header, TODAY) == seconds
