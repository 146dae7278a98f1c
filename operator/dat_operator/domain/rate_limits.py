"""The limits of a token's cycles in an hour and in a day of the clock, UTC. The program counts the cycles.

So a token can have twice as many cycles in sixty minutes that begin in the middle of an hour.
"""

from dat_operator.domain.dat_accounts import TokenStats
from dat_operator.domain.policy import PaceConfig
from dat_operator.domain.refusal import Refusal
from dat_operator.domain.timestamp import DAY_SECONDS, HOUR_SECONDS


def rate_limit_refusal(stats: TokenStats, pace: PaceConfig, now: int) -> Refusal | None:
    """Refuses a token that has reached a limit; ``now`` is Unix time, seconds. None if it may cycle."""
    rules = (
        ("hour", HOUR_SECONDS, stats.cycles_in_hour, pace.max_cycles_per_hour),
        ("day", DAY_SECONDS, stats.cycles_in_day, pace.max_cycles_per_day),
    )
    for name, seconds, count, most in rules:
        if stats.last_cycle_at // seconds == now // seconds and count >= most:
            left = seconds - now % seconds
            message = f"{count} of at most {most} cycles have run in this {name} of the clock (UTC)"
            return Refusal("RateLimited", f"{message}; the next {name} begins in {left} s")
    return None
