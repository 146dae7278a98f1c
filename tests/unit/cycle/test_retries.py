"""Failed cycles: which are tried again, and how."""

from collections.abc import Sequence
from typing import Any

import pytest

from dat_operator.chain import addresses as at
from dat_operator.chain.tx.sender import INDEX_POLLS
from dat_operator.domain.market import BuyForm
from dat_operator.domain.policy import RetryConfig
from dat_operator.domain.report import Outcome
from tests.support.chain_state import key
from tests.support.fakes.assembled import (
    RUN_ID,
    DecodedInstruction,
    anchor_error,
    at_cycle,
    mints,
)
from tests.support.fakes.clock import Clock
from tests.support.fakes.ecosystem_chain import (
    APPLE,
    PEAR,
    ROOT,
    EcosystemChain,
    chain_with_tables,
    expected,
    outcomes,
    refusing,
    show_cycle,
)
from tests.support.fakes.job_chain import (
    dat_instruction,
)


async def test_a_landed_failure_is_the_culprits_and_the_others_are_tried_alone() -> None:
    """One token's failure on chain fails its whole transaction; the other tokens are tried again."""
    many = mints(14)[10:]
    fake_chain = await chain_with_tables(*many)
    culprit = many[-1]

    def lands(transaction: Sequence[DecodedInstruction]) -> Any:
        if where := at_cycle(transaction, culprit):
            return {"InstructionError": [where, {"Custom": 6030}]}
        fake_chain.land(transaction)
        return None

    fake_chain.lands = lands
    fake_chain.answers["getTransaction"] = {
        "meta": {"logMessages": ["Log truncated"], "innerInstructions": []}
    }
    report = await fake_chain.run()
    assert [token.reason for token in report.tokens] == ["CycleCompleted"] * 3 + ["ConservationViolated"]
    assert fake_chain.cycles() == [many, *([mint] for mint in many[:3])]
    assert fake_chain.calls()[-1] == ["record_failure"]


@pytest.mark.parametrize("shown_after", [3, 1_000])
async def test_a_landed_failure_that_no_node_shows_yet_is_waited_for_and_tried_again(
    shown_after: int, clock: Clock
) -> None:
    fake_chain = EcosystemChain(APPLE)
    refused = {"InstructionError": [4, {"Custom": 6999}]}
    ends = iter([refused])
    fake_chain.lands = lambda transaction: next(ends, None) or fake_chain.land(transaction)
    hashes = (str(key(f"hash {number}")) for number in range(9))
    fake_chain.answers["getLatestBlockhash"] = lambda _: {
        "value": {"blockhash": next(hashes), "lastValidBlockHeight": fake_chain.height + 50}
    }
    shown = {"meta": {"logMessages": anchor_error("ConservationViolated"), "innerInstructions": None}}
    looks = iter(range(1_000_000))
    fake_chain.answers["getTransaction"] = lambda *_: shown if next(looks) >= shown_after else None
    report = await fake_chain.run()
    named = shown_after == 3
    assert outcomes(report) == expected(apple="ConservationViolated" if named else "CycleCompleted")
    assert fake_chain.count("getTransaction") == (4 if named else INDEX_POLLS)
    assert clock.slept < 20, "bounded"


async def test_one_tokens_failure_is_counted_and_costs_only_itself() -> None:
    fake_chain = EcosystemChain(APPLE, PEAR, ROOT, refuse=refusing(APPLE, "ConservationViolated"))
    report = await fake_chain.run()
    assert outcomes(report) == expected(
        apple="ConservationViolated", pear="CycleCompleted", root="CycleCompleted"
    )
    assert fake_chain.calls() == [["run_cycle"], ["run_cycle"], ["record_failure"]]
    (*_, (failure,)) = fake_chain.sent.values()
    assert failure.data[8:24] == RUN_ID
    assert int.from_bytes(failure.data[24:28], "little") == 6021


