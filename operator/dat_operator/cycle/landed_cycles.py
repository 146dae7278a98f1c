"""Finds the cycles that a run has landed already.

An earlier pod of its Job has landed them, or an earlier attempt that believed them lost.
"""

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

MAX_CLOCK_SKEW_SECONDS = 600
"""The largest difference between the clocks of cluster and chain."""
MAX_LOOKBACK_CALLS = 300
"""The most calls of a run for its hidden cycles. The search for last cycles has the same limit."""

log = structlog.get_logger()


class LandedCycles:
    """Finds the landed cycles of one run. They count once they have this commitment.

    All its methods together make at most twice ``MAX_LOOKBACK_CALLS`` calls, for any number of tokens.
    """

    def __init__(self, history: History, run_id: bytes, commitment: Commitment, jitter_seconds: int) -> None:
        self._look_back = longest_job_seconds(jitter_seconds) + MAX_CLOCK_SKEW_SECONDS
        self._history = history
        self._run_id = run_id
        self._commitment = commitment
        self._left_for_hidden = self._left_for_last = MAX_LOOKBACK_CALLS

    async def hidden(self, chain: ChainState, mints: Sequence[str]) -> dict[str, Landed]:
        """By mint: this run's cycles of tokens that another Job has cycled since.

        Makes no call unless another run has cycled a token lately. Strangers' transactions cost calls. If
        there are more than ``MAX_LOOKBACK_CALLS``, some cycles are not found. Then the token cycles once
        more, within its interval and its minimum. Raises RpcUnavailable if no endpoint shows a cycle with
        the commitment, DatError if a cycle does not add up.
        """
        earliest, found = chain.time - self._look_back, dict[str, Landed]()
        lasts = {mint: stats for mint in mints if (stats := chain.tokens[mint].stats)}
        recent = {
            mint: stats.last_cycle_at
            for mint, stats in lasts.items()
            if stats.last_cycle_at >= earliest and stats.last_cycle_id != self._run_id
        }
        if not recent:
            return found
        walk = Walk(self._history, earliest, max(recent.values()) + NEAR_SECONDS)
        try:
            await self._search(walk, self._left_for_hidden, recent.keys(), found)
        finally:
            self._left_for_hidden -= walk.calls
        if found.keys() != recent.keys() and not walk.done:
            log.warning("too many transactions name this ecosystem: not all were searched")
        return found

    async def last(self, tokens: Sequence[TokenStats]) -> dict[str, Landed]:
        """By mint: the last cycles of tokens whose stats contain this run's id, searched at their times only.

        If a second has more than ``MAX_LOOKBACK_CALLS`` transactions, the search may miss its cycle. Raises
        RpcUnavailable if no endpoint shows a cycle with the commitment, DatError if a cycle does not add up.
        """
        found = dict[str, Landed]()
        if not tokens:
            return found
        mints = {stats.mint for stats in tokens}
        walk = Walk.near(self._history, {stats.last_cycle_at for stats in tokens})
        try:
            await self._search(walk, self._left_for_last, mints, found)
        finally:
            self._left_for_last -= walk.calls
        if buried := sorted(mints - found.keys()):
            if walk.done or self._commitment != self._history.rpc.commitment:
                raise self._not_shown()
            log.warning("this run's cycles not found among other transactions of their second", mints=buried)
        return found

    async def _search(self, walk: Walk, calls: int, mints: Set[str], found: dict[str, Landed]) -> None:
        """Add this run's newest cycle of each of these tokens to ``found``, within so many calls."""
        async for landed in walk.cycles(calls):
            mint = landed.event.mint
            if mint in mints and mint not in found and landed.event.cycle_id == self._run_id:
                found[mint] = await self._checked(landed)
            if found.keys() == mints:
                return

    async def _checked(self, landed: Landed) -> Landed:
        if not landed.event.conserved:
            raise DatError(f"{landed.signature} does not add up: stop the cycles and examine it")
        if self._commitment != self._history.rpc.commitment:
            again = await self._history.wait_for(landed.signature, self._commitment)
            if landed.event not in [one.event for one in again]:
                # The cycle may have been rolled back. The next pod reads the chain again.
                raise self._not_shown()
        return landed

    def _not_shown(self) -> RpcUnavailable:
        return RpcUnavailable(f"a cycle of this run has landed, but no endpoint shows it {self._commitment}")
