"""What a cycle would do: amounts, limits, forms."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dat_operator.domain.chain_state import ChainState, FeeSource, Role, RootShare, Sharing, TokenState
from dat_operator.domain.decision import CyclePlan, decide
from dat_operator.domain.fees import exact_in, impact_limit
from dat_operator.domain.market import BuyForm, market_of
from dat_operator.domain.refusal import Refusal
from tests.unit.builders import POOL_FEES, SHARED, SOL, chain, curve, graduated, key, pool, stats, token
from tests.unit.builders import with_limits as limited

MINT = key("mint")
ADDRESSES = token(MINT).addresses
AUTHORITY = ADDRESSES.authority
WIDE = {"max_fees_per_cycle_lamports": 10**12, "max_price_impact_bps": 1000}
"""Limits that leave the bound to the fee."""


def planned(state: ChainState, slippage: int = 500) -> CyclePlan:
    plan = decide(state, str(MINT), slippage)
    assert isinstance(plan, CyclePlan), plan
    return plan


def secondary(**changes: Any) -> ChainState:
    return chain(token(MINT, **{"vault_lamports": SOL // 10, **changes}))


def test_a_secondarys_cycle() -> None:
    plan = planned(secondary())
    assert plan.split.inflow == 100_000_000
    assert plan.split.to_root == 44_800_000
    assert plan.spend == 55_200_000
    assert plan.carried_out == 0
    assert plan.min_tokens_out == plan.tokens_out * 95 // 100
    assert plan.forms == (BuyForm.CURVE_V3, BuyForm.CURVE_LEGACY, BuyForm.CURVE_V2)


def test_a_graduated_coins_cycle() -> None:
    """Fees of curve and pool, of both vaults, and a quote by the pool's reserves."""
    state = graduated(
        MINT,
        pool={"creator_fees": 10_000_000, "virtual_quote_reserves": -20_000_000},
        curve=curve(creator=AUTHORITY, complete=True, creator_fee=1_000_000),
        vault_lamports=2_000_000,
        amm_vault_lamports=3_000_000,
        authority_lamports=4_000_000,
    )
    plan = planned(chain(state))
    assert plan.split.inflow == 20_000_000
    assert (plan.split.to_root, plan.spend) == (8_960_000, 11_040_000)
    assert plan.tokens_out == exact_in(206_900_000_000_000, 84_970_359_056, POOL_FEES, 11_040_000)
    assert plan.forms == (BuyForm.POOL_V2, BuyForm.POOL)


def test_an_own_share_overrides_the_ecosystems() -> None:
    share = RootShare(1000, 1000, 0)
    plan = planned(secondary(stats=stats(MINT, Role.SECONDARY, root_share=share)))
    assert plan.split.to_root == 10_000_000


@pytest.mark.parametrize(("at", "to_root"), [(1_000_001, 20_000_000), (1_000_000, 30_000_000)])
def test_a_changed_share_holds_from_its_time_on(at: int, to_root: int) -> None:
    share = RootShare(2000, 3000, at)
    plan = planned(secondary(stats=stats(MINT, Role.SECONDARY, root_share=share)))
    assert plan.split.to_root == to_root


def test_a_root_keeps_everything_and_takes_the_treasury() -> None:
    state = chain(token(MINT, Role.ROOT, vault_lamports=1_000_000), treasury_lamports=2_000_000)
    plan = planned(state)
    assert (plan.split.to_root, plan.treasury_in, plan.spend) == (0, 2_000_000, 3_000_000)


