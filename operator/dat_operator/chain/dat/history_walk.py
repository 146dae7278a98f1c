"""Searches the transactions of an ecosystem backwards, within a bound of calls."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Collection

from dat_operator.chain.dat.history import PAUSE_SECONDS, SIGNATURES_PER_PAGE, History, ListedTransaction
from dat_operator.domain.cycle_event import Landed

MAX_TRIES = 20
"""Attempts to read a transaction that is listed, but that no node shows."""
NEAR_SECONDS = 10
"""The largest difference between the time of a block and the time in a cycle of this block. Mostly 0."""


class Walk:
    """The cycles of blocks from ``since`` to ``until`` (Unix seconds), newest first.

    Anybody can send transactions that name the ecosystem. Each transaction costs a call. So a walk makes a
    given number of calls, keeps its position, and can go on later. A thousand transactions after ``until``
    cost one call.
    """

    @classmethod
    def near(cls, history: History, times: Collection[int]) -> "Walk":
        """The cycles near these times (``last_cycle_at`` of stats), the closest first.

        To hide a cycle, an attacker must send more transactions in the second of the cycle than a walk reads.
        """
        return cls(history, min(times) - NEAR_SECONDS, max(times) + NEAR_SECONDS, times)

    def __init__(
        self, history: History, since: int = 0, until: int | None = None, near: Collection[int] = ()
    ) -> None:
        self.found: list[Landed] = []
        """The cycles found so far."""
        self.calls = 0
        """RPC calls so far."""
        self._history = history
        self._since = since
        self._until = until
        self._near = frozenset(near)
        self._before: str | None = None
        self._more = True
        self._fresh: deque[ListedTransaction] = deque()
        self._unknown: deque[tuple[str, int]] = deque()

    @property
    def done(self) -> bool:
        """Whether the walk has reached its end."""
        return not (self._fresh or self._more or self._unknown)

    async def go_on(self, calls: int) -> None:
        """Make at most ``calls`` calls; read no transaction twice.

        Raises RpcUnavailable; the walk can go on after it.
        """
        start, again = self.calls, len(self._unknown)
        while self.calls - start < calls:
            if self._more and (self._near or not self._fresh):
                await self._turn_page()
            elif self._fresh:
                await self._read(self._fresh[0].signature, 1)
                self._fresh.popleft()
            elif again:
                again -= 1
                await self._read(*self._unknown[0])
                self._unknown.popleft()
            else:
                return

    async def cycles(self, most: int) -> AsyncIterator[Landed]:
        """The cycles, from at most ``most`` calls; a transaction that no node shows yet is read again."""
        yielded = 0
        while True:
            for landed in self.found[yielded:]:
                yielded += 1
                yield landed
            if self.done or self.calls >= most:
                return
            left, step = most - self.calls, 1
            if not (self._fresh or self._more):
                await asyncio.sleep(PAUSE_SECONDS)
                step = len(self._unknown)
            await self.go_on(min(step, left))

    async def _read(self, signature: str, tries: int) -> None:
        before = self._history.calls
        landed = await self._history.look_up(signature)
        self.calls += self._history.calls - before
        if landed is not None:
            self.found += landed
        elif tries < MAX_TRIES:
            self._unknown.append((signature, tries + 1))

    async def _turn_page(self) -> None:
        page = await self._history.page(self._before)
        self.calls += 1
        times = [one.time for one in page if one.time is not None]
        self._more = len(page) == SIGNATURES_PER_PAGE and min(times, default=self._since) >= self._since
        self._before = page[-1].signature if page else None
        self._fresh += [one for one in page if self._is_wanted(one)]
        if self._near and not self._more:
            self._fresh = deque(sorted(self._fresh, key=self._distance))

    def _is_wanted(self, one: ListedTransaction) -> bool:
        if one.failed or one.time is None:
            return not one.failed
        in_time = self._since <= one.time and (self._until is None or one.time <= self._until)
        return in_time and self._distance(one) <= NEAR_SECONDS

    def _distance(self, one: ListedTransaction) -> int:
        """Seconds to the nearest wanted time; 0 if none is wanted, or the transaction has no time."""
        return 0 if one.time is None else min((abs(one.time - time) for time in self._near), default=0)
