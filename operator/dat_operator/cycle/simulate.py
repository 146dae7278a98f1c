"""Simulates transactions of cycles before they are sent; a token that would fail is dropped."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace

from solders.instruction import Instruction

from dat_operator.chain.tx.sender import Ready
from dat_operator.chain.tx.simulator import UNKNOWN_INSTRUCTION, Simulator
from dat_operator.cycle.assemble import TokenCycle
from dat_operator.cycle.batches import Batches, LookupTables, tables_of
from dat_operator.domain.chain_state import ChainState
from dat_operator.domain.dat_accounts import Role
from dat_operator.domain.errors import ProgramError
from dat_operator.domain.job_config import TokenConfig


@dataclass(frozen=True, slots=True)
class Batch:
    """A transaction that its simulation accepts. ``dropped``: tokens that its simulation refused."""

    cycles: tuple[TokenCycle, ...]
    ready: Ready | None
    """None if every token was dropped."""
    dropped: tuple[tuple[TokenConfig, ProgramError], ...]

    def failures(
        self, error: ProgramError, instruction: int | None
    ) -> list[tuple[TokenConfig, ProgramError]]:
        """Each token's failure after this transaction failed on chain at an instruction (from 0).

        The token of that instruction gets ``error``, the others OtherTokenFailed; without an instruction
        all get ``error``.
        """
        _, owners = _instructions_of(self.cycles)
        culprit = _culprit(instruction, owners) if instruction is not None else None
        return [
            (cycle.token, error if culprit in (None, number) else ProgramError.by_other_token())
            for number, cycle in enumerate(self.cycles)
        ]


async def simulate_all(
    batches: Batches, chain: ChainState, cycles: Sequence[Sequence[TokenCycle]], tables: LookupTables
) -> list[Batch]:
    """Simulate some transactions, all at once. ``chain``: the reading that the plans come from.

    Raises RpcUnavailable.
    """
    simulation = _Simulation(batches, chain, tables)
    return list(await asyncio.gather(*map(simulation.run, cycles)))


class _Simulation:
    def __init__(self, batches: Batches, chain: ChainState, tables: LookupTables) -> None:
        self._simulator = Simulator(batches.rpc, batches.operator)
        self._batches = batches
        self._chain = chain
        self._tables = tables

    async def run(self, cycles: Sequence[TokenCycle]) -> Batch:
        """Simulate one transaction; drop each token that would fail, so that the others do not fail too."""
        kept = list(cycles)
        dropped: list[tuple[TokenConfig, ProgramError]] = []
        while kept:
            used = tables_of(kept, self._tables)
            instructions, owners = _instructions_of(kept)
            simulation = await self._simulator.run(instructions, used)
            if simulation.refusal is None:
                ready = Ready(tuple(instructions), used, simulation.units)
                return Batch(tuple(kept), ready, tuple(dropped))
            culprit = _culprit(simulation.instruction, owners)
            refusal = simulation.refusal
            if refusal.unnamed and len(kept) > 1:
                refusal = await self._named(refusal, kept[culprit])
            if other := self._with_next_form(refusal, kept[culprit]):
                kept[culprit] = other
            else:
                dropped.append((kept.pop(culprit).token, refusal))
                kept = self._with_new_root_plan(kept)
        return Batch((), None, tuple(dropped))

    async def _named(self, refusal: ProgramError, cycle: TokenCycle) -> ProgramError:
        """The same refusal with its name. The cycle is simulated alone, because then no logs are cut."""
        instructions = [*cycle.fee_instructions, cycle.cycle]
        alone = (await self._simulator.run(instructions, tables_of([cycle], self._tables))).refusal
        return alone if alone and not alone.unnamed and alone.number == refusal.number else refusal

    def _with_new_root_plan(self, kept: list[TokenCycle]) -> list[TokenCycle]:
        """The same cycles, with a new plan of the root: the dropped token will send it no root share.

        If the new plan refuses the root, the old plan stays, and the simulation will refuse it.
        """
        if not kept or kept[-1].token.role is not Role.ROOT:
            return kept
        *others, root = kept
        renewed = self._batches.decide(self._chain, [cycle.token for cycle in kept]).cycles
        if renewed and renewed[-1].token == root.token:
            root = _with_fees_of(renewed[-1], root)
        return [*others, root]

    def _with_next_form(self, refusal: ProgramError, cycle: TokenCycle) -> TokenCycle | None:
        """The same cycle with the next form of buy, if this cluster does not know its form."""
        forms = cycle.plan.forms[cycle.plan.forms.index(cycle.form) + 1 :]
        if refusal.reason != UNKNOWN_INSTRUCTION or not forms:
            return None
        other = self._batches.assembler.token_cycle(self._chain, cycle.token, cycle.plan, forms[0])
        return _with_fees_of(other, cycle)


def _with_fees_of(cycle: TokenCycle, earlier: TokenCycle) -> TokenCycle:
    return replace(cycle, fee_instructions=earlier.fee_instructions, fee_trace=earlier.fee_trace)


def _instructions_of(cycles: Sequence[TokenCycle]) -> tuple[list[Instruction], list[int]]:
    """The instructions of a transaction, and the index of the cycle that each belongs to."""
    instructions, owners = [], []
    for number, cycle in enumerate(cycles):
        for instruction in (*cycle.fee_instructions, cycle.cycle):
            instructions.append(instruction)
            owners.append(number)
    return instructions, owners


def _culprit(at: int | None, owners: Sequence[int]) -> int:
    # If no instruction is named (too many locks, say), the last cycle is dropped.
    return owners[at] if at is not None and at < len(owners) else owners[-1]
