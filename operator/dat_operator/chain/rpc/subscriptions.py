"""Wakes the poller of the chain when accounts change.

The content of a notification is not used: the poller reads the accounts. So a notification that is lost, late
or doubled costs at most the time until the next poll.
"""

import asyncio
import time
from collections.abc import Callable, Sequence
from functools import partial

import structlog
from solders.pubkey import Pubkey

from dat_operator.chain import addresses as at
from dat_operator.chain.rpc.endpoints import RpcEndpoint
from dat_operator.chain.rpc.urls import redacted
from dat_operator.chain.rpc.websocket import listen
from dat_operator.domain.chain_state import ChainState
from dat_operator.domain.errors import RpcUnavailable
from dat_operator.domain.job_config import Commitment
from dat_operator.domain.token_state import FeeSource, TokenState

BURST_SECONDS = 0.5
"""Notifications within this time are one wake: a transaction changes several accounts."""
QUIET_SECONDS = 2.0
"""Pause after a wake: a token may be traded in every slot, and a pass handles the whole ecosystem."""
BACKOFF_SECONDS = (1, 2, 4, 8, 16, 32, 60)
"""Time until the next attempt, by the number of times that all endpoints have failed."""
LASTING_SECONDS = 60.0
"""After a connection of this duration the backoff starts again."""

log = structlog.get_logger()


def accounts_to_follow(chain: ChainState) -> list[str]:
    """Two accounts of the ecosystem, two of each token: providers allow few subscriptions, some of them 50.

    Trades, sweeps and buys of cycles move SOL in the curve, or in the pool's account of wrapped SOL. Cycles,
    failures and pauses change the stats. Other changes (a collect, a donation, a burn) move no sum or are
    rare, and wait for the next poll. Trades of a coin with a foreign creator bring no fees.
    """
    shared = chain.state.shared_authority if chain.state else None
    tokens = chain.tokens.values()
    markets = [_market(t) for t in tokens if t.fee_source(shared) is not FeeSource.FOREIGN]
    stats = [t.addresses.stats for t in tokens]
    # The most important accounts come first: an endpoint may refuse the last ones.
    return [chain.state_address, chain.treasury_address, *markets, *stats]


def _market(token: TokenState) -> str:
    """The account whose SOL changes with every trade."""
    if token.pool is None:
        return token.addresses.bonding_curve
    return str(at.wrapped_sol(Pubkey.from_string(token.addresses.pool)))


class Subscriptions:
    """Keeps a websocket with the subscriptions of an ecosystem, at the first endpoint that works.

    Each notification calls ``on_notification``; ``wake`` is called at most every 2.5 seconds. ``now`` is a
    monotonic clock in seconds.
    """

    def __init__(
        self,
        wake: Callable[[], None],
        on_notification: Callable[[], None],
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self._wake = wake
        self._on_notification = on_notification
        self._now = now
        self._moved = asyncio.Event()
        self._followed: tuple[Sequence[RpcEndpoint], Sequence[str], Commitment] | None = None
        self._tasks: list[asyncio.Task[None]] = []
        self._up = False
        self._warned = False
        """Whether the log says that no endpoint works."""

    async def follow(
        self, endpoints: Sequence[RpcEndpoint], accounts: Sequence[str], commitment: Commitment
    ) -> None:
        """Subscribe to these accounts (base58) at these endpoints, the best first; once is enough."""
        if self._followed == (endpoints, accounts, commitment):
            return
        await self.close()
        self._followed = endpoints, accounts, commitment
        self._tasks = [
            asyncio.create_task(self._stay_subscribed(endpoints, accounts, commitment)),
            asyncio.create_task(self._forward()),
        ]

    async def close(self) -> None:
        """End all subscriptions."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._followed, self._tasks = None, []

    async def _stay_subscribed(
        self, endpoints: Sequence[RpcEndpoint], accounts: Sequence[str], commitment: Commitment
    ) -> None:
        failures = 0
        while True:
            endpoint, began = endpoints[failures % len(endpoints)], self._now()
            try:
                await listen(
                    endpoint,
                    accounts,
                    commitment,
                    on_subscribed=partial(self._subscribed, redacted(endpoint.websocket_url), len(accounts)),
                    on_notification=self._notified,
                )
            except RpcUnavailable as error:
                failures = 0 if self._now() - began > LASTING_SECONDS else failures + 1
                self._lost(str(error), everywhere=failures >= len(endpoints))
            await asyncio.sleep(BACKOFF_SECONDS[min(failures // len(endpoints), len(BACKOFF_SECONDS) - 1)])

    async def _forward(self) -> None:
        while True:
            await self._moved.wait()
            await asyncio.sleep(BURST_SECONDS)
            self._moved.clear()
            self._wake()
            await asyncio.sleep(QUIET_SECONDS)

    def _notified(self) -> None:
        self._on_notification()
        self._moved.set()

    def _subscribed(self, endpoint: str, accounts: int) -> None:
        log.info("subscribed to changes on chain", endpoint=endpoint, accounts=accounts)
        self._up, self._warned = True, False
        self._moved.set()  # An account may have changed before.

    def _lost(self, error: str, *, everywhere: bool) -> None:
        if self._up:
            log.info("subscriptions lost, they will be made again", error=error)
            self._up = False
            self._moved.set()  # The chain may be unreachable.
        elif everywhere and not self._warned:
            log.info(
                "no endpoint takes subscriptions, the chain is only polled; if one does at another address, "
                "give it as spec.rpc.endpoints[].websocketUrl",
                error=error,
            )
            self._warned = True
