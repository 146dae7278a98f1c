"""The error of a transaction: which program failed, and the name that this program gives its error number.

Logs may be cut, so the failed program follows from the inner instructions that ran.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from solders.instruction import Instruction

from dat_operator.chain import addresses as at
from dat_operator.chain.dat.codec import error_names
from dat_operator.chain.tx.logs import anchor_error, complete, failed_program, last_lines
from dat_operator.chain.tx.message import account_keys
from dat_operator.domain.errors import CHAIN, ProgramError

BUDGET_INSTRUCTIONS = 2
"""Compute limit and compute price are the first instructions of every transaction."""
FIRST_OF_ANCHOR = 100
"""The first error number of Anchor."""
FIRST_ERROR = 6_000
"""The first error number of a program. Below are Anchor's errors about the form of an instruction."""
PUMP_PROGRAM_NAMES = {
    str(at.PUMP): "pump",
    str(at.PUMP_AMM): "pump_amm",
    str(at.PUMP_FEES): "pump_fees",
}
NATIVE = frozenset(map(str, (at.SYSTEM, at.TOKEN, at.TOKEN_2022, at.ASSOCIATED_TOKEN)))
"""Programs without Anchor: their error numbers are below 100."""
ANCHOR_ERRORS = Path(__file__).with_name("anchor_errors.json")
PUMP_ERRORS = Path(__file__).parents[1] / "pump" / "errors.json"
"""Error names by number: Anchor's, and those in the IDLs of pump.fun's programs."""


@dataclass(frozen=True, slots=True)
class Inner:
    """An instruction that a program called; ``height`` is 2 below an instruction of the transaction."""

    program: str
    height: int


Ran = Mapping[int, Sequence[Inner]]
"""Inner instructions in their order, by the index of the transaction's instruction. The failed one is among
them."""


def instruction_of(err: Any) -> int | None:
    """The index of the failed instruction, from 0 behind the budget instructions; None if another failed."""
    match err:
        case {"InstructionError": [int(index), _]} if index >= BUDGET_INSTRUCTIONS:
            return index - BUDGET_INSTRUCTIONS
    return None


def refusal_of(
    err: Any, logs: Sequence[str], instructions: Sequence[Instruction], ran: Ran | None
) -> ProgramError:
    """The error of a transaction, with the failed program and the name of the error.

    ``instructions`` are those behind the budget instructions. ``ran`` is None if the endpoint does not show
    inner instructions.
    """
    index, number = instruction_of(err), _number(err)
    if number is None or index is None or index >= len(instructions):
        return _by_logs(logs) or ProgramError(CHAIN, _name(err), last_lines(logs), logs=tuple(logs))
    top = str(instructions[index].program_id)
    if ran is None:
        return _by_logs(logs) or _unnamed(top, number, logs)
    return _named(_stack(top, ran.get(index + BUDGET_INSTRUCTIONS, ())), number, logs)


def _named(stack: Sequence[str], number: int, logs: Sequence[str]) -> ProgramError:
    """``stack``: the programs that may have failed, the most probable first."""
    logged, shown = anchor_error(complete(logs)), failed_program(complete(logs))
    suspects = [shown] if shown and shown in stack else list(stack)
    if logged and logged[0] in suspects and logged[3] == number:
        return ProgramError(logged[0], logged[1], logged[2], number=number, logs=tuple(logs))
    for program in suspects:
        if name := name_of(program, number):
            return ProgramError(program, name, "", number=number, logs=tuple(logs))
    return _unnamed(suspects[0], number, logs)


def name_of(program: str, number: int) -> str | None:
    """The name of a program's error; None if the program has no error of this number."""
    if program in NATIVE:
        return f"Custom{number}" if number < FIRST_OF_ANCHOR else None
    if number < FIRST_ERROR:
        return _names(ANCHOR_ERRORS)["anchor"].get(number)
    pump = PUMP_PROGRAM_NAMES.get(program)
    return (_names(PUMP_ERRORS)[pump] if pump else error_names()).get(number)


@cache
def _names(file: Path) -> Mapping[str, Mapping[int, str]]:
    known = json.loads(file.read_text())
    return {of: {int(number): name for number, name in names.items()} for of, names in known.items()}


def _stack(top: str, inner: Sequence[Inner]) -> list[str]:
    """The programs that ran when the last call began, the one that most probably failed first."""
    stack = [top]
    for call in inner:
        del stack[max(1, call.height - 1) :]
        stack.append(call.program)
    *callers, last = stack
    if callers and callers[-1] == last:
        # A program calls itself to emit its event, as its last step: after that its caller runs again.
        *callers, emitter = callers
        return list(dict.fromkeys([*reversed(callers), emitter]))
    return list(dict.fromkeys(reversed(stack)))


def _by_logs(logs: Sequence[str]) -> ProgramError | None:
    if named := anchor_error(complete(logs)):
        program, reason, message, number = named
        return ProgramError(program, reason, message, number=number, logs=tuple(logs))
    return None


def _unnamed(program: str, number: int, logs: Sequence[str]) -> ProgramError:
    message = last_lines(logs)
    return ProgramError(program, f"Custom{number}", message, number=number, logs=tuple(logs), unnamed=True)


def ran_by(groups: Any, program_of: Callable[[Any], str]) -> Ran | None:
    """The ``innerInstructions`` of an RPC answer; None if the answer has none."""
    if groups is None:
        return None
    return {
        int(group["index"]): [
            Inner(program_of(i), int(i.get("stackHeight") or 2)) for i in group["instructions"]
        ]
        for group in groups
    }


def ran_in(transaction: Any) -> Ran | None:
    """The inner instructions in an answer to getTransaction (encoding ``json``); None if it has none."""
    groups, keys = transaction["meta"].get("innerInstructions"), account_keys(transaction)
    return ran_by(groups, lambda inner: str(keys[inner["programIdIndex"]]))


def _name(err: Any) -> str:
    """``"BlockhashNotFound"``, for example; an ``InstructionError`` has the name of the error inside it."""
    if isinstance(err, dict) and "InstructionError" in err:
        inner = err["InstructionError"][1]
        return inner if isinstance(inner, str) else "".join(f"{k}{v}" for k, v in inner.items())
    return str(err)


def _number(err: Any) -> int | None:
    """The error number of a program, if a program failed with one."""
    match err:
        case {"InstructionError": [_, {"Custom": int(number)}]}:
            return number
    return None
