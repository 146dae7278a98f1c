from decimal import ROUND_DOWN, Decimal

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
