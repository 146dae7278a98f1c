"""The cycles that a run has landed already: by an earlier pod of its Job, or thought to be lost."""

from collections.abc import Sequence

import structlog

from dat_operator.chain.history import History
from dat_operator.chain.walk import Walk
from dat_operator.domain.chain_state import ChainState, TokenStats
from dat_operator.domain.config import Commitment
from dat_operator.domain.cycle_event import Landed
from dat_operator.domain.errors import DatError, RpcUnavailable
from dat_operator.domain.report import LONGEST_RUN_SECONDS

LOOK_BACK_SECONDS = 2 * LONGEST_RUN_SECONDS
"""A Job has no cycle that is older, by whatever clock."""
NEAR_SECONDS = 10
"""How far a block's time may be from the time that a cycle in it has written down."""
CALLS = 300
"""One look back makes no more calls. What it has read, the next one does not ask for again."""

log = structlog.get_logger()


class OwnCycles:
    """Finds the cycles of one run. They count once they are of this commitment."""

    def __init__(self, history: History, cycle_id: bytes, commitment: Commitment) -> None:
        self._history = history
        self._cycle_id = cycle_id
        self._commitment = commitment

    async def hidden(self, chain: ChainState, mints: Sequence[str]) -> dict[str, Landed]:
        """Those behind which another Job's cycle has come since, by mint.

        Makes no call unless a token has cycled lately. Strangers' transactions cost calls: if there are more
        of them than ``CALLS``, some cycles are not found, and the run cycles once more, within interval and
        minimum.
        """
        earliest, found = chain.time - LOOK_BACK_SECONDS, dict[str, Landed]()
        lasts = {mint: stats for mint in mints if (stats := chain.tokens[mint].stats)}
        recent = {
            mint: stats.last_cycle_at
            for mint, stats in lasts.items()
            if stats.last_cycle_at >= earliest and stats.last_cycle_id != self._cycle_id
        }
        if not recent:
            return found
        walk = Walk(self._history, earliest, max(recent.values()) + NEAR_SECONDS)
        async for landed in walk.cycles(CALLS):
            if landed.event.mint in recent and landed.event.cycle_id == self._cycle_id:
                found[landed.event.mint] = await self._checked(landed)
            if found.keys() == recent.keys():
                return found
        if not walk.done:
            log.warning("too many transactions name this ecosystem to look through all of them")
        return found

    async def last(self, stats: TokenStats) -> Landed | None:
        """A token's last cycle, which bears this run's id. Only its time, which is known, is looked through.

        None if it is buried under more than ``CALLS`` transactions of the same seconds: then the stats are
        all that is known of it. Raises RpcUnavailable if no endpoint shows it by the commitment.
        """
        at = stats.last_cycle_at
        walk = Walk(self._history, at - NEAR_SECONDS, at + NEAR_SECONDS)
        async for landed in walk.cycles(CALLS):
            if (landed.event.mint, landed.event.cycle_id) == (stats.mint, self._cycle_id):
                return await self._checked(landed)
        if not walk.done and self._commitment == self._history.rpc.commitment:
            log.warning("a cycle of this run is buried under others' transactions", mint=stats.mint)
            return None
        raise self._not_shown()

    async def _checked(self, landed: Landed) -> Landed:
        if not landed.event.conserved:
            raise DatError(f"{landed.signature} does not add up: stop and look at it")
        if self._commitment != self._history.rpc.commitment:
            again = await self._history.wait_for(landed.signature, self._commitment)
            if landed.event not in [one.event for one in again]:
                # Or it was rolled back: another pod will see.
                raise self._not_shown()
        return landed

    def _not_shown(self) -> RpcUnavailable:
        return RpcUnavailable(f"this run's cycle is there, but no endpoint shows it {self._commitment}")
