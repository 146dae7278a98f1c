"""Quotes against the vectors of the official SDKs and against trades of the deployed programs."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dat_operator.domain.errors import DatError
from dat_operator.domain.fees import RISE_TOLERANCE, Fees, FeeTier, exact_in, fee_limit, fees_at, tapered
from tests.support.chain_state import CURVE_FEES, POOL_FEES, SOL
from tests.support.vectors.sdk_vectors import Quote, curve_quotes, mainnet_buy, pool_quotes

FRESH = (1_073_000_000_000_000, 30 * SOL)
"""Reserves of a new curve."""
BPS = st.integers(0, 500)
FEES = st.builds(Fees, BPS, BPS, BPS)
TOKENS = st.integers(10**12, 2 * 10**15)
LAMPORTS = st.integers(10_000_000, 10**13)
SPENDS = st.integers(0, 100 * SOL)


def one_lamports_worth(token_reserves: int, quote_reserves: int) -> int:
    return -(-token_reserves // quote_reserves)


def sdk(token_reserves: int, quote_reserves: int, fees: Fees, spend: int) -> int:
    """The official SDK's quote on a curve for a buy of given lamports."""
    net = (spend - 1) * 10_000 // (10_000 + sum(fees.all))
    return net * token_reserves // (quote_reserves + net)


@pytest.mark.parametrize("quote", curve_quotes(), ids=str)
def test_quotes_of_the_sdk_on_curves(quote: Quote) -> None:
    """The SDK's formula is another one: never below the program's, at most a lamport's worth above."""
    at = (quote.token_reserves, quote.quote_reserves, quote.fees, quote.spend)
    assert quote.left is not None
    assert min(sdk(*at), quote.left) == quote.tokens
    difference = quote.tokens - min(exact_in(*at), quote.left)
    assert 0 <= difference <= one_lamports_worth(quote.token_reserves, quote.quote_reserves)


@pytest.mark.parametrize("quote", pool_quotes(), ids=str)
def test_quotes_of_the_sdk_on_pools(quote: Quote) -> None:
    assert exact_in(quote.token_reserves, quote.quote_reserves, quote.fees, quote.spend) == quote.tokens


def test_a_trade_on_mainnet_to_the_unit() -> None:
    """A fresh curve, 3 SOL: what the program really paid out."""
    trade = mainnet_buy()
    # A cashback takes the creator fee's place in this coin; it costs the buyer as much.
    fees = Fees(0, trade["fee_basis_points"], trade["cashback_fee_basis_points"])
    spent = trade["sol_amount"] + trade["fee"] + trade["cashback"]
    tokens = trade["virtual_token_reserves"] + trade["token_amount"]
    quote = trade["virtual_sol_reserves"] - trade["sol_amount"]
    assert spent == 3 * SOL
    assert exact_in(tokens, quote, fees, spent) == trade["token_amount"]


@given(TOKENS, LAMPORTS, st.builds(Fees, st.just(0), BPS, BPS), st.integers(1, 100 * SOL))
def test_the_sdk_is_never_below_us(tokens: int, quote: int, fees: Fees, spend: int) -> None:
    difference = sdk(tokens, quote, fees, spend) - exact_in(tokens, quote, fees, spend)
    assert 0 <= difference <= one_lamports_worth(tokens, quote) * len(fees.all)


