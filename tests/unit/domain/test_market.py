"""Where a token trades: forms, reserves and fees of curves and pools."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dat_operator.domain.chain_state import Mint, TokenState
from dat_operator.domain.coin import SYSTEM_PROGRAM
from dat_operator.domain.errors import DatError
from dat_operator.domain.fees import Fees, FeeTier, exact_in
from dat_operator.domain.market import BuyForm, Market, market_of
from tests.unit.builders import CURVE_FEES, POOL_FEES, POOL_TIERS, SOL, chain, curve, graduated, key, token

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
        sure_fees=CURVE_FEES,
        later_fees=Fees(0, 0, 125),
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
        sure_fees=POOL_FEES,
        later_fees=POOL_TIERS[1].fees,
        max_tokens=None,
        cashback=False,
    )


@pytest.mark.parametrize("virtual", [-SOL, 0, SOL])
def test_the_impact_rule_goes_by_what_really_lies_in_the_pool(virtual: int) -> None:
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
    """hack/localnet/FINDINGS.md: 6094 on the curve, 6079 on the pool."""
    found = market(state)
    assert found.cashback
    assert found.forms == forms
    assert found.fees.creator_bps == 30, "traders pay it all the same"


@pytest.mark.parametrize(
    "state", [on_curve(creator=SYSTEM_PROGRAM), in_pool(coin_creator=SYSTEM_PROGRAM)], ids=["curve", "pool"]
)
def test_without_a_creator_nobody_pays_one(state: TokenState) -> None:
    """hack/localnet/FINDINGS.md: C, or cr, is 0 then. Coins of old have none."""
    found = market(state)
    assert (found.fees.creator_bps, found.later_fees.creator_bps) == (0, 95 if found.max_tokens else 0)
    assert found.fees.protocol_bps > 0


BURNED = Mint("", 10**14, 6)
TIERS = (FeeTier(0, Fees(9, 9, 9)), FeeTier(20 * SOL, Fees(1, 1, 1)))


@pytest.mark.parametrize(("mayhem", "fees"), [(False, Fees(9, 9, 9)), (True, Fees(1, 1, 1))])
def test_burning_moves_the_tier_but_not_a_mayhem_coins(mayhem: bool, fees: Fees) -> None:
    """hack/localnet/FINDINGS.md: live supply, except for mayhem coins."""
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


@pytest.mark.parametrize(("own", "sure"), [(0, 30), (10, 10), (30, 30), (77, 30)])
def test_of_two_creator_fees_the_lower_is_sure(own: int, sure: int) -> None:
    """Whether a coin's own fee holds is pump.fun's setting, so the impact rule takes what is sure."""
    for state in (on_curve(creator_fee_bps=own), in_pool(creator_fee_bps=own)):
        found = market(state)
        assert found.sure_fees == replace(found.fees, creator_bps=sure)
        assert found.fees.creator_bps == 30


def test_a_coins_own_fee_may_outlast_its_tier() -> None:
    found = market(in_pool(creator_fee_bps=10))
    assert found.later_fees == Fees(20, 5, 10)
    assert market(on_curve(creator_fee_bps=10)).later_fees == Fees(0, 0, 105)


@pytest.mark.parametrize(
    ("found", "creators", "bps"),
    [
        (market(on_curve()), True, 125),
        (market(on_curve()), False, (95 + 0) // 2),
        (market(in_pool()), True, (123 + 100) // 2),
        (market(in_pool()), False, (93 + 5) // 2),
        (market(in_pool(quote_amount=100 * SOL)), True, 100),
        (market(in_pool(quote_amount=100 * SOL)), False, 5),
    ],
    ids=["curve", "curve, others", "pool", "pool, others", "last tier", "last tier, others"],
)
def test_what_a_sandwich_surely_costs(found: Market, creators: bool, bps: int) -> None:
    """The mean of a buy now and of a sale after it, which may trade elsewhere or in the next tier."""
    assert found.sure_bps(creators=creators) == bps


FEES = st.builds(Fees, *[st.integers(0, 500)] * 3)


@given(FEES, FEES, st.booleans())
def test_a_fee_that_rises_is_not_counted_on(now: Fees, later: Fees, creators: bool) -> None:
    found = replace(market(in_pool()), sure_fees=now, later_fees=later)
    fees = [f.protocol_bps + (f.creator_bps if creators else 0) for f in (now, later)]
    assert fees[0] // 2 <= found.sure_bps(creators=creators) <= fees[0]
    if fees[1] >= fees[0]:
        assert found.sure_bps(creators=creators) == fees[0]


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
