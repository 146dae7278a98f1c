"""Where a token trades: forms, reserves and fees of curves and pools."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dat_operator.domain.coin import SYSTEM_PROGRAM
from dat_operator.domain.errors import DatError
from dat_operator.domain.fees import Fees, FeeTier, exact_in
from dat_operator.domain.market import BuyForm, Market, market_of
from dat_operator.domain.token_state import Mint, TokenState
from tests.support.chain_state import (
    CURVE_FEES,
    POOL_FEES,
    POOL_TIERS,
    SOL,
    chain,
    curve,
    graduated,
    key,
    token,
)

MINT = key("mint")
CURVE_FORMS = (BuyForm.CURVE_V3, BuyForm.CURVE_LEGACY, BuyForm.CURVE_V2)
POOL_FORMS = (BuyForm.POOL_V2, BuyForm.POOL)


def market(state: TokenState, **chain_changes: Any) -> Market:
    found = market_of(chain(state, **chain_changes), state)
    assert found is not None
    return found


def on_curve(**changes: Any) -> TokenState:
    return token(MINT, curve=curve(**changes))


def in_pool(**changes: Any) -> TokenState:
    return graduated(MINT, pool=changes)


@pytest.mark.parametrize(
    "state",
    [
        token(MINT, curve=None),
        token(MINT, mint_account=None),
        graduated(MINT, mint_account=None),
        replace(graduated(MINT), pool=None),
        in_pool(base_amount=0),
        in_pool(quote_amount=5, virtual_quote_reserves=-5),
        in_pool(quote_amount=5, virtual_quote_reserves=-6),
    ],
    ids=["no curve", "no mint", "no mint", "no pool yet", "no tokens", "nothing to trade", "less than that"],
)
def test_there_is_none(state: TokenState) -> None:
    assert market_of(chain(state), state) is None


def test_a_coin_on_its_curve() -> None:
    state = on_curve(real_token_reserves=7, real_quote_reserves=5)
    assert market(state) == Market(
        forms=CURVE_FORMS,
        token_reserves=1_073_000_000_000_000,
        quote_reserves=30 * SOL,
        limit_reserves=5,
        fees=CURVE_FEES,
        sure_fee_bps=95 // 2,
        max_tokens=7,
        cashback=False,
    )


def test_a_coin_in_its_pool() -> None:
    assert market(in_pool()) == Market(
        forms=POOL_FORMS,
        token_reserves=206_900_000_000_000,
        quote_reserves=84_990_359_056,
        limit_reserves=84_990_359_056,
        fees=POOL_FEES,
        sure_fee_bps=POOL_TIERS[1].fees.protocol_bps,
        max_tokens=None,
        cashback=False,
    )


@pytest.mark.parametrize("virtual", [-SOL, 0, SOL])
def test_the_impact_rule_uses_the_real_balance_of_the_pool(virtual: int) -> None:
    found = market(in_pool(quote_amount=50 * SOL, virtual_quote_reserves=virtual))
    assert found.quote_reserves == 50 * SOL + virtual, "what the price is made of"
    assert found.limit_reserves == 50 * SOL + min(virtual, 0)


def test_a_pool_counts_only_once_the_curve_is_complete() -> None:
    """Anybody can have made an account there; the curve says where the coin trades."""
    state = replace(in_pool(), curve=curve())
    assert market(state).forms == CURVE_FORMS


@pytest.mark.parametrize(
    ("state", "forms"),
    [
        (on_curve(is_cashback_coin=True), (BuyForm.CURVE_LEGACY, BuyForm.CURVE_V2)),
        (in_pool(is_cashback_coin=True), (BuyForm.POOL,)),
    ],
)
def test_the_newest_forms_refuse_cashback_coins(state: TokenState, forms: tuple[BuyForm, ...]) -> None:
    """docs/pump-fun.md: 6094 on the curve, 6079 on the pool."""
    found = market(state)
    assert found.cashback
    assert found.forms == forms
    assert found.fees.creator_bps == 30, "traders pay it all the same"


@pytest.mark.parametrize(
    "state", [on_curve(creator=SYSTEM_PROGRAM), in_pool(coin_creator=SYSTEM_PROGRAM)], ids=["curve", "pool"]
)
def test_without_a_creator_there_is_no_creators_fee(state: TokenState) -> None:
    """docs/pump-fun.md: C, or cr, is 0 then. Coins of old have none."""
    found = market(state)
    assert found.fees.creator_bps == 0
    assert found.fees.protocol_bps > 0


BURNED = Mint("", 10**14, 6)
TIERS = (FeeTier(0, Fees(9, 9, 9)), FeeTier(20 * SOL, Fees(1, 1, 1)))


@pytest.mark.parametrize(("mayhem", "fees"), [(False, Fees(9, 9, 9)), (True, Fees(1, 1, 1))])
def test_burning_moves_the_tier_but_not_a_mayhem_coins(mayhem: bool, fees: Fees) -> None:
    """docs/pump-fun.md: live supply, except for mayhem coins."""
    state = token(MINT, curve=curve(is_mayhem_mode=mayhem), mint_account=BURNED)
    assert market(state, curve_tiers=TIERS).fees == fees
    pooled = graduated(MINT, pool={"is_mayhem_mode": mayhem}, mint_account=BURNED)
    assert market(pooled, pool_tiers=(TIERS[0], FeeTier(100 * SOL, fees))).fees == fees


def test_curves_and_pools_have_their_own_tiers() -> None:
    one, other = (FeeTier(0, Fees(1, 2, 3)),), (FeeTier(0, Fees(4, 5, 6)),)
    assert market(on_curve(), curve_tiers=one, pool_tiers=other).fees == Fees(1, 2, 3)
    assert market(in_pool(), curve_tiers=one, pool_tiers=other).fees == Fees(4, 5, 6)


@pytest.mark.parametrize("state", [on_curve(), in_pool()])
def test_without_tiers_there_is_no_quote(state: TokenState) -> None:
    with pytest.raises(DatError, match="no tiers"):
        market(state, curve_tiers=(), pool_tiers=())


@pytest.mark.parametrize(
    ("found", "bps"),
    [
        (market(on_curve()), 95),
        (market(on_curve(real_token_reserves=107_300_000_000_001)), 95),
        (market(on_curve(real_token_reserves=107_300_000_000_000)), 95 // 2),
        (market(in_pool()), 5),
        (market(in_pool(), pool_tiers=POOL_TIERS[:1]), 93),
        (market(in_pool(creator_fee_bps=77), pool_tiers=POOL_TIERS[:1]), 93),
    ],
    ids=["curve", "far", "near its end", "pool", "one tier", "fee of its own"],
)
def test_the_least_fee_of_a_sandwich(found: Market, bps: int) -> None:
    """pump.fun's own fee alone: a route through other coins pays neither creator nor liquidity."""
    assert found.sure_fee_bps == bps


@given(st.integers(0, 100 * SOL), st.integers(0, 10**15))
def test_a_curve_sells_no_more_than_it_has_left(spend: int, left: int) -> None:
    found = market(on_curve(real_token_reserves=left))
    quoted = exact_in(found.token_reserves, found.quote_reserves, CURVE_FEES, spend)
    assert found.tokens_out(spend) == min(quoted, left)


@given(st.integers(0, 100 * SOL), st.integers(-SOL, SOL))
def test_a_pool_quotes_by_its_priced_reserves(spend: int, virtual: int) -> None:
    found = market(in_pool(virtual_quote_reserves=virtual))
    quoted = exact_in(206_900_000_000_000, 84_990_359_056 + virtual, found.fees, spend)
    assert found.tokens_out(spend) == quoted
