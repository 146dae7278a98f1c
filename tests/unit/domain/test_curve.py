"""Quotes against the vectors of the official SDK and against trades of the deployed program."""

import json
from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from dat_operator.domain.curve import (
    BondingCurve,
    Fees,
    FeeTier,
    fees_at,
    impact_limit,
    tokens_out,
)
from dat_operator.domain.errors import DatError
from tests.unit.builders import FEES, SOL, curve

GOLDEN = Path(__file__).parents[2] / "golden"
QUOTES = json.loads((GOLDEN / "golden-pump.json").read_text())["quotes"]
TRADES = json.loads((GOLDEN / "golden-trade-event.json").read_text())["events"]


def sdk_tokens_out(c: BondingCurve, fees: Fees, spend: int) -> int:
    """The official SDK's quote (facts/pump-facts.md §4)."""
    net = (spend - 1) * 10_000 // (10_000 + fees.total_bps)
    out = net * c.virtual_token_reserves // (c.virtual_quote_reserves + net)
    return min(out, c.real_token_reserves)


def one_lamports_worth(c: BondingCurve) -> int:
    return -(-c.virtual_token_reserves // c.virtual_quote_reserves)


@pytest.mark.parametrize("quote", QUOTES, ids=lambda q: f"{q['vq']}-{q['sol_in']}")
def test_quotes_of_the_sdk(quote: dict[str, str]) -> None:
    vt, vq, rt, spend = (int(quote[name]) for name in ("vt", "vq", "rt", "sol_in"))
    c = curve(virtual_token_reserves=vt, virtual_quote_reserves=vq, real_token_reserves=rt)
    theirs, ours = int(quote["tokens_out"]), tokens_out(c, FEES, spend)
    assert sdk_tokens_out(c, FEES, spend) == theirs
    assert 0 <= theirs - ours <= one_lamports_worth(c)


CURVES = st.builds(
    curve,
    virtual_token_reserves=st.integers(279_900_000_000_000, 1_073_000_000_000_000),
    virtual_quote_reserves=st.integers(30 * SOL, 116 * SOL),
    real_token_reserves=st.integers(0, 793_100_000_000_000),
)
SPENDS = st.integers(0, 100 * SOL)


@given(CURVES, SPENDS)
def test_the_sdk_is_never_below_us_and_at_most_a_lamports_worth_above(c: BondingCurve, spend: int) -> None:
    assume(spend >= 1)
    difference = sdk_tokens_out(c, FEES, spend) - tokens_out(c, FEES, spend)
    assert 0 <= difference <= one_lamports_worth(c)


@given(CURVES, SPENDS, st.integers(0, SOL))
def test_more_lamports_never_bring_fewer_tokens(c: BondingCurve, spend: int, more: int) -> None:
    assert tokens_out(c, FEES, spend) <= tokens_out(c, FEES, spend + more) <= c.real_token_reserves


def test_a_trade_on_mainnet_to_the_unit() -> None:
    """A fresh curve, 3 SOL: golden-trade-event.json holds what the program really paid out."""
    (trade,) = [t["decoded"] for t in TRADES if t["decoded"]["ix_name"] == "buy_exact_sol_in"]
    before = curve(
        virtual_token_reserves=trade["virtual_token_reserves"] + trade["token_amount"],
        virtual_quote_reserves=trade["virtual_sol_reserves"] - trade["sol_amount"],
        real_token_reserves=trade["real_token_reserves"] + trade["token_amount"],
    )
    # A cashback takes the creator fee's place in this coin; it costs the buyer as much.
    fees = Fees(trade["fee_basis_points"], trade["cashback_fee_basis_points"])
    spent = trade["sol_amount"] + trade["fee"] + trade["cashback"]
    assert spent == 3 * SOL
    assert tokens_out(before, fees, spent) == trade["token_amount"]


@pytest.mark.parametrize(("spend", "tokens"), [(0, 0), (1, 0), (2, 0), (3, 0), (4, 35_766), (5, 71_533)])
def test_the_smallest_buys_of_the_deployed_program(spend: int, tokens: int) -> None:
    """hack/localnet/FINDINGS.md: 4 lamports buy 35,766 units of a fresh curve; less is refused."""
    got = tokens_out(curve(), FEES, spend)
    assert got == tokens if spend <= 4 else got >= 35_766


@given(CURVES, SPENDS)
def test_the_v3_formula(c: BondingCurve, spend: int) -> None:
    """The formula of FINDINGS.md, written down a second time: 1134 of 1134 real trades follow it."""

    def fee(amount: int, bps: int) -> int:
        return (amount * bps + 9_999) // 10_000

    net = spend * 10_000 // (10_000 + 95 + 30)
    net -= max(0, net + fee(net, 95) + fee(net, 30) - spend)
    out = (net - 1) * c.virtual_token_reserves // (c.virtual_quote_reserves + net - 1) if net > 1 else 0
    assert tokens_out(c, FEES, spend) == min(out, c.real_token_reserves)


TIERS = (FeeTier(0, Fees(95, 300)), FeeTier(100, Fees(90, 200)), FeeTier(1000, Fees(80, 100)))


@pytest.mark.parametrize(
    ("cap", "creator_bps"), [(0, 300), (99, 300), (100, 200), (999, 200), (1000, 100), (2**80, 100)]
)
def test_a_tier_holds_from_its_threshold_on(cap: int, creator_bps: int) -> None:
    assert fees_at(TIERS, cap).creator_bps == creator_bps


def test_below_the_first_threshold_the_first_tier_holds() -> None:
    assert fees_at(TIERS[1:], 5) == TIERS[1].fees


def test_no_tiers_are_an_error() -> None:
    with pytest.raises(DatError, match="no tiers"):
        fees_at((), 1)


def test_market_cap_of_a_new_coin() -> None:
    assert curve().market_cap(10**15) == 27_958_993_476


def test_burning_lowers_the_market_cap_but_not_a_mayhem_coins() -> None:
    """hack/localnet/FINDINGS.md, "fee tier": the program takes the live supply, for mayhem the stored one."""
    assert curve().market_cap(10**14) == 2_795_899_347
    assert curve(is_mayhem_mode=True).market_cap(10**14) == 27_958_993_476


@given(st.integers(0, 2**64 - 1), st.integers(1, 1000), st.integers(0, 10_000))
def test_the_impact_rule_keeps_to_both_bounds(reserves: int, impact: int, fee: int) -> None:
    limit = impact_limit(reserves, impact, fee)
    assert limit * 10_000 <= reserves * impact
    assert limit * 1_000_000 <= reserves * fee * 80
    assert (limit + 1) * 1_000_000 > reserves * min(impact * 100, fee * 80)


def test_the_impact_rule_on_a_new_coin() -> None:
    """The examples of programs/dat/src/arithmetic.rs: 1.25 % fee, 1 % of 30 SOL."""
    assert impact_limit(30 * SOL, 100, 125) == 300_000_000
    assert impact_limit(30 * SOL, 1_000, 125) == 300_000_000
    assert impact_limit(30 * SOL, 10, 125) == 30_000_000
    assert impact_limit(30 * SOL, 100, 0) == 0
