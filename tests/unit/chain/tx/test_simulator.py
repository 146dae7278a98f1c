"""What a simulation says: who was refused, and by whom."""

import base64
from collections.abc import Sequence
from typing import Any

import pytest
from solders.address_lookup_table_account import AddressLookupTableAccount
from solders.instruction import AccountMeta, Instruction
from solders.message import MessageV0
from solders.signature import Signature
from solders.transaction import VersionedTransaction

from dat_operator.chain import addresses as at
from dat_operator.chain.tx.simulator import Simulation, Simulator, is_about_form
from dat_operator.domain.errors import ProgramError
from tests.support.chain_state import key
from tests.support.fakes.rpc import FakeRpc

PAYER = key("payer")
METAS = [AccountMeta(key("read"), is_signer=False, is_writable=False)]
WORK = [Instruction(key("program"), bytes([n]), METAS) for n in range(3)]
MISMATCH = [
    "Program D44e invoke [1]",
    "Program log: AnchorError occurred. Error Code: CycleMismatch. Error Number: 6018. "
    "Error Message: this cycle has already run.",
    "Program D44e failed: custom program error: 0x1782",
]


def answer(err: Any = None, **more: Any) -> dict[str, Any]:
    return {"value": {"err": err, "unitsConsumed": 1234, "logs": [], **more}}


async def run(said: Any, tables: Sequence[AddressLookupTableAccount] = ()) -> tuple[Simulation, FakeRpc]:
    rpc = FakeRpc(simulateTransaction=said)
    async with rpc.client() as client:
        return await Simulator(client, PAYER).run(WORK, tables), rpc


async def test_what_would_be_sent_is_run_unsigned() -> None:
    _, rpc = await run(answer())
    ((method, (encoded, options)),) = rpc.asked
    assert method == "simulateTransaction"
    assert options == {
        "encoding": "base64",
        "commitment": "confirmed",
        "sigVerify": False,
        "replaceRecentBlockhash": True,
        "innerInstructions": True,
    }
    sent = VersionedTransaction.from_bytes(base64.b64decode(encoded))
    assert sent.signatures == [Signature.default()]
    assert sent.message.account_keys[0] == PAYER
    assert [i.data for i in sent.message.instructions[2:]] == [i.data for i in WORK]


async def test_lookup_tables_are_used() -> None:
    table = AddressLookupTableAccount(key("table"), [key("read")])
    _, rpc = await run(answer(), [table])
    ((_, (encoded, _)),) = rpc.asked
    message = VersionedTransaction.from_bytes(base64.b64decode(encoded)).message
    assert isinstance(message, MessageV0)
    assert [lookup.account_key for lookup in message.address_table_lookups] == [key("table")]


async def test_one_that_goes_through() -> None:
    simulation, _ = await run(answer())
    assert simulation == Simulation(units=1234, refusal=None, instruction=None)


@pytest.mark.parametrize(("index", "ours"), [(0, None), (1, None), (2, 0), (4, 2)])
async def test_the_culprit_is_counted_without_the_budget(index: int, ours: int | None) -> None:
    simulation, _ = await run(answer({"InstructionError": [index, {"Custom": 6018}]}, logs=MISMATCH))
    assert simulation.instruction == ours
    assert simulation.refusal is not None
    assert (simulation.refusal.program, simulation.refusal.reason) == ("D44e", "CycleMismatch")
    assert simulation.refusal.number == 6018
    assert simulation.refusal.logs == tuple(MISMATCH)


@pytest.mark.parametrize(
    ("err", "reason"),
    [
        ("BlockhashNotFound", "BlockhashNotFound"),
        ("TooManyAccountLocks", "TooManyAccountLocks"),
        ("AccountNotFound", "AccountNotFound"),
        (
            {"InsufficientFundsForRent": {"account_index": 3}},
            "{'InsufficientFundsForRent': {'account_index': 3}}",
        ),
    ],
)
async def test_what_is_refused_as_a_whole_has_no_culprit(err: Any, reason: str) -> None:
    simulation, _ = await run(answer(err, logs=None))
    assert simulation.instruction is None
    assert simulation.refusal is not None
    assert (simulation.refusal.program, simulation.refusal.reason) == ("the chain", reason)


@pytest.mark.parametrize(
    ("inside", "reason", "number"),
    [
        ({"Custom": 1}, "Custom1", 1),
        ("ProgramFailedToComplete", "ProgramFailedToComplete", 0),
        ({"BorshIoError": "Unknown"}, "BorshIoErrorUnknown", 0),
    ],
)
async def test_an_instruction_that_no_program_names(inside: Any, reason: str, number: int) -> None:
    """The token programs', say: their numbers are all there is."""
    simulation, _ = await run(answer({"InstructionError": [3, inside]}, logs=["a", "b", "c", "d"]))
    assert simulation.instruction == 1
    assert simulation.refusal is not None
    assert (simulation.refusal.reason, simulation.refusal.number) == (reason, number)
    assert str(simulation.refusal).endswith("b\nc\nd"), "the last words"


@pytest.mark.parametrize(
    ("program", "number", "about_form"),
    [
        (at.PUMP, 101, True),
        (at.PUMP, 3012, True),
        (at.PUMP_AMM, 2006, True),
        (at.PUMP, 6042, False),
        (at.PUMP, 0, False),
        (PAYER, 101, False),
        ("the chain", 101, False),
    ],
)
def test_what_pump_fun_says_of_an_instructions_form(program: object, number: int, about_form: bool) -> None:
    """Anchor's own errors are below 6000: about accounts, data, names; a program's begin there."""
    assert is_about_form(ProgramError(str(program), "Reason", "", number=number)) is about_form


@pytest.mark.parametrize("missing", ["unitsConsumed", "logs", "innerInstructions"])
async def test_a_node_that_leaves_something_out(missing: str) -> None:
    said = answer(innerInstructions=None)
    del said["value"][missing]
    simulation, _ = await run(said)
    assert simulation.refusal is None
    assert simulation.units == (0 if missing == "unitsConsumed" else 1234)
