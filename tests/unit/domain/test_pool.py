from hypothesis import given
from hypothesis import strategies as st

from dat_operator.domain.pool import MAYHEM_SUPPLY
from tests.support.chain_state import SOL, pool

AMOUNTS = st.integers(1, 2**64 - 1)


@given(AMOUNTS, st.integers(-(2**127), 2**127 - 1))
def test_virtual_reserves_are_signed(amount: int, virtual: int) -> None:
    """docs/pump-fun.md: fees that wait in the pool's account are taken off, boosts added."""
    assert pool(quote_amount=amount, virtual_quote_reserves=virtual).quote_reserves == amount + virtual


@given(quote=AMOUNTS, bucket=AMOUNTS)
def test_a_sweep_moves_neither_price_nor_market_cap(quote: int, bucket: int) -> None:
    """It takes the account and the bucket down and the virtual reserves up by the same amount."""
    before = pool(quote_amount=quote + bucket, virtual_quote_reserves=-bucket, creator_fees=bucket)
    after = pool(quote_amount=quote, virtual_quote_reserves=0, creator_fees=0)
    assert before.quote_reserves == after.quote_reserves
    assert before.market_cap(10**15) == after.market_cap(10**15)


def test_market_cap_of_a_pool_that_was_just_made() -> None:
    assert pool().market_cap(10**15) == 410_779_889_105
    assert pool(virtual_quote_reserves=-SOL).market_cap(10**15) == 405_946_636_326


def test_burning_lowers_the_market_cap_but_not_a_mayhem_coins() -> None:
    assert pool().market_cap(10**14) == 41_077_988_910
    mayhem = pool(is_mayhem_mode=True)
    assert mayhem.market_cap(10**14) == mayhem.market_cap(MAYHEM_SUPPLY) == 410_779_889_105
