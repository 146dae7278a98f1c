"""The mean rates of a token, for its status."""

from collections.abc import Mapping
from typing import Any

from dat_operator.domain import money
from dat_operator.domain.dat_accounts import TokenStats
from dat_operator.domain.rates import Mark, rates
from dat_operator.domain.timestamp import timestamp, unix_seconds


def token_rates(old: Mapping[str, Any], stats: TokenStats) -> dict[str, Any]:
    """`status.rates`, from the old `status.rates` and the chain. Empty before the first cycle.

    The chain does not store the time of the first cycle, so the status keeps the first cycle that it showed.
    """
    if not stats.cycle_count:
        return {}
    last = Mark(stats.cycle_count, stats.last_cycle_at, stats.total_burned, stats.total_inflow_lamports)
    kept = _mark(old["since"]) if old else last
    since = kept if kept.precedes(last) else last
    shown = {
        "number": since.cycle,
        "time": timestamp(since.at),
        "burned": since.burned,
        "inflowLamports": since.inflow_lamports,
    }
    found = rates(since, last)
    if found is None:
        return {"since": shown}
    per_day = {
        "burnedPerDay": found.burned_per_day,
        "inflowLamportsPerDay": found.inflow_lamports_per_day,
    }
    return {"since": shown, **per_day}


def display(rates: Mapping[str, Any], decimals: int) -> dict[str, str]:
    """The rates in `status.display`, for people."""
    if "burnedPerDay" not in rates:
        return {}
    return {
        "burnedPerDay": money.tokens(rates["burnedPerDay"], decimals),
        "inflowPerDay": money.sol(rates["inflowLamportsPerDay"]),
    }


def _mark(shown: Mapping[str, Any]) -> Mark:
    return Mark(shown["number"], unix_seconds(shown["time"]), shown["burned"], shown["inflowLamports"])
