"""The look at prices that a run's buys need: before them, by slots enough that no leader has them all."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace

import structlog

from dat_operator.chain.sender import Ready
from dat_operator.chain.simulator import Simulator
from dat_operator.cycle.assemble import TokenCycle
from dat_operator.cycle.batches import Batches, Tables, tables_of
from dat_operator.cycle.session import Session
from dat_operator.domain.chain_state import ChainState
from dat_operator.domain.errors import RpcUnavailable
from dat_operator.domain.price import MAX_AGE_SLOTS, MIN_AGE_SLOTS, Observation

log = structlog.get_logger()

LOOKS = 3
"""Whoever makes a price for one look must make it for each, and pays his fees each time.

At three, the sandwich of look and buy that paid best costs more than it brings (programs/tests, attacks).
"""
SLOTS_BETWEEN = 4
"""As many as one leader has in a row."""
POLL_SECONDS = 0.4
PATIENCE_SECONDS = 90
"""How long a chain may take for the slots that a look must be old, or past."""


async def observe(
    session: Session, batches: Batches, chain: ChainState, cycles: Sequence[TokenCycle], tables: Tables
) -> ChainState:
    """Look at the prices that these cycles buy at, and wait until the looks are old enough; the chain then.

    The lowest price of several looks counts. Those of a run that was killed are used. One that fails costs
    its token the cycle, which says so. Raises RpcUnavailable if the chain stands still.
    """
    wanted = [cycle for cycle in cycles if not _seen(chain, cycle).lasts(chain.slot)]
    looks = batches.looks(chain, wanted, tables)
    found = [await _simulated(session, batches, chain, together, tables) for together in looks]
    ready = [look for look in found if look]
    for number in range(LOOKS if ready else 0):
        # Another compute limit makes it another transaction.
        await session.sender.land_all([replace(look, units=look.units + number) for look in ready])
        slot = await session.rpc.call("getSlot", {"commitment": "confirmed"})
        if number + 1 < LOOKS:
            await until_slot(session, slot + SLOTS_BETWEEN)
    renewed = await session.read()
    old_enough = max(_seen(renewed, cycle).slot for cycle in cycles) + MIN_AGE_SLOTS
    if renewed.slot >= old_enough:
        return renewed
    await until_slot(session, old_enough)
    return await session.read()


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


async def _simulated(
    session: Session, batches: Batches, chain: ChainState, cycles: Sequence[TokenCycle], tables: Tables
) -> Ready | None:
    """The looks of one transaction, without those that would fail."""
    simulator, kept = Simulator(session.rpc, session.signer.pubkey()), list(cycles)
    while kept:
        instructions = tuple(batches.look(chain, cycle) for cycle in kept)
        used = tables_of(kept, tables)
        simulation = await simulator.run(instructions, used)
        if simulation.refusal is None:
            return Ready(instructions, used, simulation.units)
        at = simulation.instruction
        culprit = kept.pop(at if at is not None and at < len(kept) else -1)
        log.warning("a price could not be looked at", token=culprit.token.name, error=str(simulation.refusal))
    return None


async def until_slot(session: Session, slot: int) -> None:
    """Wait until a slot is confirmed."""
    deadline = asyncio.get_running_loop().time() + PATIENCE_SECONDS
    while await session.rpc.call("getSlot", {"commitment": "confirmed"}) < slot:
        if asyncio.get_running_loop().time() > deadline:
            raise RpcUnavailable(f"the chain has not reached slot {slot} in {PATIENCE_SECONDS} s")
        await asyncio.sleep(POLL_SECONDS)
