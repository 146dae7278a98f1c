"""One attempt of a run: its state, and the steps that change it."""

from collections.abc import Sequence

import structlog

from dat_operator.chain.session import Session
from dat_operator.chain.spl.wrapped_sol import with_earlier_wrapped
from dat_operator.chain.tx.sender import Sender
from dat_operator.cycle.assemble import TokenCycle
from dat_operator.cycle.batches import Batches, Decisions, LookupTables, without_prepaid_fees
from dat_operator.cycle.observations import Observations, fallen
from dat_operator.cycle.prepayment import prepay_fees
from dat_operator.cycle.results import Results
from dat_operator.cycle.simulate import Batch, simulate_all
from dat_operator.cycle.stale_observations import stale_until
from dat_operator.domain.chain_state import ChainState
from dat_operator.domain.errors import ProgramError, TransactionExpired
from dat_operator.domain.job_config import TokenConfig
from dat_operator.domain.packing import PackedCycle, Packing

log = structlog.get_logger()

FALLING_MESSAGE = "the price falls after each observation; the next run observes it again"
STALE_MESSAGE = (
    "an unused observation is too old or too low; the token is tried once that observation has expired"
)


class Attempt:
    """The cycles of one attempt. Each step drops cycles and writes why to the run's results."""

    def __init__(
        self, session: Session, batches: Batches, chain: ChainState, *, sender: Sender, results: Results
    ) -> None:
        self._session = session
        self._batches = batches
        self._observations = Observations(session, batches)
        self._sender = sender
        self._results = results
        # The first reading lists the accounts of wrapped SOL; later readings keep that list.
        self._first_reading = self._chain = chain
        self._cycles: list[TokenCycle] = []
        self._tables: LookupTables = {}
        self._packing: Packing[TokenCycle] = Packing()

    def decide(self, tokens: Sequence[TokenConfig]) -> None:
        """Plan the tokens' cycles. Postpone tokens with a stale observation."""
        self._cycles = self._planned(self._batches.decide(self._chain, tokens, price_observed=False))
        stale = stale_until(self._batches, self._chain, self._cycles)
        for mint, slot in stale.items():
            error = ProgramError(self._session.config.program_id, "PriceTooHigh", STALE_MESSAGE)
            self._results.postpone(mint, slot, error)
        self._cycles = [cycle for cycle in self._cycles if cycle.token.mint not in stale]

    async def observe_prices(self) -> None:
        """Observe the prices, wait until the observations are old enough, and plan the cycles again.

        Raises RpcUnavailable.
        """
        if not self._cycles:
            return
        self._tables = await self._batches.lookup_tables(self._cycles)
        chain = await self._observations.observe(self._chain, self._cycles, self._tables)
        self._plan_again(with_earlier_wrapped(chain, self._first_reading), self._cycles)

    def assemble_and_pack(self, *, alone: bool) -> None:
        """Pack the cycles' instructions into transactions; ``alone``: a transaction for each token."""
        self._packing = self._batches.pack(self._cycles, self._tables, alone=alone)

    async def prepay_fees(self) -> None:
        """Land the prepayment transactions."""
        await prepay_fees(self._session, self._sender, self._packing.prepayments, self._tables)

    async def send(self) -> None:
        """Land all transactions but the last at once, then the last one.

        The last one contains the root. The root's new plan spends the root shares that have landed.
        """
        if not self._packing.cycles:
            return
        *first, last = self._packing.cycles
        if first:
            await self._land([[without_prepaid_fees(packed) for packed in batch] for batch in first])
            last = await self._plan_last_again(last)
        await self._land([[without_prepaid_fees(packed) for packed in last]] if last else [])

    async def _plan_last_again(
        self, last: Sequence[PackedCycle[TokenCycle]]
    ) -> tuple[PackedCycle[TokenCycle], ...]:
        """Plan the last transaction's cycles from a new reading, after the others have landed."""
        cycles = [packed.cycle for packed in last]
        chain = await self._session.read()
        chain = await self._observations.observe_fallen(chain, cycles, self._tables)
        prepaid = [cycle.token.mint for batch in self._packing.prepayments for cycle in batch]
        self._plan_again(with_earlier_wrapped(chain, self._first_reading, unwrapped=prepaid), cycles)
        return tuple(PackedCycle(one, fees_prepaid=one.token.mint in prepaid) for one in self._cycles)

    def _plan_again(self, chain: ChainState, cycles: Sequence[TokenCycle]) -> None:
        """Plan the same tokens' cycles from a later reading. Refuse tokens whose price keeps falling."""
        self._chain = chain
        falling = {cycle.token.mint for cycle in fallen(chain, cycles)}
        for cycle in cycles:
            if cycle.token.mint in falling:
                self._results.refuse(cycle.token, "PriceTooHigh", FALLING_MESSAGE)
        steady = [cycle.token for cycle in cycles if cycle.token.mint not in falling]
        self._cycles = self._planned(self._batches.decide(chain, steady))

    def _planned(self, decisions: Decisions) -> list[TokenCycle]:
        for token, refusal in decisions.refused:
            self._results.refuse(token, refusal.reason, refusal.message)
        for cycle in decisions.cycles:
            log.info(
                "plan",
                token=cycle.token.name,
                expected_cycle=cycle.plan.expected_cycle,
                spend=cycle.plan.spend,
                to_root=cycle.plan.split.to_root,
            )
        return list(decisions.cycles)

    async def _land(self, transactions: Sequence[Sequence[TokenCycle]]) -> None:
        """Simulate and land transactions, all at once."""
        simulated = await simulate_all(self._batches, self._chain, transactions, self._tables)
        for batch in simulated:
            self._note_failures(batch.dropped)
        accepted = [batch for batch in simulated if batch.ready]
        sent = await self._sender.land_all([batch.ready for batch in accepted if batch.ready])
        for batch, landed in zip(accepted, sent, strict=True):
            if isinstance(landed.error, ProgramError):
                self._note_failures(batch.failures(landed.error, landed.instruction))
            elif landed.error:
                error = landed.error
                self._note_failures([(cycle.token, error) for cycle in batch.cycles])
            else:
                self._complete(batch, landed.signature)

    def _note_failures(
        self, failures: Sequence[tuple[TokenConfig, ProgramError | TransactionExpired]]
    ) -> None:
        for token, error in failures:
            self._results.fail(token.mint, error)

    def _complete(self, batch: Batch, signature: str) -> None:
        for cycle in batch.cycles:
            self._results.complete(cycle.token, cycle.plan.expected_cycle + 1, signature)
