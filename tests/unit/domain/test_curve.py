import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.chain_state import SOL, curve


def test_market_cap_of_a_new_coin() -> None:
    assert curve().market_cap(10**15) == 27_958_993_476


def test_burning_lowers_the_market_cap_but_not_a_mayhem_coins() -> None:
    """docs/pump-fun.md, "fee tier": the program takes the live supply, for mayhem the stored one."""
    assert curve().market_cap(10**14) == 2_795_899_347
    assert curve(is_mayhem_mode=True).market_cap(10**14) == 27_958_993_476


@given(st.integers(1, 2**64 - 1), st.integers(0, 2**64 - 1), st.integers(0, 2**64 - 1))
def test_market_cap_is_rounded_down(tokens: int, quote: int, supply: int) -> None:
    cap = curve(virtual_token_reserves=tokens, virtual_quote_reserves=quote).market_cap(supply)
    assert cap * tokens <= quote * supply < (cap + 1) * tokens


@pytest.mark.parametrize(
    ("left", "real", "depth"),
    [(1_001, 5 * SOL, 30 * SOL), (1_000, 5 * SOL, 5 * SOL), (0, 5 * SOL, 5 * SOL), (0, 85 * SOL, 30 * SOL)],
)
def test_a_curve_that_a_buy_may_complete_is_as_deep_as_its_real_reserves(
    left: int, real: int, depth: int
) -> None:
    """The program's rule (programs/dat/src/pump/market.rs): a tenth of the tokens is the largest impact."""
    nearly = curve(virtual_token_reserves=10_000, real_token_reserves=left, real_quote_reserves=real)
    assert nearly.depth == depth


def test_a_new_curve_is_as_deep_as_its_price_says() -> None:
    assert curve().depth == 30 * SOL
