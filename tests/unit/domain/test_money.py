from decimal import ROUND_DOWN, Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dat_operator.domain import money


@pytest.mark.parametrize(
    ("lamports", "text"),
    [
        (0, "0.0000"),
        (99_999, "0.0000"),
        (63_727_000, "0.0637"),
        (10**9, "1.0000"),
        (2**63 - 1, "9223372036.8547"),
    ],
)
def test_sol_has_four_decimals(lamports: int, text: str) -> None:
    assert money.sol(lamports) == text


@given(st.integers(0, 2**64 - 1))
def test_sol_never_shows_more_than_there_is(lamports: int) -> None:
    exact = Decimal(lamports) / money.LAMPORTS_PER_SOL
    assert Decimal(money.sol(lamports)) == exact.quantize(Decimal("0.0001"), rounding=ROUND_DOWN)


@given(st.integers(0, 2**64 - 1), st.integers(0, 9))
def test_tokens_are_whole_and_grouped(base_units: int, decimals: int) -> None:
    text = money.tokens(base_units, decimals)
    assert int(text.replace(",", "")) == base_units // 10**decimals
    assert all(len(group) == 3 for group in text.split(",")[1:])


@pytest.mark.parametrize(
    ("bps", "text"),
    [(4480, "44.8 %"), (4000, "40 %"), (1000, "10 %"), (10_000, "100 %"), (5, "0.05 %"), (0, "0 %")],
)
def test_percent_reads_as_people_write_it(bps: int, text: str) -> None:
    assert money.percent(bps) == text


@given(st.integers(0, 10_000))
def test_percent_says_the_same_number(bps: int) -> None:
    assert Decimal(money.percent(bps).removesuffix(" %")) * 100 == bps


@pytest.mark.parametrize(
    ("amount", "text"),
    [
        (26_382_599 * 10**6, "2.6382"),
        (10**15, "100.0000"),
        (157_515 * 10**6, "0.0157"),
        (9_999 * 10**6, "0.00099"),
        (71 * 10**6, "0.0000071"),
        (1, "0.00000000000010"),
        (0, "0.0000"),
    ],
)
def test_a_part_of_a_billion_tokens_shows_however_small_it_is(amount: int, text: str) -> None:
    assert money.part(amount, 10**15) == text


@given(st.integers(1, 2**64 - 1), st.integers(0, 2**64 - 1))
def test_a_part_is_never_shown_as_more_than_it_is_nor_as_less_than_nine_tenths(
    whole: int, amount: int
) -> None:
    shown = Fraction(money.part(amount, whole))
    exact = Fraction(100 * amount, whole)
    assert exact * Fraction(9, 10) <= shown <= exact
