"""People who trade during the whole test."""

import itertools
import threading
from types import TracebackType
from typing import Self

from hack.demo.environment import Environment
from hack.demo.market import Market, well_known_key
from hack.demo.scenario import WALLET_LAMPORTS, Scenario

LAMPORTS = 600_000_000
"""What one buys; most of it is sold again, so that no coin graduates."""


class Traffic:
    """Trades the coins in turn, within a ``with`` block."""

    def __init__(self, environment: Environment, scenario: Scenario) -> None:
        self.trades = 0
        """That have been confirmed."""
        self._market = Market(environment.chain.rpc, well_known_key("admin"))
        self._coins = list(scenario.coins.values())
        self._trader = well_known_key("carol")
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._trade)

    def __enter__(self) -> Self:
        self._market.fund(self._trader.pubkey(), WALLET_LAMPORTS)
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._over.set()
        self._thread.join()

    def _trade(self) -> None:
        for coin in itertools.cycle(self._coins):
            if self._over.is_set():
                return
            self._market.buy(self._trader, coin, LAMPORTS)
            self._market.sell(self._trader, coin, percent=95)
            self.trades += 1