def test_a_secondary_leaves_the_treasury_alone() -> None:
    plan = planned(chain(token(MINT, vault_lamports=SOL // 10), treasury_lamports=SOL))
    assert (plan.treasury_in, plan.spend) == (0, 55_200_000)


def test_what_was_carried_is_not_split_again() -> None:
    carried = stats(MINT, Role.SECONDARY, carried_lamports=10_000_000)
    plan = planned(secondary(vault_lamports=0, authority_lamports=30_000_000, stats=carried))
    assert (plan.split.carried_in, plan.split.inflow, plan.split.to_root) == (
        10_000_000,
        20_000_000,
        8_960_000,
    )


def test_the_plan_names_the_count_that_it_expects() -> None:
    plan = planned(secondary(stats=stats(MINT, Role.SECONDARY, cycle_count=7, last_cycle_at=1)))
    assert plan.expected_cycle == 7


SHARES = Sharing(((AUTHORITY, 10_000),), admin_revoked=True)
CREATORS = {
    FeeSource.OWN: AUTHORITY,
    FeeSource.SHARED: str(SHARED),
    FeeSource.SHARING: ADDRESSES.sharing_config,
    FeeSource.FOREIGN: str(key("stranger")),
}


@pytest.mark.parametrize(
    ("source", "fee_bps"),
    [(FeeSource.OWN, 125), (FeeSource.SHARED, 125), (FeeSource.SHARING, 47), (FeeSource.FOREIGN, 47)],
)
def test_only_a_creators_fee_that_is_surely_ours_widens_the_limit(source: FeeSource, fee_bps: int) -> None:
    """A shareholder may be the attacker, and get part of his own fee back."""
    creator = CREATORS[source]
    sharing = SHARES if source is FeeSource.SHARING else None
    root = token(MINT, Role.ROOT, curve=curve(creator=creator), sharing=sharing)
    state = limited(chain(root, treasury_lamports=100 * SOL), **WIDE)
    assert planned(state).spend == impact_limit(30 * SOL, 1000, fee_bps)


@pytest.mark.parametrize(
    ("changes", "fee_bps"),
    [
        ({"is_cashback_coin": True}, 47),
        ({"creator_fee_bps": 10}, 105),
        ({"creator_fee_bps": 500}, 125),
    ],
)
def test_a_cashback_and_a_lower_own_fee_narrow_it(changes: dict[str, Any], fee_bps: int) -> None:
    root = token(MINT, Role.ROOT, curve=curve(creator=AUTHORITY, **changes))
    state = limited(chain(root, treasury_lamports=100 * SOL), **WIDE)
    assert planned(state).spend == impact_limit(30 * SOL, 1000, fee_bps)


def test_a_pools_liquidity_fee_does_not_count() -> None:
    """The attacker may be the liquidity: 93 + 30 of 125 count now, 5 + 95 of 120 in the next tier."""
    state = limited(chain(graduated(MINT, Role.ROOT), treasury_lamports=100 * SOL), **WIDE)
    assert planned(state).spend == impact_limit(84_990_359_056, 1000, (123 + 100) // 2)


def test_near_its_end_a_curve_is_as_deep_as_what_is_really_there() -> None:
    ending = curve(creator=AUTHORITY, real_token_reserves=10**14, real_quote_reserves=2 * SOL)
    state = limited(chain(token(MINT, Role.ROOT, curve=ending), treasury_lamports=100 * SOL), **WIDE)
    assert planned(state).spend == impact_limit(2 * SOL, 1000, 125)


LAMPORTS = st.integers(0, 200 * SOL)
BUCKETS = st.fixed_dictionaries(dict.fromkeys(("bucket", "vault", "authority", "amm_bucket"), LAMPORTS))


def some_token(role: Role, on_pool: bool, quote: int, fees: dict[str, int], known: Any) -> TokenState:
    balances = {"vault_lamports": fees["vault"], "authority_lamports": fees["authority"], "stats": known}
    bought_on = curve(
        creator=AUTHORITY, virtual_quote_reserves=quote, creator_fee=fees["bucket"], complete=on_pool
    )
    if not on_pool:
        return token(MINT, role, curve=bought_on, **balances)
    pooled = pool(coin_creator=AUTHORITY, quote_amount=quote, creator_fees=fees["amm_bucket"])
    return token(MINT, role, curve=bought_on, pool=pooled, **balances)


@given(
    role=st.sampled_from(Role),
    on_pool=st.booleans(),
    fees=BUCKETS,
    carried=LAMPORTS,
    treasury=LAMPORTS,
    quote=st.integers(30 * SOL, 115 * SOL),
    cap=st.integers(1, 20 * SOL),
    impact=st.integers(1, 1000),
    share=st.none() | st.integers(1000, 9000),
    slippage=st.integers(1, 1000),
)
def test_every_plan_conserves_lamports_and_keeps_to_its_limits(
    role: Role,
    on_pool: bool,
    fees: dict[str, int],
    carried: int,
    treasury: int,
    quote: int,
    cap: int,
    impact: int,
    share: int | None,
    slippage: int,
) -> None:
    own_share = None if role is Role.ROOT or share is None else RootShare(share, share, 0)
    known = stats(MINT, role, carried_lamports=carried, root_share=own_share)
    found = some_token(role, on_pool, quote, fees, known)
    state = limited(
        chain(found, treasury_lamports=treasury),
        max_fees_per_cycle_lamports=cap,
        max_price_impact_bps=impact,
    )
    plan = decide(state, str(MINT), slippage)
    if isinstance(plan, Refusal):
        assert plan.reason == "InsufficientFees"
        return
    s, market = plan.split, market_of(state, found)
    assert market is not None
    assert s.carried_in + s.inflow + plan.treasury_in == s.to_root + plan.spend + plan.carried_out
    uncollected = fees["bucket"] + fees["vault"] + (fees["amm_bucket"] if on_pool else 0)
    assert s.carried_in + s.inflow == uncollected + fees["authority"]
    assert plan.treasury_in == (treasury if role is Role.ROOT else 0)
    assert 0 < plan.spend <= min(cap, impact_limit(quote, impact, market.sure_bps(creators=True)))
    assert plan.carried_out >= 0
    assert 1 <= plan.min_tokens_out <= plan.tokens_out == market.tokens_out(plan.spend)
