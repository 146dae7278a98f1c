"""Who refused a transaction, and by which name: from what it ran, since its logs are cut at 10,000 bytes."""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from solders.instruction import Instruction

from dat_operator.chain import addresses as at
from dat_operator.chain.dat.codec import idl, refusal_in
from dat_operator.chain.tx.message import account_keys
from dat_operator.domain.errors import CHAIN, ProgramError

BUDGET_INSTRUCTIONS = 2
"""Compute limit and price stand in front of every transaction."""
FIRST_OF_ANCHOR = 100
FIRST_ERROR = 6_000
"""Of a program's own. Below are Anchor's: accounts and instructions of a form that it does not want."""
PUMP_PROGRAM_NAMES = {str(at.PUMP): "pump", str(at.PUMP_AMM): "pump_amm", str(at.PUMP_FEES): "pump_fees"}
NATIVE = frozenset(map(str, (at.SYSTEM, at.TOKEN, at.TOKEN_2022, at.ASSOCIATED_TOKEN)))
"""Programs that Anchor has not made: their errors are below 100."""
TRUNCATED = "Log truncated"
"""Stands for the first line that is too much; shorter ones may follow (Agave, LogCollector)."""
FAILED = re.compile(r"Program (\w+) failed")
"""What the runtime, and nobody else, writes at the start of a line."""


@dataclass(frozen=True, slots=True)
class Inner:
    """An instruction that another one has called; ``height`` is 2 for what a transaction's own one calls."""

    program: str
    height: int


Ran = Mapping[int, Sequence[Inner]]
"""Inner instructions in their order, by the index of the transaction's own; the failed one's, too."""


def instruction_of(err: Any) -> int | None:
    """Which instruction failed, counted from 0 without the budget; None if it was none of those."""
    match err:
        case {"InstructionError": [int(index), _]} if index >= BUDGET_INSTRUCTIONS:
            return index - BUDGET_INSTRUCTIONS
    return None


def refusal_of(
    err: Any, logs: Sequence[str], instructions: Sequence[Instruction], ran: Ran | None
) -> ProgramError:
    """A transaction's error, by the program that failed and the name that this program gives its number.

    ``instructions`` are without the budget; ``ran`` is None if the endpoint does not tell.
    """
    index, number = instruction_of(err), _number(err)
    if number is None or index is None or index >= len(instructions):
        return _by_logs(logs) or ProgramError(CHAIN, _name(err), _last_words(logs), logs=tuple(logs))
    top = str(instructions[index].program_id)
    if ran is None:
        return _by_logs(logs) or _unnamed(top, number, logs)
    return _named(_stack(top, ran.get(index + BUDGET_INSTRUCTIONS, ())), number, logs)


def _named(stack: Sequence[str], number: int, logs: Sequence[str]) -> ProgramError:
    """``stack``: the programs of which one has failed, the likeliest first."""
    said, shown = refusal_in(_whole(logs)), _failed_in(_whole(logs))
    suspects = [shown] if shown and shown in stack else list(stack)
    if said and said[0] in suspects and said[3] == number:
        return ProgramError(said[0], said[1], said[2], number=number, logs=tuple(logs))
    for program in suspects:
        if name := name_of(program, number):
            return ProgramError(program, name, "", number=number, logs=tuple(logs))
    return _unnamed(suspects[0], number, logs)


def name_of(program: str, number: int) -> str | None:
    """The name of a program's error; None if this program is not known to have such a number."""
    if program in NATIVE:
        return f"Custom{number}" if number < FIRST_OF_ANCHOR else None
    own = number >= FIRST_ERROR
    return _names(PUMP_PROGRAM_NAMES.get(program, "dat") if own else "anchor").get(number)


@cache
def _names(of: str) -> Mapping[int, str]:
    if of == "dat":
        return {error.code: error.name for error in idl().errors or ()}
    known = json.loads(files("dat_operator").joinpath("idl/errors.json").read_text())
    return {int(number): name for number, name in known[of].items()}


def _stack(top: str, inner: Sequence[Inner]) -> list[str]:
    """The programs that were at work when the last call began, the likeliest to have failed first."""
    stack = [top]
    for call in inner:
        del stack[max(1, call.height - 1) :]
        stack.append(call.program)
    *callers, last = stack
    if callers and callers[-1] == last:
        # It has told of what it did (an event), which is the last thing it does: its caller is at work again.
        *callers, told = callers
        return list(dict.fromkeys([*reversed(callers), told]))
    return list(dict.fromkeys(reversed(stack)))


def _whole(logs: Sequence[str]) -> list[str]:
    """Nothing is taken from logs that were cut: what is left of them may be about another instruction."""
    return [] if TRUNCATED in logs else list(logs)


def _failed_in(logs: Sequence[str]) -> str | None:
    matches = (FAILED.match(line) for line in logs)
    return next((match.group(1) for match in matches if match), None)


def _by_logs(logs: Sequence[str]) -> ProgramError | None:
    if named := refusal_in(_whole(logs)):
        program, reason, message, number = named
        return ProgramError(program, reason, message, number=number, logs=tuple(logs))
    return None


def _unnamed(program: str, number: int, logs: Sequence[str]) -> ProgramError:
    said = _last_words(logs)
    return ProgramError(program, f"Custom{number}", said, number=number, logs=tuple(logs), unnamed=True)


def ran_by(groups: Any, program_of: Callable[[Any], str]) -> Ran | None:
    """What RPC shows as ``innerInstructions``; None if it shows nothing."""
    if groups is None:
        return None
    return {
        int(group["index"]): [
            Inner(program_of(i), int(i.get("stackHeight") or 2)) for i in group["instructions"]
        ]
        for group in groups
    }


def ran_in(transaction: Any) -> Ran | None:
    """The same of an answer to getTransaction (encoding ``json``)."""
    groups, keys = transaction["meta"].get("innerInstructions"), account_keys(transaction)
    return ran_by(groups, lambda inner: str(keys[inner["programIdIndex"]]))


def _last_words(logs: Sequence[str]) -> str:
    return "\n".join(logs[-3:])


def _name(err: Any) -> str:
    """``"BlockhashNotFound"``, or ``InstructionError`` by what is inside it."""
    if isinstance(err, dict) and "InstructionError" in err:
        inner = err["InstructionError"][1]
        return inner if isinstance(inner, str) else "".join(f"{k}{v}" for k, v in inner.items())
    return str(err)


def _number(err: Any) -> int | None:
    """A program's own number, if it gave one."""
    match err:
        case {"InstructionError": [_, {"Custom": int(number)}]}:
            return number
    return None
