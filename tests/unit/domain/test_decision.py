"""Refusals in their order."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from dat_operator.domain.chain_state import ChainState
from dat_operator.domain.dat_accounts import Role
from dat_operator.domain.decision import CyclePlan, decide
from dat_operator.domain.errors import SKIP_REASONS
from dat_operator.domain.job_config import PoolName
from dat_operator.domain.policy import PaceConfig
from dat_operator.domain.refusal import Refusal
from dat_operator.domain.token_state import Sharing, TokenState
from tests.support.chain_state import SOL, chain, curve, dat_state, graduated, key, stats, token, with_limits

MINT = key("mint")
ADDRESSES = token(MINT).addresses
AUTHORITY = ADDRESSES.authority


def secondary(**changes: Any) -> ChainState:
    return chain(token(MINT, **{"vault_lamports": SOL // 10, **changes}))


def known(**changes: Any) -> ChainState:
    return secondary(stats=stats(MINT, Role.SECONDARY, **changes))


def ecosystem(**changes: Any) -> ChainState:
    return replace(secondary(), state=dat_state(**changes))


def refusal(state: ChainState) -> Refusal:
    found = decide(state, str(MINT), 500)
    assert isinstance(found, Refusal), found
    return found


@pytest.mark.parametrize(
    ("state", "reason", "words"),
    [
        (chain(), "NotInitialized", "no stats account"),
        (replace(secondary(), state=None), "NotInitialized", "no stats account"),
        (secondary(stats=None), "NotInitialized", "no stats account"),
        (ecosystem(paused=True), "DATNotActive", "the ecosystem is paused on chain; `dat admin resume`"),
        (
            ecosystem(active=False),
            "DATNotActive",
            "the ecosystem is not active on chain; `dat admin set-active true`",
        ),
        (
            known(paused=True, consecutive_failures=5),
            "DATNotActive",
            f"after 5 failures in a row; after the cause is removed, `dat admin resume --token {MINT}`",
        ),
        (known(paused=True), "DATNotActive", f"is paused on chain; `dat admin resume --token {MINT}`"),
        (
            known(active=False),
            "DATNotActive",
            f"not active on chain; `dat admin set-active true --token {MINT}`",
        ),
        (secondary(curve=None), "CurveNotFound", "no bonding curve"),
        (
            secondary(curve=curve(creator=AUTHORITY, quote_mint=str(key("usdc")))),
            "UnsupportedQuoteMint",
            str(key("usdc")),
        ),
        (secondary(curve=curve(creator=AUTHORITY, is_cashback_coin=True)), "CashbackCoin", "traders"),
        (secondary(curve=curve()), "CreatorMismatch", AUTHORITY),
        (
            secondary(
                curve=curve(creator=ADDRESSES.sharing_config),
                sharing=Sharing(((str(key("stranger")), 10_000),), admin_revoked=True),
            ),
            "ForeignSharingConfig",
            "has no part",
        ),
        (
            chain(graduated(MINT, missing=("wrapped SOL account", "volume accumulator"))),
            "SetupIncomplete",
            "missing: wrapped SOL account, volume accumulator; the setup Job creates them",
        ),
        (
            secondary(curve=curve(creator=AUTHORITY, complete=True)),
            "AwaitingMigration",
            "the pool does not exist yet",
        ),
        (secondary(mint_account=None), "AwaitingMigration", "the pool does not exist yet"),
        (
            chain(graduated(MINT, pool={"quote_amount": 9_999_999}, vault_lamports=SOL)),
            "InsufficientPoolLiquidity",
            "holds less than 0.0100 SOL; someone must buy first",
        ),
        (
            known(cycle_count=1, last_cycle_at=999_950),
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
            "3 lamports do not buy a single unit",
        ),
    ],
    ids=lambda value: value if isinstance(value, str) and value.isalpha() else "",
)
def test_refusals(state: ChainState, reason: str, words: str) -> None:
    found = refusal(state)
    assert found.reason == reason
    assert words in found.message


Fault = Callable[[ChainState], ChainState]


def of_token(change: Callable[[TokenState], TokenState]) -> Fault:
    return lambda state: replace(state, tokens={m: change(t) for m, t in state.tokens.items()})


def of_stats(**changes: Any) -> Fault:
    def change(state: TokenState) -> TokenState:
        assert state.stats is not None
        return replace(state, stats=replace(state.stats, **changes))

    return of_token(change)


def of_curve(**changes: Any) -> Fault:
    def change(state: TokenState) -> TokenState:
        assert state.curve is not None
        return replace(state, curve=replace(state.curve, **changes))

    return of_token(change)


def of_pool(**changes: Any) -> Fault:
    def change(state: TokenState) -> TokenState:
        return replace(state, pool=replace(state.pool, **changes) if state.pool else None)

    return of_token(change)


def of_state(**changes: Any) -> Fault:
    def change(state: ChainState) -> ChainState:
        assert state.state is not None
        return replace(state, state=replace(state.state, **changes))

    return change


def often(state: ChainState) -> ChainState:
    """In this hour; not more lately than it has cycled already."""
    last = state.tokens[str(MINT)].stats
    at = max(last.last_cycle_at if last else 0, 999_900)
    return of_stats(cycle_count=9, cycles_in_hour=10, last_cycle_at=at)(state)


IN_ORDER: tuple[tuple[str, Fault], ...] = (
    ("DATNotActive: the ecosystem is paused", of_state(paused=True)),
    ("DATNotActive: the ecosystem is not active", of_state(active=False)),
    ("DATNotActive: the token is paused", of_stats(paused=True)),
    ("DATNotActive: the token is not active", of_stats(active=False)),
    ("UnsupportedQuoteMint", of_curve(quote_mint=str(key("usdc")))),
    ("CashbackCoin", of_curve(is_cashback_coin=True)),
    ("CreatorMismatch", of_pool(coin_creator=str(key("stranger")))),
    ("SetupIncomplete", of_token(lambda state: replace(state, missing=("an account",)))),
    ("AwaitingMigration", of_pool(base_amount=0)),
    ("InsufficientPoolLiquidity", of_pool(quote_amount=1)),
    ("CycleTooSoon", of_stats(cycle_count=1, last_cycle_at=999_999)),
    ("RateLimited", often),
    ("InsufficientFees", of_token(lambda state: replace(state, vault_lamports=0))),
)


@pytest.mark.parametrize("first", range(len(IN_ORDER)), ids=lambda number: IN_ORDER[number][0])
def test_the_first_of_many_refusals_wins(first: int) -> None:
    """With this fault and all later ones, the message names this fault."""
    state = chain(graduated(MINT, vault_lamports=SOL))
    for _, fault in IN_ORDER[first:]:
        state = fault(state)
    found = refusal(state)
    assert f"{found.reason}: {found.message}".startswith(IN_ORDER[first][0])


REFUSED_COINS = ("UnsupportedQuoteMint", "CashbackCoin", "CreatorMismatch")


@pytest.mark.parametrize("reason", [text.split(":")[0] for text, _ in IN_ORDER])
def test_a_fault_that_passes_by_itself_is_no_failure(reason: str) -> None:
    assert (reason in SKIP_REASONS) == (reason not in REFUSED_COINS)


def test_without_a_fault_there_is_a_plan() -> None:
    assert isinstance(decide(chain(graduated(MINT, vault_lamports=SOL)), str(MINT), 500), CyclePlan)


@pytest.mark.parametrize("cycles", [0, 1])
def test_the_interval_is_over_at_its_last_second(cycles: int) -> None:
    """The program compares with >= too, and lets the very first cycle run at once."""
    last = 999_940 if cycles else 1_000_000
    assert isinstance(decide(known(cycle_count=cycles, last_cycle_at=last), str(MINT), 500), CyclePlan)


@pytest.mark.parametrize(("cooldown", "reason"), [(0, None), (60, None), (61, "CycleTooSoon")])
def test_a_caller_may_wait_longer_than_the_program(cooldown: int, reason: str | None) -> None:
    found = decide(
        known(cycle_count=1, last_cycle_at=999_940), str(MINT), 500, PaceConfig(cooldown_seconds=cooldown)
    )
    assert (found.reason if isinstance(found, Refusal) else None) == reason


def test_the_least_liquidity_is_enough() -> None:
    state = chain(graduated(MINT, pool={"quote_amount": 10_000_000}, vault_lamports=SOL))
    assert isinstance(decide(state, str(MINT), 500), CyclePlan)


def test_the_least_fees_are_enough() -> None:
    assert isinstance(decide(secondary(vault_lamports=5_690_000), str(MINT), 500), CyclePlan)


ON_CURVE, ON_PUMPSWAP = secondary(), chain(graduated(MINT, vault_lamports=SOL))
MIGRATING = of_curve(complete=True)(ON_CURVE)


@pytest.mark.parametrize(
    ("state", "pool", "reason", "words"),
    [
        (ON_CURVE, "PumpSwap", "PoolMismatch", "wait until it graduates, or set spec.pool: Auto"),
        (ON_PUMPSWAP, "BondingCurve", "PoolMismatch", "set spec.pool: Auto, or PumpSwap"),
        (MIGRATING, "BondingCurve", "PoolMismatch", "graduated to PumpSwap, for good"),
        (
            chain(graduated(MINT, missing=("wrapped SOL account",))),
            "BondingCurve",
            "PoolMismatch",
            "graduated to PumpSwap, for good",
        ),
        (MIGRATING, "PumpSwap", "AwaitingMigration", "the pool does not exist yet"),
    ],
)
def test_a_token_that_trades_elsewhere_than_it_must(
    state: ChainState, pool: PoolName, reason: str, words: str
) -> None:
    found = decide(state, str(MINT), 500, pool=pool)
    assert isinstance(found, Refusal)
    assert (found.reason, words in found.message) == (reason, True)


@pytest.mark.parametrize(
    ("state", "pool"),
    [(ON_CURVE, "Auto"), (ON_CURVE, "BondingCurve"), (ON_PUMPSWAP, "Auto"), (ON_PUMPSWAP, "PumpSwap")],
)
def test_a_token_that_trades_where_it_may(state: ChainState, pool: PoolName) -> None:
    assert isinstance(decide(state, str(MINT), 500, pool=pool), CyclePlan)
