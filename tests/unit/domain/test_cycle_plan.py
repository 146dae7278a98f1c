"""What a cycle would do: amounts, limits, forms."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dat_operator.domain.chain_state import ChainState
from dat_operator.domain.dat_accounts import Role, RootShare
from dat_operator.domain.decision import CyclePlan, decide
from dat_operator.domain.fees import exact_in, fee_limit
from dat_operator.domain.market import BuyForm, market_of
from dat_operator.domain.price import MAX_AGE_SLOTS, PriceObservation
from dat_operator.domain.refusal import Refusal
from dat_operator.domain.token_state import FeeSource, Sharing, TokenState
from tests.support.chain_state import POOL_FEES, SHARED, SOL, chain, curve, graduated, key, pool, stats, token
from tests.support.chain_state import with_limits as limited

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


def test_a_plan_does_not_split_carried_lamports_again() -> None:
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


FRESH = (30 * SOL, 1_073_000_000_000_000)
"""What a new curve's price is made of."""


NEVER = PriceObservation(0, 0, 0, 0)


def rich(seen: PriceObservation = NEVER, **changes: Any) -> ChainState:
    """A root on its curve with more than it may spend, observed as ``seen``, now at slot 100."""
    root = token(MINT, Role.ROOT, stats=stats(MINT, Role.ROOT, observation=seen), **changes)
    return replace(limited(chain(root, treasury_lamports=100 * SOL), **WIDE), slot=100)


@pytest.mark.parametrize("source", FeeSource)
def test_whoever_gets_the_creators_fee_a_coin_spends_alike(source: FeeSource) -> None:
    """Adopted and foreign coins, too: what bounds a buy is the price that was observed."""
    creator = CREATORS[source]
    sharing = SHARES if source is FeeSource.SHARING else None
    state = rich(curve=curve(creator=creator), sharing=sharing)
    assert planned(state).spend == ROOM


ROOM = 30 * SOL * 100_000 // 2_100_000
"""What may be spent until the price has risen by a tenth: less than a tenth of the reserves."""


def test_before_an_observation_the_price_has_not_risen() -> None:
    assert planned(rich()).spend == ROOM
    stale = PriceObservation(100 - MAX_AGE_SLOTS - 1, 1, 10**15, 10**15)
    assert planned(rich(stale)).spend == ROOM


@pytest.mark.parametrize("quote", [30 * SOL, 31 * SOL])
def test_a_price_that_has_not_risen_leaves_the_impact(quote: int) -> None:
    state = limited(rich(PriceObservation(90, quote, FRESH[1], 10**15)), max_price_impact_bps=100)
    assert planned(state).spend == 300_000_000


@pytest.mark.parametrize("base", [1, FRESH[1] * 18 // 10_000, FRESH[1] * 19 // 10_000 - 1])
def test_a_price_that_has_risen_by_a_trifle_leaves_the_impact(base: int) -> None:
    """A hundred lamports in the right slots made a graduated token's buy 4 % of itself."""
    state = rich(PriceObservation(90, FRESH[0], FRESH[1] + base, 10**15))
    assert planned(limited(state, max_price_impact_bps=100)).spend == 300_000_000


@pytest.mark.parametrize(("bps", "times"), [(38, 2), (57, 1.5), (95, 1.25), (190, 10 / 9)])
def test_a_higher_price_lowers_the_limit_down_to_the_fee_limit(bps: int, times: float) -> None:
    """For any buyer, because an attacker must raise the price before a sandwich."""
    state = rich(PriceObservation(90, FRESH[0], FRESH[1] + FRESH[1] * bps // 10_000 - 1, 10**15))
    assert planned(state).spend == int(fee_limit(30 * SOL, 95) * times)


def test_a_rise_is_scaled_to_larger_earlier_reserves() -> None:
    """On a curve that has graduated since, or near its end, where what is really there is less."""
    seen = PriceObservation(90, FRESH[0], FRESH[1] + FRESH[1] * 38 // 10_000 - 1, 10**15)
    ending = curve(creator=AUTHORITY, real_token_reserves=10**14, real_quote_reserves=15 * SOL)
    covered = fee_limit(15 * SOL, 95 // 2)
    assert planned(rich(seen, curve=ending)).spend == covered + covered * 1900 // (7600 - 1900)


def test_a_price_that_has_risen_by_more_than_the_part_is_refused() -> None:
    state = rich(PriceObservation(90, 27 * SOL, FRESH[1], 10**15))
    refusal = decide(state, str(MINT), 500)
    assert isinstance(refusal, Refusal)
    assert refusal.reason == "PriceTooHigh"
    assert "1000 basis points" in refusal.message


def test_burns_since_the_observation_lower_the_limit() -> None:
    """The same coin may be the root of other ecosystems."""
    burned = PriceObservation(90, *FRESH, 10**15 + 10**13)
    taken = 10**13 * FRESH[0] // FRESH[1]
    state = limited(rich(burned), max_price_impact_bps=100)
    assert planned(state).spend == 300_000_000 - taken
    all_of_it = PriceObservation(90, *FRESH, 10**15 + 2 * 10**13)
    refusal = decide(limited(rich(all_of_it), max_price_impact_bps=100), str(MINT), 500)
    assert isinstance(refusal, Refusal)
    assert refusal.reason == "PriceTooHigh"


def test_near_its_end_a_curve_is_as_deep_as_its_real_reserves() -> None:
    ending = curve(creator=AUTHORITY, real_token_reserves=10**14, real_quote_reserves=2 * SOL)
    assert planned(limited(rich(curve=ending), max_price_impact_bps=100)).spend == 20_000_000


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
    assert 0 < plan.spend <= min(cap, quote * impact // 10_000)
    assert plan.carried_out >= 0
    assert 1 <= plan.min_tokens_out <= plan.tokens_out == market.tokens_out(plan.spend)
