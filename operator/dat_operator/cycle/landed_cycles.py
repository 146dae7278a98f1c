"""The cycles that a run has landed already: by an earlier pod of its Job, or thought to be lost."""

from collections.abc import Sequence, Set

import structlog

from dat_operator.chain.dat.history import History
from dat_operator.chain.dat.history_walk import NEAR_SECONDS, Walk
from dat_operator.domain.chain_state import ChainState
from dat_operator.domain.cycle_event import Landed
from dat_operator.domain.dat_accounts import TokenStats
from dat_operator.domain.errors import DatError, RpcUnavailable
from dat_operator.domain.job_config import Commitment
from dat_operator.domain.report import longest_job_seconds

CLOCKS_SECONDS = 600
"""How far the clocks of cluster and chain may be apart."""
CALLS = 300
"""Calls that a run may make for cycles hidden behind others', and as many for its tokens' last cycles."""

log = structlog.get_logger()


class OwnCycles:
    """Finds the cycles of one run. They count once they are of this commitment.

    However often it is asked, and about however many tokens, it makes at most twice ``CALLS`` calls.
    """

    def __init__(
        self, history: History, cycle_id: bytes, commitment: Commitment, jitter_seconds: int
    ) -> None:
        self._look_back = longest_job_seconds(jitter_seconds) + CLOCKS_SECONDS
        self._history = history
        self._cycle_id = cycle_id
        self._commitment = commitment
        self._left_for_hidden = self._left_for_last = CALLS

    async def hidden(self, chain: ChainState, mints: Sequence[str]) -> dict[str, Landed]:
        """Those behind which another Job's cycle has come since, by mint.

        Makes no call unless a token has cycled lately. Strangers' transactions cost calls: if there are more
        of them than ``CALLS``, some cycles are not found, and the run cycles once more, within interval and
        minimum.
        """
        earliest, found = chain.time - self._look_back, dict[str, Landed]()
        lasts = {mint: stats for mint in mints if (stats := chain.tokens[mint].stats)}
        recent = {
            mint: stats.last_cycle_at
            for mint, stats in lasts.items()
            if stats.last_cycle_at >= earliest and stats.last_cycle_id != self._cycle_id
        }
        if not recent:
            return found
        walk = Walk(self._history, earliest, max(recent.values()) + NEAR_SECONDS)
        try:
            await self._look(walk, self._left_for_hidden, recent.keys(), found)
        finally:
            self._left_for_hidden -= walk.calls
        if found.keys() != recent.keys() and not walk.done:
            log.warning("too many transactions name this ecosystem to look through all of them")
        return found

    async def last(self, tokens: Sequence[TokenStats]) -> dict[str, Landed]:
        """The last cycles of tokens whose stats bear this run's id, by mint, looked for at their times only.

        Without those that are buried under more than ``CALLS`` transactions of the same second: then the
        stats are all that is known. Raises RpcUnavailable if no endpoint shows one by the commitment.
        """
        found = dict[str, Landed]()
        if not tokens:
            return found
        mints = {stats.mint for stats in tokens}
        walk = Walk.near(self._history, {stats.last_cycle_at for stats in tokens})
        try:
            await self._look(walk, self._left_for_last, mints, found)
        finally:
            self._left_for_last -= walk.calls
        if buried := sorted(mints - found.keys()):
            if walk.done or self._commitment != self._history.rpc.commitment:
                raise self._not_shown()
            log.warning("cycles of this run are buried under others' transactions", mints=buried)
        return found

    async def _look(self, walk: Walk, calls: int, mints: Set[str], found: dict[str, Landed]) -> None:
        """Add this run's newest cycle of each of these tokens, as far as so many calls reach."""
        async for landed in walk.cycles(calls):
            mint = landed.event.mint
            if mint in mints and mint not in found and landed.event.cycle_id == self._cycle_id:
                found[mint] = await self._checked(landed)
            if found.keys() == mints:
                return

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
