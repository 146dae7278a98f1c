from hypothesis import given
from hypothesis import strategies as st

from dat_operator.domain.rates import DailyRates, Mark, rates
from dat_operator.domain.timestamp import DAY_SECONDS

AMOUNTS = st.integers(0, 2**64 - 1)
MARKS = st.builds(Mark, st.integers(1, 10**6), st.integers(1_700_000_000, 2_000_000_000), AMOUNTS, AMOUNTS)


def after(mark: Mark, seconds: int, burned: int, inflow: int, cycles: int = 1) -> Mark:
    return Mark(mark.cycle + cycles, mark.at + seconds, mark.burned + burned, mark.inflow_lamports + inflow)


@given(MARKS, st.integers(1, 1000), st.integers(0, 10**15), st.integers(0, 10**12))
def test_a_steady_inflow_is_the_rate(since: Mark, days: int, burned: int, inflow: int) -> None:
    last = after(since, days * DAY_SECONDS, days * burned, days * inflow)
    assert rates(since, last) == DailyRates(burned, inflow)


@given(MARKS, st.integers(DAY_SECONDS, 10**9), AMOUNTS, AMOUNTS)
def test_a_rate_is_the_largest_that_the_burn_allows(
    since: Mark, seconds: int, burned: int, inflow: int
) -> None:
    found = rates(since, after(since, seconds, burned, inflow))
    assert found
    for rate, amount in ((found.burned_per_day, burned), (found.inflow_lamports_per_day, inflow)):
        assert rate * seconds <= amount * DAY_SECONDS < (rate + 1) * seconds


@given(MARKS, st.integers(0, DAY_SECONDS - 1), AMOUNTS, AMOUNTS)
def test_within_a_day_there_is_no_rate_of_a_day(since: Mark, seconds: int, burned: int, inflow: int) -> None:
    assert rates(since, after(since, seconds, burned, inflow)) is None


@given(MARKS, MARKS)
def test_of_two_states_that_differ_at_most_one_precedes(one: Mark, other: Mark) -> None:
    assert one.precedes(one)
    assert not (one.precedes(other) and other.precedes(one)) or one == other
