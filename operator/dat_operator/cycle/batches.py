"""Plans tokens' cycles and packs them into transactions within the chain's limits."""

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
from dat_operator.cycle.assemble import Assembler, TokenCycle
from dat_operator.domain.chain_state import ChainState
from dat_operator.domain.dat_accounts import Role
from dat_operator.domain.decision import CyclePlan, decide
from dat_operator.domain.job_config import EcosystemConfig, TokenConfig
from dat_operator.domain.packing import (
    MAX_LOCKS,
    MAX_TRACE,
    MAX_TRANSACTION_BYTES,
    PackedCycle,
    Packing,
    one_by_one,
    pack,
)
from dat_operator.domain.refusal import Refusal

LookupTables = Mapping[str, AddressLookupTableAccount]
"""Address lookup tables by their addresses."""


@dataclass(frozen=True, slots=True)
class Decisions:
    """The decision for each of some tokens, in the tokens' order."""

    cycles: tuple[TokenCycle, ...]
    refused: tuple[tuple[TokenConfig, Refusal], ...]


class Batches:
    """Plans and packs for one operator wallet. It needs the wallet's public key only."""

    def __init__(
        self, rpc: RpcClient, operator: Pubkey, assembler: Assembler, config: EcosystemConfig
    ) -> None:
        self.rpc = rpc
        self.operator = operator
        self.assembler = assembler
        self._config = config

    def decide(
        self, chain: ChainState, tokens: Sequence[TokenConfig], *, price_observed: bool = True
    ) -> Decisions:
        """Plan each token's cycle. The root must be the last token; it counts the others' root shares.

        ``price_observed``: false before the run has observed the prices.
        """
        cycles: list[TokenCycle] = []
        refused: list[tuple[TokenConfig, Refusal]] = []
        for token in tokens:
            if token.skip:
                refused.append((token, Refusal(token.skip.reason, token.skip.message)))
                continue
            shares = sum(cycle.plan.split.to_root for cycle in cycles) if token.role is Role.ROOT else 0
            plan = decide(
                replace(chain, treasury_lamports=chain.treasury_lamports + shares),
                token.mint,
                slippage_bps=self._config.slippage_bps,
                pace=self._config.pace,
                pool=token.pool,
                price_observed=price_observed,
            )
            if isinstance(plan, CyclePlan):
                cycles.append(self.assembler.token_cycle(chain, token, plan, plan.forms[0]))
            else:
                refused.append((token, plan))
        return Decisions(tuple(cycles), tuple(refused))

    def too_expensive(self, chain: ChainState, cycles: Sequence[TokenCycle]) -> list[str]:
        """Mints whose price has risen too far above an unused observation."""
        refused = self.decide(chain, [cycle.token for cycle in cycles]).refused
        return [token.mint for token, refusal in refused if refusal.reason == "PriceTooHigh"]

    async def lookup_tables(self, cycles: Iterable[TokenCycle]) -> LookupTables:
        """Read the lookup table of each token that has one. Raises RpcUnavailable or RpcRefused."""
        wanted = [cycle.lookup_table for cycle in cycles if cycle.lookup_table]
        return await read_tables(self.rpc, wanted) if wanted else {}

    def pack(self, cycles: Sequence[TokenCycle], tables: LookupTables, *, alone: bool) -> Packing[TokenCycle]:
        """Pack into as few transactions as the limits allow; ``alone``: a transaction for each token."""

        def fits(batch: Sequence[PackedCycle[TokenCycle]]) -> bool:
            contents = [without_prepaid_fees(packed) for packed in batch]
            instructions = [i for cycle in contents for i in (*cycle.fee_instructions, cycle.cycle)]
            trace = sum(cycle.cycle_trace + cycle.fee_trace for cycle in contents)
            return self._fits(instructions, trace, tables_of(contents, tables))

        def prepayment_fits(batch: Sequence[TokenCycle]) -> bool:
            trace = sum(cycle.fee_trace for cycle in batch)
            return self._fits([i for c in batch for i in c.fee_instructions], trace, tables_of(batch, tables))

        return one_by_one(cycles, fits) if alone else pack(cycles, fits, prepayment_fits)

    def pack_observations(
        self, chain: ChainState, cycles: Sequence[TokenCycle], tables: LookupTables
    ) -> list[list[TokenCycle]]:
        """The cycles whose prices each transaction observes."""
        batches: list[list[TokenCycle]] = []
        for cycle in cycles:
            together = [*batches[-1], cycle] if batches else []
            instructions = [self.observe(chain, one) for one in together]
            if together and self._fits(instructions, len(instructions), tables_of(together, tables)):
                batches[-1] = together
            else:
                batches.append([cycle])
        return batches

    def observe(self, chain: ChainState, cycle: TokenCycle) -> Instruction:
        """The instruction that observes the price of a cycle's token."""
        return self.assembler.observe(chain.tokens[cycle.token.mint])

    def without_buy(self, chain: ChainState, cycle: TokenCycle) -> TokenCycle:
        """The same cycle up to its buy."""
        return self.assembler.without_buy(chain, cycle)

    def _fits(self, instructions: Sequence[Instruction], trace: int, tables: tx.Tables) -> bool:
        if trace + BUDGET_INSTRUCTIONS > MAX_TRACE:
            return False
        message = tx.compile_message(self.operator, instructions, tables, Hash.default())
        return tx.locks(message) <= MAX_LOCKS and tx.size(message) <= MAX_TRANSACTION_BYTES


def without_prepaid_fees(packed: PackedCycle[TokenCycle]) -> TokenCycle:
    """A cycle as its own transaction contains it: without the fees that a prepayment brings."""
    return replace(packed.cycle, fee_instructions=(), fee_trace=0) if packed.fees_prepaid else packed.cycle


def tables_of(cycles: Sequence[TokenCycle], tables: LookupTables) -> tx.Tables:
    """The lookup tables of some tokens, each once."""
    keys = dict.fromkeys(cycle.lookup_table for cycle in cycles if cycle.lookup_table)
    return [tables[key] for key in keys if key in tables]
