"""Makes transactions of decisions: packed as the chain's limits allow, each run once without sending."""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from solders.address_lookup_table_account import AddressLookupTableAccount
from solders.hash import Hash
from solders.instruction import Instruction
from solders.pubkey import Pubkey

from dat_operator.chain.rpc.client import RpcClient
from dat_operator.chain.tx import message as tx
from dat_operator.chain.tx.failure import BUDGET_INSTRUCTIONS
from dat_operator.chain.tx.lookup_tables import read_tables
from dat_operator.chain.tx.sender import Ready
from dat_operator.chain.tx.simulator import UNKNOWN_INSTRUCTION, Simulator
from dat_operator.cycle.assemble import Assembler, TokenCycle
from dat_operator.domain.chain_state import ChainState
from dat_operator.domain.dat_accounts import Role
from dat_operator.domain.decision import CyclePlan, decide
from dat_operator.domain.errors import ProgramError
from dat_operator.domain.job_config import EcosystemConfig, TokenConfig
from dat_operator.domain.packing import MAX_BYTES, MAX_LOCKS, MAX_TRACE, Packing, Slot, one_by_one, pack
from dat_operator.domain.refusal import Refusal

Tables = Mapping[str, AddressLookupTableAccount]
"""By their addresses."""


@dataclass(frozen=True, slots=True)
class Decided:
    """What is to be done for some tokens, in their order."""

    cycles: tuple[TokenCycle, ...]
    refused: tuple[tuple[TokenConfig, Refusal], ...]


@dataclass(frozen=True, slots=True)
class Batch:
    """A transaction that would go through; ``dropped``: tokens with which it would not."""

    cycles: tuple[TokenCycle, ...]
    ready: Ready | None
    """None if every token of it was dropped."""
    dropped: tuple[tuple[TokenConfig, ProgramError], ...]

    def failures(
        self, error: ProgramError, instruction: int | None
    ) -> list[tuple[TokenConfig, ProgramError]]:
        """Each token's failure when this transaction failed on chain: the culprit's is its own alone."""
        _, owners = _laid_out(self.cycles)
        culprit = _culprit(instruction, owners) if instruction is not None else None
        return [
            (cycle.token, error if culprit in (None, number) else ProgramError.of_another())
            for number, cycle in enumerate(self.cycles)
        ]


