"""PumpDrift: pump.fun rejects the form of the instructions."""

from collections.abc import Sequence
from typing import Any

import pytest
from solders.pubkey import Pubkey

from dat_operator.chain import addresses as at
from dat_operator.chain.pump.upgrades import LOADER
from dat_operator.domain.report import Outcome
from tests.support.fakes.accounts import TIME, program_data
from tests.support.fakes.assembled import (
    DecodedInstruction,
    RefusalRule,
)
from tests.support.fakes.ecosystem_chain import (
    APPLE,
    PEAR,
    ROOT,
    EcosystemChain,
    expected,
    outcomes,
    refusing,
)
from tests.support.fakes.job_chain import (
    stats_of,
)
from tests.support.vectors.dat_bytes import u64


def changed(*tokens: Pubkey) -> RefusalRule:
    """pump.fun no longer accepts the accounts of some tokens' cycles."""

    def refuse(transaction: Sequence[DecodedInstruction]) -> Any:
        refusals = (refusing(token, "AccountNotInitialized", 3012, at.PUMP) for token in tokens)
        return next(filter(None, (one(transaction) for one in refusals)), None)

    return refuse


async def test_a_pump_fun_that_has_changed_is_no_tokens_fault() -> None:
    report = await (fake_chain := EcosystemChain(APPLE, PEAR, ROOT, refuse=changed(APPLE, PEAR, ROOT))).run()
    assert outcomes(report) == expected(apple="PumpDrift", pear="PumpDrift", root="PumpDrift")
    assert report.outcome is Outcome.FAILED
    assert "look for a newer dat-operator" in report.tokens[0].message
    assert fake_chain.sent == {}, "nor is it counted"


@pytest.mark.parametrize(
    ("cycles", "since", "drifted"), [(3, 1_000, True), (3, -1_000, False), (0, 1_000, False)]
)
async def test_one_that_cycled_before_an_upgrade_and_not_since(
    cycles: int, since: int, drifted: bool
) -> None:
    """One token's failure is drift only if pump.fun was upgraded ``since`` seconds after its last cycle."""
    fake_chain = EcosystemChain(APPLE, refuse=changed(APPLE))
    stats = stats_of(APPLE, cycle_count=u64(cycles), last_cycle_at=u64(TIME - 9_000))
    fake_chain.table |= {str(k): v for k, v in stats.items()}
    fake_chain.answers["getSignaturesForAddress"] = []
    fake_chain.slot, fake_chain.answers["getBlockTime"] = 30_000, TIME - 9_000 + since
    fake_chain.table[str(at.pda(LOADER, bytes(at.PUMP)))] = program_data(50)
    report = await fake_chain.run()
    assert outcomes(report) == expected(apple="PumpDrift" if drifted else "AccountNotInitialized")
    assert ("upgraded at slot 50" in report.tokens[0].message) is drifted
    assert fake_chain.calls() == ([] if drifted else [["record_failure"]])


async def test_as_long_as_others_go_through_it_is_the_tokens_own() -> None:
    report = await (fake_chain := EcosystemChain(APPLE, PEAR, refuse=changed(APPLE))).run()
    assert outcomes(report) == expected(apple="AccountNotInitialized", pear="CycleCompleted")
    assert fake_chain.calls() == [["run_cycle"], ["record_failure"]]
