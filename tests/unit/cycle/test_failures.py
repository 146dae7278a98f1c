"""Failed runs are counted on chain: a program's refusals, and nothing else."""

from collections.abc import Mapping, Sequence

import pytest
from solders.instruction import Instruction
from solders.keypair import Keypair
from solders.pubkey import Pubkey

from dat_operator.chain.dat.instructions import Ecosystem
from dat_operator.chain.rpc.client import RpcClient
from dat_operator.chain.tx.sender import Sender
from dat_operator.cycle.failures import record_failures
from dat_operator.domain.errors import DatError, ProgramError, PumpDrift, RpcUnavailable, TransactionExpired
from dat_operator.domain.policy import PriorityFeeConfig
from tests.support.chain_state import ADMIN, OPERATOR, PROGRAM, key, keypair
from tests.support.fakes.assembled import RUN_ID
from tests.support.fakes.job_chain import session
from tests.support.fakes.rpc import FakeRpc

APPLE, PEAR = key("apple"), key("pear")
REFUSAL = ProgramError("dat", "InvalidFeeConfig", "it cannot be read", number=6016)
EXPIRED = TransactionExpired("it never landed")


class Recorder(Sender):
    """Records instructions instead of landing them. ``refusals``: errors of the first calls."""

    def __init__(self, rpc: RpcClient, *refusals: DatError) -> None:
        super().__init__(rpc, keypair("operator"), PriorityFeeConfig(percentile=50, max_lamports=1))
        self.landed: list[Instruction] = []
        self.refusals = list(refusals)

    async def land(self, instructions: Sequence[Instruction], *_others: Keypair) -> str:
        self.landed += instructions
        if self.refusals:
            raise self.refusals.pop(0)
        return "signature"


async def recorded(
    failed: Mapping[Pubkey, ProgramError | TransactionExpired], *refusals: DatError
) -> list[Instruction]:
    async with FakeRpc().client() as rpc:
        recorder = Recorder(rpc, *refusals)
        await record_failures(session(rpc), recorder, RUN_ID, {str(m): e for m, e in failed.items()})
    return recorder.landed


def expected(mint: Pubkey, number: int) -> Instruction:
    fruit = Ecosystem.of(PROGRAM, ADMIN, "fruit")
    return fruit.record_failure(OPERATOR, mint, RUN_ID, number)


async def test_each_token_that_a_program_refused_is_recorded() -> None:
    """With the number that the program gave, which an index may show."""
    other = ProgramError("pump", "Overflow", "", number=6042)
    found = await recorded({APPLE: REFUSAL, PEAR: other})
    assert found == [expected(APPLE, 6016), expected(PEAR, 6042)]


async def test_failures_of_the_network_are_not_counted() -> None:
    assert await recorded({APPLE: EXPIRED, PEAR: REFUSAL}) == [expected(PEAR, 6016)]


async def test_a_pump_fun_that_has_changed_is_no_tokens_fault() -> None:
    drift = PumpDrift.of(ProgramError("pump", "InstructionFallbackNotFound", "", number=101), None)
    assert await recorded({APPLE: drift, PEAR: REFUSAL}) == [expected(PEAR, 6016)]


@pytest.mark.parametrize(
    ("program", "reason"),
    [
        ("dat", "InsufficientFees"),
        ("dat", "CycleTooSoon"),
        ("dat", "SlippageExceeded"),
        ("dat", "PriceTooHigh"),
        ("dat", "CreditMismatch"),
        ("pump", "BuySlippageBelowMinTokensOut"),
        ("pump_amm", "BuySlippageBelowMinBaseAmountOut"),
        ("pump_amm", "ExceededSlippage"),
    ],
)
async def test_failures_that_a_stranger_can_cause_pause_no_token(program: str, reason: str) -> None:
    """A trade, a sweep or a transfer at the right time, five times over."""
    assert await recorded({APPLE: ProgramError(program, reason, "", number=6042), PEAR: REFUSAL}) == [
        expected(PEAR, 6016)
    ]


async def test_without_failures_nothing_is_sent() -> None:
    assert await recorded({}) == []


@pytest.mark.parametrize(
    "refusal",
    [
        ProgramError("dat", "FailureAlreadyRecorded", "this run has already recorded its failure"),
        ProgramError("dat", "UnauthorizedAccess", "not the operator"),
        RpcUnavailable("nobody answers"),
        TransactionExpired("it never landed"),
    ],
)
async def test_a_failure_that_cannot_be_recorded_stops_nobody(refusal: DatError) -> None:
    """The run's own report says what went wrong; this is only the count."""
    found = await recorded({APPLE: REFUSAL, PEAR: REFUSAL}, refusal)
    assert found == [expected(APPLE, 6016), expected(PEAR, 6016)]
