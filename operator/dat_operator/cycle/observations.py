"""Observe the prices before a run's buys, early enough that no single leader makes all slots between."""

import asyncio
from collections.abc import Sequence

import structlog

from dat_operator.chain.session import Session
from dat_operator.chain.tx.sender import Ready
from dat_operator.chain.tx.simulator import Simulator
from dat_operator.cycle.assemble import TokenCycle
from dat_operator.cycle.batches import Batches, Tables, tables_of
from dat_operator.domain.chain_state import ChainState
from dat_operator.domain.errors import RpcUnavailable
from dat_operator.domain.market import market_of
from dat_operator.domain.money import BPS
from dat_operator.domain.price import MAX_AGE_SLOTS, MIN_AGE_SLOTS, ONE, Observation

log = structlog.get_logger()

LOOKS = 4
"""How often one price is looked at, at most; one that falls behind each of them is not bought at.

Whoever makes a price for a look and lets it go again before the buy gets no buy.
"""
FALL_BPS = 19
"""How far a price may have fallen since the look, basis points.

As much as it may have risen (programs/dat/src/arithmetic.rs): whoever makes the one and the other takes at
most 35 basis points of a buy.
"""
WAIT_PER_SLOT = 0.2
"""Seconds slept for each slot that is left. A slot takes longer (0.3 s and more), so we wake
early and ask again."""
PATIENCE_SECONDS = 90
"""How long a chain may take for the slots that a look must be old, or past."""


class Looks:
    """Looks at the prices that a run's cycles buy at, in as few transactions as hold them."""

    def __init__(self, session: Session, batches: Batches, tables: Tables) -> None:
        self._session = session
        # Its own: priority fees go by the accounts of what is landed first.
        self._sender = session.sender
        self._batches = batches
        self._tables = tables
        self._simulator = Simulator(session.rpc, session.signer.pubkey())

    async def take(self, chain: ChainState, cycles: Sequence[TokenCycle]) -> ChainState:
        """Look, and wait until the looks are old enough; the chain then.

        The lowest price of several looks counts, so what has fallen since is looked at again, and need not
        wait again. The looks of a run that was killed are used. One that fails costs its token the cycle,
        which says so. Raises RpcUnavailable if the chain stands still.
        """
        wanted = [cycle for cycle in cycles if not _seen(chain, cycle).lasts(chain.slot)]
        newest = max(_seen(chain, cycle).slot for cycle in cycles)
        if await self._land(chain, wanted):
            newest = await self._session.rpc.call("getSlot", {"commitment": "confirmed"})
        await until_slot(self._session, newest + MIN_AGE_SLOTS)
        return await self.again(await self._session.read(), cycles)

    async def again(self, chain: ChainState, cycles: Sequence[TokenCycle]) -> ChainState:
        """Look again at what has fallen since, until nothing has, or so often; the chain then."""
        for _ in range(LOOKS - 1):
            if not await self._land(chain, self.fallen(chain, cycles)):
                break
            chain = await self._session.read()
        return chain

    @staticmethod
    def fallen(chain: ChainState, cycles: Sequence[TokenCycle]) -> list[TokenCycle]:
        """Those whose price has fallen since the look."""
        return [cycle for cycle in cycles if _has_fallen(chain, cycle)]

    async def _land(self, chain: ChainState, cycles: Sequence[TokenCycle]) -> bool:
        """Look at the prices of these; whether any could be looked at."""
        looks = self._batches.looks(chain, cycles, self._tables)
        simulated = await asyncio.gather(*(self._simulated(chain, together) for together in looks))
        ready = [look for look in simulated if look]
        await self._sender.land_all(ready)
        return bool(ready)

    async def _simulated(self, chain: ChainState, cycles: Sequence[TokenCycle]) -> Ready | None:
        """The looks of one transaction, without those that would fail."""
        kept = list(cycles)
        while kept:
            instructions = tuple(self._batches.look(chain, cycle) for cycle in kept)
            used = tables_of(kept, self._tables)
            simulation = await self._simulator.run(instructions, used)
            if simulation.refusal is None:
                return Ready(instructions, used, simulation.units)
            at = simulation.instruction
            culprit = kept.pop(at if at is not None and at < len(kept) else -1).token.name
            log.warning("a price could not be looked at", token=culprit, error=str(simulation.refusal))
        return None


def late_looks(batches: Batches, chain: ChainState, cycles: Sequence[TokenCycle]) -> dict[str, int]:
    """From which slot on a token can be looked at again, by mint, where an unused look is of no use any more.

    It is too old for a buy that is still to be sent, or the price has risen too far above it; and as long as
    the program goes by it, another look does not renew it.
    """
    outdated = batches.outdated(chain, cycles)
    seen = {cycle.token.mint: _seen(chain, cycle) for cycle in cycles}
    fresh = {mint: look for mint, look in seen.items() if look.is_fresh(chain.slot)}
    of_no_use = (mint for mint, look in fresh.items() if mint in outdated or not look.lasts(chain.slot))
    return {mint: fresh[mint].slot + MAX_AGE_SLOTS + 1 for mint in of_no_use}


def _seen(chain: ChainState, cycle: TokenCycle) -> Observation:
    stats = chain.tokens[cycle.token.mint].stats
    assert stats is not None  # decide() refuses a token without one
    return stats.observation


def _has_fallen(chain: ChainState, cycle: TokenCycle) -> bool:
    seen, market = _seen(chain, cycle), market_of(chain, chain.tokens[cycle.token.mint])
    # Where nothing is left there is no price: the decision that follows refuses that token.
    if market is None or not market.price.quote or not seen.lasts(chain.slot):
        return False
    return seen.price.rise(market.price, market.price.quote) > FALL_BPS * (ONE // BPS)


async def until_slot(session: Session, slot: int) -> None:
    """Wait until a slot is confirmed."""
    deadline = asyncio.get_running_loop().time() + PATIENCE_SECONDS
    while (left := slot - await session.rpc.call("getSlot", {"commitment": "confirmed"})) > 0:
        if asyncio.get_running_loop().time() > deadline:
            raise RpcUnavailable(f"the chain has not reached slot {slot} in {PATIENCE_SECONDS} s")
        await asyncio.sleep(left * WAIT_PER_SLOT)
