from collections.abc import Sequence
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from solders.pubkey import Pubkey

from dat_operator.controller.token.mean_rates import token_rates
from dat_operator.domain.dat_accounts import Role, TokenStats
from tests.support import chain_state as builders

Cycles = Sequence[tuple[int, int, int]]
"""Seconds since the one before, base units burned, lamports taken in."""
CYCLES = st.lists(
    st.tuples(st.integers(1, 10**6), st.integers(0, 10**15), st.integers(0, 10**12)), min_size=1, max_size=20
)


def history(cycles: Cycles) -> list[TokenStats]:
    """The stats after each cycle."""
    at, burned, inflow, found = 1_790_000_000, 0, 0, []
    for number, (seconds, more_burned, more_inflow) in enumerate(cycles, 1):
        at, burned, inflow = at + seconds, burned + more_burned, inflow + more_inflow
        found.append(
            builders.stats(
                Pubkey.default(),
                Role.SECONDARY,
                cycle_count=number,
                last_cycle_at=at,
                total_burned=burned,
                total_inflow_lamports=inflow,
            )
        )
    return found


def seen(looks: Sequence[TokenStats]) -> dict[str, Any]:
    status: dict[str, Any] = {}
    for stats in looks:
        status = token_rates(status, stats)
    return status


@given(CYCLES, st.data())
def test_rates_are_the_same_however_often_somebody_looks(cycles: Cycles, data: st.DataObject) -> None:
    """The operator may be away for a while, and looks many times at the same cycle."""
    whole = history(cycles)
    looks = sorted(data.draw(st.lists(st.sampled_from(whole), max_size=10)), key=lambda s: s.cycle_count)
    assert seen([whole[0], *looks, whole[-1]]) == seen([whole[0], whole[-1]])


def test_before_the_first_cycle_there_are_none() -> None:
    assert token_rates({}, builders.stats(Pubkey.default(), Role.SECONDARY)) == {}
