from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dat_operator.domain.chain_state import ChainState, Role
from dat_operator.domain.curve import fees_at, impact_limit
from dat_operator.domain.decision import CyclePlan, Refusal, decide
from tests.unit.builders import FEES, SOL, chain, curve, key, stats, token, with_limits

MINT = key("mint")
AUTHORITY = token(MINT).addresses.authority


def secondary(**changes: object) -> ChainState:
    return chain(token(MINT, **{"vault_lamports": SOL // 10, **changes}))


@pytest.mark.parametrize(
    ("state", "reason", "words"),
    [
        (chain(), "NotInitialized", "no stats account"),
        (replace(secondary(), state=None), "NotInitialized", "no stats account"),
        (secondary(stats=None), "NotInitialized", "no stats account"),
        (secondary(curve=None), "CurveNotFound", "no pump.fun bonding curve"),
        (secondary(mint_account=None), "MintNotFound", "does not exist"),
        (secondary(curve=curve(creator=AUTHORITY, is_cashback_coin=True)), "CashbackCoin", "traders"),
        (
            secondary(curve=curve(creator=AUTHORITY, quote_mint=str(key("usdc")))),
            "UnsupportedQuoteMint",
            str(key("usdc")),
        ),
        (secondary(curve=curve()), "CreatorMismatch", AUTHORITY),
        (secondary(curve=curve(creator=AUTHORITY, complete=True)), "BondingCurveComplete", "graduated"),
        (
            secondary(stats=stats(MINT, Role.SECONDARY, cycle_count=1, last_cycle_at=999_950)),
            "CycleTooSoon",
            "10 s of the minimum interval of 60 s",
        ),
        (secondary(vault_lamports=5_689_999), "InsufficientFees", "0.0056 of the 0.0056 SOL"),
        (
            chain(token(MINT, Role.ROOT, vault_lamports=1_000_000), treasury_lamports=999_999),
            "InsufficientFees",
            "0.0019 of the 0.0020 SOL",
        ),
        (
            with_limits(secondary(), max_fees_per_cycle_lamports=3),
            "InsufficientFees",
            "not buy a single unit",
        ),
    ],
    ids=lambda value: value if isinstance(value, str) and value.isalpha() else "",
)
def test_refusals(state: ChainState, reason: str, words: str) -> None:
    refusal = decide(state, str(MINT), 500)
    assert isinstance(refusal, Refusal), refusal
    assert refusal.reason == reason
    assert words in refusal.message


@pytest.mark.parametrize("cycles", [0, 1])
def test_the_interval_is_over_at_its_last_second(cycles: int) -> None:
    """The program compares with >= too, and lets the very first cycle run at once."""
    last = 999_940 if cycles else 1_000_000
    state = secondary(stats=stats(MINT, Role.SECONDARY, cycle_count=cycles, last_cycle_at=last))
    assert isinstance(decide(state, str(MINT), 500), CyclePlan)


def test_a_secondarys_cycle() -> None:
    plan = decide(secondary(), str(MINT), 500)
    assert isinstance(plan, CyclePlan)
    assert plan.split.inflow == 100_000_000
    assert plan.split.to_root == 44_800_000
    assert plan.spend == 55_200_000
    assert plan.carried_out == 0
    assert plan.min_tokens_out == plan.tokens_out * 95 // 100


def test_an_own_share_overrides_the_ecosystems() -> None:
    plan = decide(secondary(stats=stats(MINT, Role.SECONDARY, root_share_bps=1000)), str(MINT), 500)
    assert isinstance(plan, CyclePlan)
    assert plan.split.to_root == 10_000_000


def test_a_root_keeps_everything_and_takes_the_treasury() -> None:
    state = chain(token(MINT, Role.ROOT, vault_lamports=1_000_000), treasury_lamports=2_000_000)
    plan = decide(state, str(MINT), 500)
    assert isinstance(plan, CyclePlan)
    assert (plan.split.to_root, plan.treasury_in, plan.spend) == (0, 2_000_000, 3_000_000)


LAMPORTS = st.integers(0, 200 * SOL)


@given(
    role=st.sampled_from(Role),
    bucket=LAMPORTS,
    vault=LAMPORTS,
    authority=LAMPORTS,
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
    bucket: int,
    vault: int,
    authority: int,
    carried: int,
    treasury: int,
    quote: int,
    cap: int,
    impact: int,
    share: int | None,
    slippage: int,
) -> None:
    own_share = None if role is Role.ROOT else share
    state = with_limits(
        chain(
            token(
                MINT,
                vault_lamports=vault,
                authority_lamports=authority,
                curve=curve(creator=AUTHORITY, virtual_quote_reserves=quote, creator_fee=bucket),
                stats=stats(MINT, role, carried_lamports=carried, root_share_bps=own_share),
            ),
            treasury_lamports=treasury,
        ),
        max_fees_per_cycle_lamports=cap,
        max_price_impact_bps=impact,
    )
    plan = decide(state, str(MINT), slippage)
    if isinstance(plan, Refusal):
        assert plan.reason == "InsufficientFees"
        return
    s = plan.split
    assert s.carried_in + s.inflow + plan.treasury_in == s.to_root + plan.spend + plan.carried_out
    assert s.carried_in + s.inflow == bucket + vault + authority
    assert plan.treasury_in == (treasury if role is Role.ROOT else 0)
    assert 0 < plan.spend <= min(cap, impact_limit(quote, impact, FEES.total_bps))
    assert plan.carried_out >= 0
    assert 1 <= plan.min_tokens_out <= plan.tokens_out
    assert fees_at(state.fee_tiers, 0) == FEES