@pytest.mark.parametrize(
    ("retry", "pauses"),
    [
        (RetryConfig(), [2, 4, 8]),
        (RetryConfig(limit=2, backoff_seconds=5), [5, 10]),
        (RetryConfig(limit=0), []),
    ],
)
async def test_a_retryable_failure_is_tried_again_alone(
    clock: Clock, retry: RetryConfig, pauses: list[int]
) -> None:
    fake_chain = EcosystemChain(APPLE, PEAR, refuse=refusing(APPLE, "SlippageExceeded"))
    report = await fake_chain.run(retry=retry)
    assert outcomes(report) == expected(apple="SlippageExceeded", pear="CycleCompleted")
    assert fake_chain.count("simulateTransaction") == 2 + len(pauses)
    assert fake_chain.calls().count(["record_failure"]) == 0, "others' trades can bring it about"
    assert sum(pauses) <= clock.slept < sum(pauses) + 2


async def test_a_price_that_stays_without_an_observation_is_skipped() -> None:
    """The token is tried again like after a failure, but no failure is reported or counted."""
    fake_chain = EcosystemChain(APPLE, PEAR, refuse=refusing(APPLE, "PriceNotObserved"))
    report = await fake_chain.run(retry=RetryConfig(limit=1, backoff_seconds=5))
    assert outcomes(report) == expected(apple="PriceNotObserved", pear="CycleCompleted")
    assert [token.outcome for token in report.tokens] == [Outcome.SKIPPED, Outcome.COMPLETED]
    assert fake_chain.count("simulateTransaction") == 3
    assert ["record_failure"] not in fake_chain.calls()


async def test_a_retry_can_succeed() -> None:
    fake_chain = EcosystemChain(APPLE)
    refusals = iter([refusing(APPLE, "SlippageExceeded")] * 2)

    def refuse(transaction: Sequence[DecodedInstruction]) -> Any:
        return next(refusals, lambda _: None)(transaction)

    fake_chain.refuse = refuse
    assert outcomes(await fake_chain.run()) == expected(apple="CycleCompleted")
    assert fake_chain.calls() == [["run_cycle"]]


async def test_an_expired_transaction_is_sent_again(clock: Clock) -> None:
    fake_chain = EcosystemChain(APPLE)
    ends = iter(["never"])

    def lands(transaction: Sequence[DecodedInstruction]) -> Any:
        return next(ends, None) or fake_chain.land(transaction)

    fake_chain.lands = lands
    hashes = iter([key("one"), key("two")])
    fake_chain.answers["getLatestBlockhash"] = lambda _: {
        "value": {"blockhash": str(next(hashes)), "lastValidBlockHeight": fake_chain.height + 1}
    }
    report = await fake_chain.run()
    assert outcomes(report) == expected(apple="CycleCompleted")
    assert len(fake_chain.sent) == 2


async def test_a_transaction_that_landed_after_its_expiry_is_not_sent_again(clock: Clock) -> None:
    """The history shows its transaction."""
    fake_chain = EcosystemChain(APPLE)

    def lands(transaction: Sequence[DecodedInstruction]) -> Any:
        fake_chain.land(transaction)
        return "never"

    fake_chain.lands = lands
    show_cycle(fake_chain, APPLE)
    report = await fake_chain.run()
    assert outcomes(report) == expected(apple="CycleCompleted")
    assert (report.tokens[0].signature, report.tokens[0].cycle) == ("landed", 3)
    assert len(fake_chain.sent) == 1


async def test_cycles_that_exceed_a_transaction_by_another_form_are_tried_alone() -> None:
    """The packing assumes the newest form; the form that this cluster knows runs more instructions."""
    many = mints(14)[10:]
    fake_chain = await chain_with_tables(*many)

    def refuse(transaction: Sequence[DecodedInstruction]) -> Any:
        cycles = [number for number, one in enumerate(transaction) if dat_instruction(one) == "run_cycle"]
        unknown = [number for number in cycles if transaction[number].form is BuyForm.CURVE_V3]
        if unknown:
            logs = anchor_error("InstructionFallbackNotFound", 101, at.PUMP)
            return {"InstructionError": [unknown[0] + 2, {"Custom": 101}]}, logs
        if len(cycles) > 3:
            return {"InstructionError": [cycles[3] + 2, "MaxInstructionTraceLengthExceeded"]}
        return None

    fake_chain.refuse = refuse
    report = await fake_chain.run()
    assert {token.reason for token in report.tokens} == {"CycleCompleted"}
    assert fake_chain.cycles() == [many[:3], many[3:]]
    assert ["record_failure"] not in fake_chain.calls()
