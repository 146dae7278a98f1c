"""Rises of a price: the examples of programs/dat/src/arithmetic.rs."""

import pytest

from dat_operator.domain.price import Price

EARLIER = Price(1_000_000_000, 10**12)


@pytest.mark.parametrize(
    ("quote", "rise"),
    [
        (1_000_000_000, 0),
        (999_999_999, 0),
        (1_000_000_001, 1),
        (1_001_899_999, 1900),
        (1_001_900_000, 1901),
    ],
)
def test_a_rise_is_never_less_than_it_is(quote: int, rise: int) -> None:
    assert Price(quote, 10**12).rise(EARLIER, quote) == rise


def test_of_half_the_reserves_a_rise_counts_twice() -> None:
    assert Price(1_001_000_000, 10**12).rise(EARLIER, 500_000_000) == 2001
