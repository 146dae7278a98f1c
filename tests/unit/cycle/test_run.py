"""A run: order, reports, restarts."""

from collections.abc import Sequence
from typing import Any

from dat_operator.cycle.run import in_order
from dat_operator.domain.dat_accounts import Role
from dat_operator.domain.report import Outcome
from tests.support.fakes.assembled import (
    RUN_ID,
    DecodedInstruction,
    anchor_error,
    at_cycle,
    config,
    suspended,
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
    stats_of,
)
from tests.support.vectors.dat_bytes import u64


async def test_every_token_once_and_the_root_with_their_treasury_last() -> None:
    fake_chain = EcosystemChain(ROOT, APPLE, PEAR)
    report = await fake_chain.run()
    assert report.outcome is Outcome.COMPLETED
    assert outcomes(report) == expected(apple="CycleCompleted", pear="CycleCompleted", root="CycleCompleted")
    assert fake_chain.cycles() == [[APPLE], [PEAR], [ROOT]]
    assert [token.signature for token in report.tokens] == list(fake_chain.sent)
    assert [token.cycle for token in report.tokens] == [1, 1, 1]
    assert report.run_id == RUN_ID.hex()


async def test_each_cycle_names_its_count_and_its_run() -> None:
    fake_chain = EcosystemChain(APPLE)
    fake_chain.table |= {str(k): v for k, v in stats_of(APPLE, cycle_count=u64(7)).items()}
    await fake_chain.run()
    ((*_, cycle),) = fake_chain.sent.values()
    assert cycle.data[9:33] == u64(7) + RUN_ID


async def test_the_root_is_planned_again_after_the_others_have_landed() -> None:
    """A failed token's root share is not in the treasury."""
    fake_chain = EcosystemChain(APPLE, PEAR, ROOT)

    def lands(transaction: Sequence[DecodedInstruction]) -> Any:
        if at_cycle(transaction, PEAR):
            return {"InstructionError": [2, {"Custom": 1}]}
        fake_chain.land(transaction)
        return None

    fake_chain.lands = lands
    fake_chain.answers["getTransaction"] = {"meta": {"logMessages": anchor_error("ConservationViolated")}}
    report = await fake_chain.run()
    assert outcomes(report)[config(PEAR).name] == "ConservationViolated"
    assert report.outcome is Outcome.FAILED
    reading = [i for i, (method, _) in enumerate(fake_chain.asked) if method == "getMultipleAccounts"]
    sending = [i for i, (method, _) in enumerate(fake_chain.asked) if method == "sendTransaction"]
    assert reading[-1] > sending[1], "read again between the secondaries and the root"


async def test_a_token_with_too_few_fees_is_skipped_and_not_counted() -> None:
    fake_chain = EcosystemChain(APPLE)
    fake_chain.table |= {str(k): v for k, v in curve_of(APPLE, bucket=1).items()}
    report = await fake_chain.run()
    assert (report.outcome, outcomes(report)) == (Outcome.SKIPPED, expected(apple="InsufficientFees"))
    assert fake_chain.sent == {}


async def test_a_suspended_token_is_reported_as_skipped_and_gets_no_transaction() -> None:
    fake_chain = EcosystemChain(APPLE, PEAR)
    report = await fake_chain.run(tokens=[suspended(APPLE), config(PEAR)])
    apple, pear = report.tokens
    assert (apple.outcome, apple.reason, apple.message) == (
        Outcome.SKIPPED,
        "Suspended",
        "spec.suspend: true",
    )
    assert pear.outcome is Outcome.COMPLETED
    assert fake_chain.cycles() == [[PEAR]]


def test_secondaries_first_and_otherwise_as_configured() -> None:
    tokens = [config(ROOT, Role.ROOT), config(PEAR), config(APPLE)]
    assert [token.mint for token in in_order(tokens)] == [str(PEAR), str(APPLE), str(ROOT)]
