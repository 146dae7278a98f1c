"""How often a token may cycle in an hour and in a day of the clock, UTC, as the program counts its cycles.

So a token may have twice as many in an hour that begins in the middle of one.
"""

from dat_operator.domain.dat_accounts import TokenStats
from dat_operator.domain.policy import PaceConfig
from dat_operator.domain.refusal import Refusal

HOUR, DAY = 3_600, 86_400
"""Seconds."""


def rate_limit_refusal(stats: TokenStats, pace: PaceConfig, now: int) -> Refusal | None:
    """Why a token must wait at this Unix time, in seconds; None if it need not."""
    rules = (
        ("hour", HOUR, stats.cycles_in_hour, pace.max_cycles_per_hour),
        ("day", DAY, stats.cycles_in_day, pace.max_cycles_per_day),
    )
    for name, seconds, count, most in rules:
        if stats.last_cycle_at // seconds == now // seconds and count >= most:
            left = seconds - now % seconds
            said = f"{count} cycles in this {name} of the clock (UTC), of {most} that it may have"
            return Refusal("RateLimited", f"{said}; the next one begins in {left} s")
    return None
