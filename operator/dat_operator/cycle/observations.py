"""Observes prices before a run's buys.

An observation must be older than the slots that one slot leader has in a row, so that no leader can make
all blocks between the observation and the buy.
"""

import asyncio
from collections.abc import Sequence

import structlog

from dat_operator.chain.session import Session
from dat_operator.chain.tx.sender import Ready
from dat_operator.chain.tx.simulator import Simulator
from dat_operator.cycle.assemble import TokenCycle
from dat_operator.cycle.batches import Batches, LookupTables, tables_of
from dat_operator.domain.chain_state import ChainState
from dat_operator.domain.errors import RpcUnavailable
from dat_operator.domain.market import market_of
from dat_operator.domain.money import BPS
from dat_operator.domain.price import MIN_AGE_SLOTS, ONE, PriceObservation

log = structlog.get_logger()

MAX_OBSERVATIONS = 4
"""Observations of one price, at most. If the price falls after each of them, the token is not bought.

So an attacker who raises a price for an observation and drops it before the buy gets no buy.
"""
FALL_BPS = 19
"""How far a price may have fallen since its observation, basis points.

It may also have risen by as much (programs/dat/src/arithmetic.rs). An attacker who uses both gains at most 35
basis points of a buy.
"""
SECONDS_PER_SLOT = 0.2
"""Sleep for each slot that is left. A slot takes longer (0.3 s and more), so the run asks again early."""
SLOT_TIMEOUT_SECONDS = 90
"""The longest wait for a slot."""


class Observations:
    """Observes the prices of a run's tokens, in as few transactions as possible."""

    def __init__(self, session: Session, batches: Batches) -> None:
        self._session = session
        # Not the run's sender: a sender asks for priority fees once, by its first transactions' accounts.
        self._sender = session.sender
        self._batches = batches
        self._simulator = Simulator(session.rpc, session.signer.pubkey())

    async def observe(
        self, chain: ChainState, cycles: Sequence[TokenCycle], tables: LookupTables
    ) -> ChainState:
        """Observe the prices, wait until the observations are old enough, and return the chain's new state.

        The lowest of several observed prices counts. So a price that has fallen meanwhile is observed again
        without another wait. Usable observations of a killed run are kept. A token whose observation fails
        is refused by its next plan. Raises RpcUnavailable if the chain makes no new slots.
        """
        wanted = [cycle for cycle in cycles if not observation_of(chain, cycle).is_usable(chain.slot)]
        newest = max(observation_of(chain, cycle).slot for cycle in cycles)
        if await self._land(chain, wanted, tables):
            newest = await self._session.rpc.call("getSlot", {"commitment": "confirmed"})
        await wait_for_slot(self._session, newest + MIN_AGE_SLOTS)
        return await self.observe_fallen(await self._session.read(), cycles, tables)

    async def observe_fallen(
        self, chain: ChainState, cycles: Sequence[TokenCycle], tables: LookupTables
    ) -> ChainState:
        """Observe fallen prices again until none falls, MAX_OBSERVATIONS at most; return the new state."""
        for _ in range(MAX_OBSERVATIONS - 1):
            if not await self._land(chain, fallen(chain, cycles), tables):
                break
            chain = await self._session.read()
        return chain

    async def _land(self, chain: ChainState, cycles: Sequence[TokenCycle], tables: LookupTables) -> bool:
        """Observe the prices of these cycles; whether any transaction was sent."""
        batches = self._batches.pack_observations(chain, cycles, tables)
        simulated = await asyncio.gather(*(self._simulated(chain, together, tables) for together in batches))
        ready = [one for one in simulated if one]
        await self._sender.land_all(ready)
        return bool(ready)

    async def _simulated(
        self, chain: ChainState, cycles: Sequence[TokenCycle], tables: LookupTables
    ) -> Ready | None:
        """One transaction's observations, without those that would fail."""
        kept = list(cycles)
        while kept:
            instructions = tuple(self._batches.observe(chain, cycle) for cycle in kept)
            used = tables_of(kept, tables)
            simulation = await self._simulator.run(instructions, used)
            if simulation.refusal is None:
                return Ready(instructions, used, simulation.units)
            at = simulation.instruction
            culprit = kept.pop(at if at is not None and at < len(kept) else -1).token.name
            log.warning("price not observed", token=culprit, error=str(simulation.refusal))
        return None


def observation_of(chain: ChainState, cycle: TokenCycle) -> PriceObservation:
    """The last observation of a cycle's token."""
    stats = chain.tokens[cycle.token.mint].stats
    assert stats is not None  # decide() refuses a token without stats
    return stats.observation


def fallen(chain: ChainState, cycles: Sequence[TokenCycle]) -> list[TokenCycle]:
    """The cycles whose price is more than FALL_BPS below its observation."""
    return [cycle for cycle in cycles if _has_fallen(chain, cycle)]


def _has_fallen(chain: ChainState, cycle: TokenCycle) -> bool:
    seen, market = observation_of(chain, cycle), market_of(chain, chain.tokens[cycle.token.mint])
    # An empty market has no price. The next plan refuses the token.
    if market is None or not market.price.quote or not seen.is_usable(chain.slot):
        return False
    return seen.price.rise(market.price, market.price.quote) > FALL_BPS * (ONE // BPS)


async def wait_for_slot(session: Session, slot: int) -> None:
    """Wait until a slot is confirmed. Raises RpcUnavailable after SLOT_TIMEOUT_SECONDS."""
    deadline = asyncio.get_running_loop().time() + SLOT_TIMEOUT_SECONDS
    while (left := slot - await session.rpc.call("getSlot", {"commitment": "confirmed"})) > 0:
        if asyncio.get_running_loop().time() > deadline:
            raise RpcUnavailable(f"the chain has not reached slot {slot} in {SLOT_TIMEOUT_SECONDS} s")
        await asyncio.sleep(left * SECONDS_PER_SLOT)