class Batches:
    """Plans and packs for one operator, who need not be able to sign."""

    def __init__(
        self, rpc: RpcClient, operator: Pubkey, assembler: Assembler, config: EcosystemConfig
    ) -> None:
        self._rpc = rpc
        self._operator = operator
        self._assembler = assembler
        self._config = config
        self._simulator = Simulator(rpc, operator)

    def decide(self, chain: ChainState, tokens: Sequence[TokenConfig], *, looked: bool = True) -> Decided:
        """Plan each token's cycle. A root comes last and counts on what the others will send it.

        ``looked`` is false as long as their prices are still to be looked at.
        """
        cycles: list[TokenCycle] = []
        refused: list[tuple[TokenConfig, Refusal]] = []
        for token in tokens:
            if token.skip:
                refused.append((token, Refusal(token.skip.reason, token.skip.message)))
                continue
            on_its_way = sum(cycle.plan.split.to_root for cycle in cycles)
            treasury = chain.treasury_lamports + (on_its_way if token.role is Role.ROOT else 0)
            plan = decide(
                replace(chain, treasury_lamports=treasury),
                token.mint,
                self._config.slippage_bps,
                self._config.pace,
                token.pool,
                looked=looked,
            )
            if isinstance(plan, CyclePlan):
                cycles.append(self._assembler.token_cycle(chain, token, plan, plan.forms[0]))
            else:
                refused.append((token, plan))
        return Decided(tuple(cycles), tuple(refused))

    def outdated(self, chain: ChainState, cycles: Sequence[TokenCycle]) -> list[str]:
        """Mints whose price has risen too far above a look that nobody has used."""
        refused = self.decide(chain, [cycle.token for cycle in cycles]).refused
        return [token.mint for token, refusal in refused if refusal.reason == "PriceTooHigh"]

    async def tables(self, cycles: Iterable[TokenCycle]) -> Tables:
        """The lookup table of each token that has one, by the table's address."""
        wanted = [cycle.lookup_table for cycle in cycles if cycle.lookup_table]
        return await read_tables(self._rpc, wanted) if wanted else {}

    def pack(self, cycles: Sequence[TokenCycle], tables: Tables, *, alone: bool) -> Packing[TokenCycle]:
        """As few transactions as limits allow; ``alone``: a transaction for each token."""

        def fits(slots: Sequence[Slot[TokenCycle]]) -> bool:
            trace = sum(s.token.cycle_trace + (0 if s.light else s.token.gather_trace) for s in slots)
            instructions = [i for s in slots for i in (*(() if s.light else s.token.gather), s.token.cycle)]
            return self._fits(instructions, trace, tables_of([s.token for s in slots], tables))

        def fits_ahead(ahead: Sequence[TokenCycle]) -> bool:
            trace = sum(cycle.gather_trace for cycle in ahead)
            return self._fits([i for c in ahead for i in c.gather], trace, tables_of(ahead, tables))

        return one_by_one(cycles, fits) if alone else pack(cycles, fits, fits_ahead)

    def looks(
        self, chain: ChainState, cycles: Sequence[TokenCycle], tables: Tables
    ) -> list[list[TokenCycle]]:
        """Cycles whose prices are looked at in one transaction."""
        found: list[list[TokenCycle]] = []
        for cycle in cycles:
            together = [*found[-1], cycle] if found else []
            looks = [self._assembler.look(chain.tokens[one.token.mint]) for one in together]
            if together and self._fits(looks, len(looks), tables_of(together, tables)):
                found[-1] = together
            else:
                found.append([cycle])
        return found

    def without_buy(self, chain: ChainState, cycle: TokenCycle) -> TokenCycle:
        """The same as far as it goes before anybody has looked at the price."""
        return self._assembler.without_buy(chain, cycle)

    def look(self, chain: ChainState, cycle: TokenCycle) -> Instruction:
        """The look at one of them."""
        return self._assembler.look(chain.tokens[cycle.token.mint])

    def _fits(self, instructions: Sequence[Instruction], trace: int, tables: tx.Tables) -> bool:
        if trace + BUDGET_INSTRUCTIONS > MAX_TRACE:
            return False
        message = tx.compile_message(self._operator, instructions, tables, Hash.default())
        return tx.locks(message) <= MAX_LOCKS and tx.size(message) <= MAX_BYTES

    async def simulate_all(
        self, chain: ChainState, batches: Sequence[Sequence[TokenCycle]], tables: Tables
    ) -> list[Batch]:
        """Simulate batches, all at once; ``chain`` is what they were decided from."""
        return list(await asyncio.gather(*(self._simulate(chain, batch, tables) for batch in batches)))

    async def _simulate(self, chain: ChainState, cycles: Sequence[TokenCycle], tables: Tables) -> Batch:
        """Simulate; a token that would fail is dropped, so that it costs nobody but itself."""
        kept = list(cycles)
        dropped: list[tuple[TokenConfig, ProgramError]] = []
        while kept:
            used = tables_of(kept, tables)
            instructions, owners = _laid_out(kept)
            simulation = await self._simulator.run(instructions, used)
            if simulation.refusal is None:
                ready = Ready(tuple(instructions), used, simulation.units)
                return Batch(tuple(kept), ready, tuple(dropped))
            culprit = _culprit(simulation.instruction, owners)
            refusal = simulation.refusal
            if refusal.unnamed and len(kept) > 1:
                refusal = await self._named(refusal, kept[culprit], tables)
            if other := self._by_next_form(chain, refusal, kept[culprit]):
                kept[culprit] = other
            else:
                dropped.append((kept.pop(culprit).token, refusal))
                kept = self._without_its_share(chain, kept)
        return Batch((), None, tuple(dropped))

    async def _named(self, refusal: ProgramError, cycle: TokenCycle, tables: Tables) -> ProgramError:
        """A refusal by the name that it has alone, if it is the same one: there no logs are cut."""
        alone = await self._simulator.run([*cycle.gather, cycle.cycle], tables_of([cycle], tables))
        named = alone.refusal and not alone.refusal.unnamed and alone.refusal.number == refusal.number
        return alone.refusal if alone.refusal and named else refusal

    def _without_its_share(self, chain: ChainState, kept: list[TokenCycle]) -> list[TokenCycle]:
        """The same cycles, the root's planned anew: it must not count on what a dropped token would send.

        A root that is refused by its new plan stays as it was, for the simulation to refuse it.
        """
        if not kept or kept[-1].token.role is not Role.ROOT:
            return kept
        *others, root = kept
        renewed = self.decide(chain, [cycle.token for cycle in kept]).cycles
        if renewed and renewed[-1].token == root.token:
            root = replace(renewed[-1], gather=root.gather, gather_trace=root.gather_trace)
        return [*others, root]

    def _by_next_form(self, chain: ChainState, refusal: ProgramError, cycle: TokenCycle) -> TokenCycle | None:
        """The same cycle by the next form of buy, if this cluster does not know the first."""
        forms = cycle.plan.forms[cycle.plan.forms.index(cycle.form) + 1 :]
        if refusal.reason != UNKNOWN_INSTRUCTION or not forms:
            return None
        other = self._assembler.token_cycle(chain, cycle.token, cycle.plan, forms[0])
        return replace(other, gather=cycle.gather, gather_trace=cycle.gather_trace)


def _laid_out(cycles: Sequence[TokenCycle]) -> tuple[list[Instruction], list[int]]:
    """The instructions of a batch, and to which of its tokens each belongs."""
    instructions, owners = [], []
    for number, cycle in enumerate(cycles):
        for instruction in (*cycle.gather, cycle.cycle):
            instructions.append(instruction)
            owners.append(number)
    return instructions, owners


def _culprit(at: int | None, owners: Sequence[int]) -> int:
    # What is refused as a whole (too many locks, say) is tried without its last token.
    return owners[at] if at is not None and at < len(owners) else owners[-1]


def tables_of(cycles: Sequence[TokenCycle], tables: Tables) -> tx.Tables:
    """The lookup tables of some tokens, each once."""
    keys = dict.fromkeys(cycle.lookup_table for cycle in cycles if cycle.lookup_table)
    return [tables[key] for key in keys if key in tables]
