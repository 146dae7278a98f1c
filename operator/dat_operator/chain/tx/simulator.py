"""Simulates transactions: an endpoint runs the instructions without a transaction on chain."""

from collections.abc import Sequence
from dataclasses import dataclass

from solders.hash import Hash
from solders.instruction import Instruction
from solders.pubkey import Pubkey

from dat_operator.chain.rpc.client import RpcClient
from dat_operator.chain.tx.failure import FIRST_ERROR, PUMP_PROGRAM_NAMES, instruction_of, ran_by, refusal_of
from dat_operator.chain.tx.message import Tables, compile_message, encoded, unsigned
from dat_operator.domain.errors import CHAIN, ProgramError, RpcRefused

UNKNOWN_INSTRUCTION = "InstructionFallbackNotFound"
"""Anchor's error for an instruction that the program does not have."""


@dataclass(frozen=True, slots=True)
class Simulation:
    """The result of a simulated transaction."""

    units: int
    """Compute units."""
    refusal: ProgramError | None
    instruction: int | None
    """Index of the instruction that failed, from 0; None if none of them did."""


class Simulator:
    """Simulates transactions of one payer. It needs no key."""

    def __init__(self, rpc: RpcClient, payer: Pubkey) -> None:
        self._rpc = rpc
        self._payer = payer

    async def run(self, instructions: Sequence[Instruction], tables: Tables = ()) -> Simulation:
        """Simulate one transaction. Raises RpcUnavailable if no endpoint answers."""
        message = compile_message(self._payer, instructions, tables, Hash.default())
        options = {
            "encoding": "base64",
            "commitment": "confirmed",
            "sigVerify": False,
            "replaceRecentBlockhash": True,
            "innerInstructions": True,
        }
        try:
            answer = await self._rpc.call("simulateTransaction", encoded(unsigned(message)), options)
        except RpcRefused as error:
            # For example because it is too large: the caller can go on with other transactions.
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
    """Whether pump.fun rejects the format of an instruction: its accounts, data or discriminator."""
    return error.program in PUMP_PROGRAM_NAMES and 0 < error.number < FIRST_ERROR
