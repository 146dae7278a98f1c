"""What runs have done, read from the chain for their DATCycles."""

import contextlib
from collections import Counter
from collections.abc import Sequence, Set
from dataclasses import dataclass

from dat_operator.chain.dat.history import History
from dat_operator.chain.dat.history_walk import Walk
from dat_operator.chain.rpc.client import RpcClient
from dat_operator.controller.cycle.lost_reports import LostRun, lost_runs
from dat_operator.controller.cycle.status import without_amounts
from dat_operator.controller.objects.observed import Body, Observed
from dat_operator.domain.chain_state import ChainState
from dat_operator.domain.cycle_event import Landed
from dat_operator.domain.errors import RpcUnavailable
from dat_operator.domain.timestamp import unix_seconds

CALLS = 20
"""A pass makes so many calls at most for amounts, and so many for lost reports: the next pass goes on."""
LONGEST_PAUSE_SECONDS = 600
"""Between two questions for one transaction; it doubles from one second."""
GIVE_UP_SECONDS = 86_400
"""A transaction that no node shows so long after its run has ended is not asked for any more."""
WALKS = 3
"""How often a lost run is looked for, if the stats say that there must be more than was found."""


@dataclass(slots=True)
class _Search:
    """For the cycles of a Job whose report is lost.

    Those that are their tokens' last ones come first: their times are known. Only if others have come behind,
    or may have, the whole time of the Job is looked through.
    """

    run: bytes
    since: int
    until: int
    walk: Walk
    walks: int = 0
    """Through all of its time."""

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


class Past:
    """Of one ecosystem, pass after pass. What no endpoint shows just now is left out, for a later pass."""

    def __init__(self, rpc: RpcClient, program_id: str, state_address: str) -> None:
        self._history = History(rpc, program_id, state_address)
        self._tries = Counter[str]()
        self._next: dict[str, int] = {}
        self._searches: dict[str, _Search] = {}

    def is_of(self, rpc: RpcClient, program_id: str, state_address: str) -> bool:
        """Whether it is this ecosystem's, by this client."""
        return self._history.is_of(rpc, program_id, state_address)

    async def amounts(self, observed: Observed, chain: ChainState) -> dict[str, Sequence[Landed]]:
        """The cycles that ended runs have signed for, and whose amounts are not in the status yet.

        Empty for a transaction that is given up, or that ran none. Those asked for least come first.
        """
        ends = {signature: end for cycle in observed.cycles for signature, end in _ends(cycle).items()}
        self._forget(ends.keys())
        found: dict[str, Sequence[Landed]] = {}
        due = [signature for signature in ends if self._next.get(signature, 0) <= chain.time]
        for signature in sorted(due, key=lambda one: self._tries[one])[:CALLS]:
            landed = None
            with contextlib.suppress(RpcUnavailable):
                landed = await self._history.look_up(signature)
            if landed is None:
                self._tries[signature] += 1
                pause = min(2 ** min(self._tries[signature], 20), LONGEST_PAUSE_SECONDS)
                self._next[signature] = chain.time + pause
            if landed is not None or self._is_given_up(signature, ends[signature], chain.time):
                found[signature] = landed or ()
        return found

    async def lost(self, observed: Observed, chain: ChainState) -> dict[str, Sequence[Landed]]:
        """The cycles of Jobs that are to be recorded and whose report does not say all, by the Job's name.

        A Job is left out until the search for its cycles has ended.
        """
        runs = lost_runs(observed)
        self._searches = {name: search for name, search in self._searches.items() if name in runs}
        found: dict[str, Sequence[Landed]] = {}
        left = CALLS
        for name, run in runs.items():
            search = self._searches.setdefault(name, self._new_search(run, chain))
            before = self._history.calls
            with contextlib.suppress(RpcUnavailable):
                if not search.ends(chain):
                    await search.walk.go_on(left)
            left -= self._history.calls - before
            if search.ends(chain):
                found[name] = search.found()
            elif search.walk.done:
                self._begin_again(search)
        return found

    def _new_search(self, run: LostRun, chain: ChainState) -> _Search:
        stats = [token.stats for token in chain.tokens.values() if token.stats]
        times = {one.last_cycle_at for one in stats if one.last_cycle_id == run.cycle_id}
        if times:
            near = Walk.near(self._history, times)
            return _Search(run.cycle_id, run.since, run.until, near)
        whole = Walk(self._history, run.since, run.until)
        return _Search(run.cycle_id, run.since, run.until, whole, walks=1)

    def _begin_again(self, search: _Search) -> None:
        """More widely; or because a node's index may lag behind its accounts."""
        search.walk, search.walks = Walk(self._history, search.since, search.until), search.walks + 1

    def _is_given_up(self, signature: str, ended: int, now: int) -> bool:
        return self._tries[signature] >= WALKS and now - ended >= GIVE_UP_SECONDS

    def _forget(self, wanted: Set[str]) -> None:
        for signature in self._tries.keys() - wanted:
            del self._tries[signature]
            self._next.pop(signature, None)


def _ends(cycle: Body) -> dict[str, int]:
    """When its run has ended (Unix seconds), by the signatures that are to be looked up."""
    wanted = without_amounts([cycle])
    return dict.fromkeys(wanted, unix_seconds(cycle["status"]["completionTime"])) if wanted else {}
