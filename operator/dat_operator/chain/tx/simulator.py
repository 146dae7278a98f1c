"""Runs transactions without sending them: the very instructions that would be sent."""

from collections.abc import Sequence
from dataclasses import dataclass

from solders.hash import Hash
from solders.instruction import Instruction
from solders.pubkey import Pubkey

from dat_operator.chain.rpc.client import RpcClient
from dat_operator.chain.tx import message as tx
from dat_operator.chain.tx.failure import FIRST_ERROR, PUMP_PROGRAM_NAMES, instruction_of, ran_by, refusal_of
from dat_operator.domain.errors import CHAIN, ProgramError, RpcRefused

UNKNOWN_INSTRUCTION = "InstructionFallbackNotFound"
"""What a program says to an instruction that it does not have (Anchor)."""


@dataclass(frozen=True, slots=True)
class Simulation:
    """How a transaction would go."""

    units: int
    """Compute units."""
    refusal: ProgramError | None
    instruction: int | None
    """Which of the instructions was refused, counted from 0."""


class Simulator:
    """Simulates for one payer, who need not be able to sign."""

    def __init__(self, rpc: RpcClient, payer: Pubkey) -> None:
        self._rpc = rpc
        self._payer = payer

    async def run(self, instructions: Sequence[Instruction], tables: tx.Tables = ()) -> Simulation:
        """Simulate one transaction. Raises RpcUnavailable if no answer can be had."""
        message = tx.compile_message(self._payer, instructions, tables, Hash.default())
        options = {
            "encoding": "base64",
            "commitment": "confirmed",
            "sigVerify": False,
            "replaceRecentBlockhash": True,
            "innerInstructions": True,
        }
        try:
            answer = await self._rpc.call("simulateTransaction", tx.encoded(tx.unsigned(message)), options)
        except RpcRefused as error:
            # Too large, say: no reason to give up what is not in it.
            return Simulation(0, ProgramError(CHAIN, "TransactionRefused", str(error)), None)
        value, refusal = answer["value"], None
        if value["err"] is not None:
            ran = ran_by(value.get("innerInstructions"), lambda inner: str(inner["programId"]))
            refusal = refusal_of(value["err"], value.get("logs") or [], instructions, ran)
        return Simulation(
            units=int(value.get("unitsConsumed") or 0),
            refusal=refusal,
            instruction=instruction_of(value["err"]),
        )


def is_about_form(error: ProgramError) -> bool:
    """Whether pump.fun has refused the form of an instruction: its accounts, its data, its very name."""
    return error.program in PUMP_PROGRAM_NAMES and 0 < error.number < FIRST_ERROR
