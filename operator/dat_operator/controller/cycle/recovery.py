"""Finds the cycles of runs on chain, for DATCycles whose reports do not name these cycles."""

import contextlib
from collections import Counter
from collections.abc import Sequence, Set
from dataclasses import dataclass

from dat_operator.chain.reader import History, Walk
from dat_operator.controller.cycle.lost_reports import LostRun, lost_runs
from dat_operator.controller.cycle.status import without_amounts
from dat_operator.controller.objects.observed import Body, Observed
from dat_operator.domain.chain_state import ChainState
from dat_operator.domain.cycle_event import Landed
from dat_operator.domain.errors import RpcUnavailable
from dat_operator.domain.timestamp import unix_seconds

CALLS = 20
"""The most calls of one pass for amounts, and the most for lost reports. The next pass continues."""
LONGEST_PAUSE_SECONDS = 600
"""The longest pause between two questions for one transaction. The first is two seconds, then it doubles."""
GIVE_UP_SECONDS = 86_400
"""If no node shows a transaction so long after the end of its run, the operator stops asking for it."""
WALKS = 3
"""The most walks for one lost run, while the stats show more cycles than the walks have found."""


@dataclass(slots=True)
class _Search:
    """The search for the cycles of a Job whose report is lost.

    The stats have the time of each token's last cycle, so the search begins near these times. It covers the
    whole time of the Job only if later runs have cycled a token, or may have cycled it.
    """

    run: bytes
    since: int
    until: int
    walk: Walk
    walks: int = 0
    """The number of walks through the whole time."""

    def found(self) -> list[Landed]:
        return [landed for landed in self.walk.found if landed.event.cycle_id == self.run]

    def ends(self, chain: ChainState) -> bool:
        """Whether there is nothing more to find."""
        mints = {landed.event.mint for landed in self.found()}
        stats = [token.stats for token in chain.tokens.values() if token.stats]
        if mints >= {one.mint for one in stats if one.last_cycle_at >= self.since}:
            return True
        surely = {one.mint for one in stats if one.last_cycle_id == self.run}
        done = self.walk.done and self.walks > 0
        return done and (mints >= surely or self.walks >= WALKS)


class CycleRecovery:
    """Recovers the cycles of one ecosystem, pass after pass.

    If no endpoint shows a cycle now, a later pass asks again.
    """

    def __init__(self, history: History) -> None:
        self.history = history
        self._tries = Counter[str]()
        self._next: dict[str, int] = {}
        self._searches: dict[str, _Search] = {}

    async def amounts(self, observed: Observed, chain: ChainState) -> dict[str, Sequence[Landed]]:
        """The cycles of ended runs whose amounts are not in the status yet, by signature.

        A signature has no cycles if its transaction ran none, or if no node shows it for too long. The
        signatures with the fewest tries come first.
        """
        ends = {signature: end for cycle in observed.cycles for signature, end in _ends(cycle).items()}
        self._forget(ends.keys())
        found: dict[str, Sequence[Landed]] = {}
        due = [signature for signature in ends if self._next.get(signature, 0) <= chain.time]
        for signature in sorted(due, key=lambda one: self._tries[one])[:CALLS]:
            landed = await self._look_up(signature, chain.time)
            if landed is not None or self._is_given_up(signature, ends[signature], chain.time):
                found[signature] = landed or ()
        return found

    async def lost(self, observed: Observed, chain: ChainState) -> dict[str, Sequence[Landed]]:
        """The cycles of Jobs whose reports are lost or incomplete, by the name of the Job.

        A Job is absent until the search for its cycles has ended.
        """
        runs = lost_runs(observed)
        self._searches = {name: search for name, search in self._searches.items() if name in runs}
        found: dict[str, Sequence[Landed]] = {}
        left = CALLS
        for name, run in runs.items():
            search = self._searches.setdefault(name, self._new_search(run, chain))
            before = self.history.calls
            with contextlib.suppress(RpcUnavailable):
                if not search.ends(chain):
                    await search.walk.go_on(left)
            left -= self.history.calls - before
            if search.ends(chain):
                found[name] = search.found()
            elif search.walk.done:
                self._walk_again(search)
        return found

    async def _look_up(self, signature: str, now: int) -> Sequence[Landed] | None:
        """The cycles of a transaction. None: no endpoint shows it, and a later pass asks again."""
        landed = None
        with contextlib.suppress(RpcUnavailable):
            landed = await self.history.look_up(signature)
        if landed is None:
            self._tries[signature] += 1
            pause = min(2 ** min(self._tries[signature], 20), LONGEST_PAUSE_SECONDS)
            self._next[signature] = now + pause
        return landed

    def _new_search(self, run: LostRun, chain: ChainState) -> _Search:
        stats = [token.stats for token in chain.tokens.values() if token.stats]
        times = {one.last_cycle_at for one in stats if one.last_cycle_id == run.run_id}
        if times:
            near = Walk.near(self.history, times)
            return _Search(run.run_id, run.since, run.until, near)
        whole = Walk(self.history, run.since, run.until)
        return _Search(run.run_id, run.since, run.until, whole, walks=1)

    def _walk_again(self, search: _Search) -> None:
        """Search the whole time, once more if needed: the index of a node may lag behind its accounts."""
        search.walk, search.walks = Walk(self.history, search.since, search.until), search.walks + 1

    def _is_given_up(self, signature: str, ended: int, now: int) -> bool:
        return self._tries[signature] >= WALKS and now - ended >= GIVE_UP_SECONDS

    def _forget(self, wanted: Set[str]) -> None:
        for signature in self._tries.keys() - wanted:
            del self._tries[signature]
            self._next.pop(signature, None)


def _ends(cycle: Body) -> dict[str, int]:
    """The end of the cycle's run (Unix seconds), by the signatures that are to be looked up."""
    wanted = without_amounts([cycle])
    return dict.fromkeys(wanted, unix_seconds(cycle["status"]["completionTime"])) if wanted else {}