@given(TOKENS, LAMPORTS, FEES, SPENDS)
def test_the_programs_formula(tokens: int, quote: int, fees: Fees, spend: int) -> None:
    """The formulas of docs/pump-fun.md, written a second time: all of 2505 real trades follow them."""

    def fee(amount: int, bps: int) -> int:
        return (amount * bps + 9_999) // 10_000

    lp, pr, cr = fees.liquidity_bps, fees.protocol_bps, fees.creator_bps
    e = spend * 10_000 // (10_000 + lp + pr + cr)
    e -= max(0, e + fee(e, lp) + fee(e, pr) + fee(e, cr) - spend)
    assert exact_in(tokens, quote, fees, spend) == (tokens * (e - 1) // (quote + e - 1) if e > 1 else 0)


@given(TOKENS, LAMPORTS, FEES, SPENDS, SPENDS)
def test_more_lamports_bring_fewer_tokens_by_rounding_only(
    tokens: int, quote: int, fees: Fees, spend: int, more: int
) -> None:
    """Each fee is rounded up by itself: a lamport more may raise all of them by one."""
    less, other = exact_in(tokens, quote, fees, spend), exact_in(tokens, quote, fees, spend + more)
    assert 0 <= other < tokens
    assert 0 <= less <= other + one_lamports_worth(tokens, quote) * len(fees.all)


@given(TOKENS, LAMPORTS, FEES, SPENDS)
def test_a_buy_never_brings_more_than_the_price_says(tokens: int, quote: int, fees: Fees, spend: int) -> None:
    """The product of the reserves does not fall, even with all of the spend in it."""
    out = exact_in(tokens, quote, fees, spend)
    assert (tokens - out) * (quote + spend) >= tokens * quote


@pytest.mark.parametrize(("spend", "tokens"), [(0, 0), (1, 0), (2, 0), (3, 0), (4, 35_766)])
def test_the_smallest_buys_on_a_curve(spend: int, tokens: int) -> None:
    """docs/pump-fun.md: 4 lamports buy 35,766 units of a fresh curve; less is refused."""
    assert exact_in(*FRESH, CURVE_FEES, spend) == tokens


@pytest.mark.parametrize("spend", range(1, 6))
def test_the_smallest_buys_on_a_pool(spend: int) -> None:
    """docs/pump-fun.md: 1 to 4 lamports are refused, 5 buy."""
    assert (exact_in(206_900_000_000_000, 85 * SOL, POOL_FEES, spend) > 0) is (spend >= 5)


TIERS = (
    FeeTier(0, Fees(1, 95, 300)),
    FeeTier(100, Fees(2, 50, 200)),
    FeeTier(1000, Fees(3, 70, 100)),
    FeeTier(2000, Fees(3, 90, 50)),
)


@pytest.mark.parametrize(
    ("cap", "now", "least"),
    [(0, 0, 50), (99, 0, 50), (100, 1, 50), (999, 1, 50), (1000, 2, 50), (2000, 3, 70), (2**80, 3, 70)],
)
def test_a_tier_holds_from_its_threshold_on_and_its_neighbours_count(cap: int, now: int, least: int) -> None:
    assert fees_at(TIERS, cap) == (TIERS[now].fees, least)


def test_below_the_first_threshold_the_first_tier_holds() -> None:
    assert fees_at(TIERS[1:], 5) == (TIERS[1].fees, 50)


def test_above_an_only_tier_there_is_no_other() -> None:
    assert fees_at(TIERS[:1], 5) == (TIERS[0].fees, 95)


def test_no_tiers_are_an_error() -> None:
    with pytest.raises(DatError, match="no tiers"):
        fees_at((), 1)


@given(st.integers(0, 2**64 - 1), st.integers(0, 10_000))
def test_a_buy_of_the_fees_limit_costs_less_than_the_fee(reserves: int, fee: int) -> None:
    limit = fee_limit(reserves, fee)
    assert limit * 1_000_000 <= reserves * fee * 80 < (limit + 1) * 1_000_000


def test_the_fees_limit_on_a_new_coin() -> None:
    """The examples of programs/dat/src/arithmetic.rs: 1.25 % fee, 1 % of 30 SOL."""
    assert fee_limit(30 * SOL, 125) == 300_000_000
    assert fee_limit(30 * SOL, 0) == 0


def test_a_limit_tapers_from_the_tolerance_on() -> None:
    """The examples of programs/dat/src/arithmetic.rs."""
    assert [tapered(1000, rise) for rise in (0, RISE_TOLERANCE)] == [None, None]
    rises = (1901, 1902, 3800, 19_000, 2**40)
    assert [tapered(1000, rise) for rise in rises] == [1_901_000, 951_000, 2000, 1111, 1000]
