"""Observations of a run: stale ones, and prices that fall."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from solders.pubkey import Pubkey

from dat_operator.chain import addresses as at
from dat_operator.domain.dat_accounts import Role
from dat_operator.domain.price import MAX_AGE_SLOTS, MIN_AGE_SLOTS, PriceObservation
from dat_operator.domain.report import Outcome
from tests.support.fakes.assembled import (
    DecodedInstruction,
    at_cycle,
)
from tests.support.fakes.ecosystem_chain import (
    APPLE,
    PEAR,
    ROOT,
    EcosystemChain,
    expected,
    outcomes,
)
from tests.support.fakes.job_chain import (
    curve_of,
    dat_instruction,
    stats_of,
)
from tests.support.vectors.dat_bytes import OBSERVATION, observation_bytes


async def test_no_token_waits_for_one_with_a_stale_observation() -> None:
    """A killed run's observation counts until it expires, and the price has risen: the token comes last."""
    fake_chain = EcosystemChain(APPLE, PEAR)
    low = replace(OBSERVATION, quote=OBSERVATION.quote // 2)
    fake_chain.table |= {str(k): v for k, v in stats_of(APPLE, observation=observation_bytes(low)).items()}

    def slot(*_: Any) -> int:
        fake_chain.slot = max(fake_chain.slot + 1, OBSERVATION.slot + MAX_AGE_SLOTS + 1)
        return fake_chain.slot + MIN_AGE_SLOTS

    fake_chain.answers["getSlot"] = slot
    report = await fake_chain.run()
    assert outcomes(report) == expected(apple="CycleCompleted", pear="CycleCompleted")
    assert fake_chain.cycles() == [[PEAR], [APPLE]]


def falls_once_others_land(fake_chain: EcosystemChain, *, steady: bool) -> None:
    """An attacker has raised the root's price for the reading, and drops it; ``steady``: once only."""
    low = replace(OBSERVATION, quote=OBSERVATION.quote * 9 // 10)
    seen = low if steady else OBSERVATION

    def lands(transaction: Sequence[DecodedInstruction]) -> Any:
        fake_chain.land(transaction)
        changes: dict[Pubkey, Any] = {}
        if any(at_cycle(transaction, mint) for mint in (APPLE, PEAR)):
            changes |= curve_of(ROOT, virtual_quote_reserves=low.quote)
        if any(dat_instruction(one) == "observe" for one in transaction):
            changes |= stats_of(ROOT, Role.ROOT, observation=observation_bytes(seen))
        fake_chain.table |= {str(name): value for name, value in changes.items()}

    fake_chain.lands = lands


async def test_a_root_price_that_falls_while_the_others_land_is_observed_again() -> None:
    fake_chain = EcosystemChain(APPLE, PEAR, ROOT)
    falls_once_others_land(fake_chain, steady=True)
    assert set(outcomes(await fake_chain.run()).values()) == {"CycleCompleted"}
    assert fake_chain.calls() == [["run_cycle"], ["run_cycle"], ["observe"], ["run_cycle"]]


async def test_a_price_that_falls_after_each_observation_is_not_bought_at() -> None:
    """An attacker who raises the price for every observation must not sell at it."""
    fake_chain = EcosystemChain(APPLE, PEAR, ROOT)
    falls_once_others_land(fake_chain, steady=False)
    report = await fake_chain.run()
    assert outcomes(report) == expected(apple="CycleCompleted", pear="CycleCompleted", root="PriceTooHigh")
    assert report.outcome is Outcome.COMPLETED, "PriceTooHigh is no failure"
    assert fake_chain.cycles() == [[APPLE], [PEAR]]


async def test_priority_fees_follow_the_accounts_of_the_cycles() -> None:
    """The observations before them lock fewer accounts."""
    fake_chain = EcosystemChain(APPLE)
    never = stats_of(APPLE, observation=observation_bytes(PriceObservation(0, 0, 0, 0)))
    fake_chain.table |= {str(name): value for name, value in never.items()}
    asked: list[list[str]] = []
    fake_chain.answers["getRecentPrioritizationFees"] = lambda accounts: asked.append(list(accounts)) or []
    await fake_chain.run()
    assert [str(at.bonding_curve(APPLE)) in accounts for accounts in asked] == [False, True]
