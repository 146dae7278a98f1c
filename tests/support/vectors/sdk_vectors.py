"""Quotes of pump.fun's official SDKs and a trade of mainnet: the JSON files beside this module."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dat_operator.domain.fees import Fees
from tests.support.chain_state import CURVE_FEES

GOLDEN = Path(__file__).parent


@dataclass(frozen=True)
class Quote:
    """What an exact-in buy brings."""

    token_reserves: int
    quote_reserves: int
    fees: Fees
    spend: int
    tokens: int
    left: int | None = None
    """All that a curve has left, if it is one."""

    def __str__(self) -> str:
        return f"{self.quote_reserves}-{self.spend}"


def read(name: str) -> Any:
    return json.loads((GOLDEN / name).read_text())


def curve_quotes() -> list[Quote]:
    """Of ``golden-pump.json``."""
    return [
        Quote(int(q["vt"]), int(q["vq"]), CURVE_FEES, int(q["sol_in"]), int(q["tokens_out"]), int(q["rt"]))
        for q in read("golden-pump.json")["quotes"]
    ]


def pool_quotes() -> list[Quote]:
    """Of ``golden-pumpswap.json``: its first pool was quoted by the first tier, the others by 20/5/90."""
    quotes = read("golden-pumpswap.json")["quotes"]
    first = quotes[0]["quote"]
    return [
        Quote(
            int(q["base"]),
            int(q["quote"]),
            Fees(2, 93, 30) if q["quote"] == first else Fees(20, 5, 90),
            int(q["x"]),
            int(q["buyQuoteIn_base_out"]),
        )
        for q in quotes
    ]


def mainnet_buy() -> dict[str, Any]:
    """The event of a ``buy_exact_sol_in`` of 3 SOL on mainnet."""
    events = read("golden-trade-event.json")["events"]
    (found,) = [e["decoded"] for e in events if e["decoded"]["ix_name"] == "buy_exact_sol_in"]
    return dict(found)
