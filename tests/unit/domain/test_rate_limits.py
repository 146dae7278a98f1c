"""How often a token may cycle in an hour and a day of the clock, by what the program has counted."""

import pytest

from dat_operator.domain.dat_accounts import Role
from dat_operator.domain.policy import PaceConfig
from dat_operator.domain.rate_limits import rate_limit_refusal
from dat_operator.domain.timestamp import DAY_SECONDS, HOUR_SECONDS
from tests.support.chain_state import key, stats

PACE = PaceConfig(max_cycles_per_hour=3, max_cycles_per_day=5)
MIDNIGHT = 20_000 * DAY_SECONDS
NOON = MIDNIGHT + DAY_SECONDS // 2


@pytest.mark.parametrize(
    ("last", "hour", "day", "now", "words"),
    [
        (NOON, 2, 4, NOON, None),
        (NOON, 3, 3, NOON, "3 of at most 3 cycles have run in this hour of the clock (UTC); the next hour"),
        (
            NOON,
            7,
            7,
            NOON + HOUR_SECONDS - 1,
            "7 of at most 3 cycles have run in this hour of the clock (UTC)",
        ),
        (NOON, 3, 4, NOON + HOUR_SECONDS, None),
        (NOON - 1, 3, 4, NOON, None),
        (NOON, 1, 5, NOON, "5 of at most 5 cycles have run in this day of the clock (UTC)"),
        (
            MIDNIGHT,
            3,
            5,
            MIDNIGHT + DAY_SECONDS - 1,
            "5 of at most 5 cycles have run in this day of the clock (UTC)",
        ),
        (MIDNIGHT + DAY_SECONDS - 1, 3, 5, MIDNIGHT + DAY_SECONDS, None),
        (NOON, 3, 5, NOON + DAY_SECONDS, None),
        (0, 0, 0, NOON, None),
    ],
)
def test_the_hour_and_the_day_of_the_last_cycle_count(
    last: int, hour: int, day: int, now: int, words: str | None
) -> None:
    known = stats(key("mint"), Role.ROOT, last_cycle_at=last, cycles_in_hour=hour, cycles_in_day=day)
    refusal = rate_limit_refusal(known, PACE, now)
    assert (refusal is None) is (words is None)
    if refusal and words:
        assert refusal.reason == "RateLimited"
        assert refusal.message.startswith(words)


def test_it_says_how_long_to_wait() -> None:
    known = stats(key("mint"), Role.ROOT, last_cycle_at=NOON, cycles_in_hour=3, cycles_in_day=3)
    refusal = rate_limit_refusal(known, PACE, NOON + 600)
    assert refusal is not None
    assert refusal.message.endswith("the next hour begins in 3000 s")
