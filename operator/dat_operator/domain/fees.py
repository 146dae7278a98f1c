"""The fees of a trade, and the tokens that an exact-in buy brings: the same on curves and pools.

The formulas equal those of the deployed programs to the unit. Tests compare them with real trades.
"""

from dataclasses import dataclass

from dat_operator.domain.errors import DatError
from dat_operator.domain.money import BPS
from dat_operator.domain.price import ONE

FEE_MARGIN_PERCENT = 80
"""The part of pump.fun's own fee on the reserves that a buy may spend after the price has risen."""
RISE_TOLERANCE = 19 * ONE // BPS
"""How far the price may rise before a buy without making it smaller, parts of ``ONE`` (the program's rule).

An attacker who raises it by this much gains at most 20 basis points of the buy."""


@dataclass(frozen=True, slots=True)
class Fees:
    """The fees of a trade, basis points of its net amount."""

    liquidity_bps: int
    protocol_bps: int
    creator_bps: int

    @property
    def all(self) -> tuple[int, int, int]:
        """Each fee. The programs round up each one on its own."""
        return self.liquidity_bps, self.protocol_bps, self.creator_bps


@dataclass(frozen=True, slots=True)
class FeeTier:
    """The fees from a market cap on (``threshold_lamports``)."""

    threshold_lamports: int
    fees: Fees


def fees_at(tiers: tuple[FeeTier, ...], market_cap: int) -> tuple[Fees, int]:
    """The fees at a market cap (lamports), and the least protocol fee of the tiers next to it (basis points).

    The fees are those of the last tier that the market cap reaches, or of the first tier if it reaches none.
    Raises DatError if there are no tiers.
    """
    if not tiers:
        raise DatError("pump.fun's fee configuration holds no tiers: spec.network has no pump.fun")
    reached = [at for at, tier in enumerate(tiers) if tier.threshold_lamports <= market_cap]
    at = reached[-1] if reached else 0
    near = tiers[max(0, at - 1) : at + 2]
    return tiers[at].fees, min(tier.fees.protocol_bps for tier in near)


def exact_in(token_reserves: int, quote_reserves: int, fees: Fees, spend_lamports: int) -> int:
    """The tokens that an exact-in buy of ``spend_lamports`` (fees included) brings, base units.

    Source: pump.fun's documentation of ``buy_exact_sol_in``. The deployed ``buy_exact_quote_in_v3``, its
    older forms and PumpSwap give the same result to the unit. 0: the program refuses the buy.
    """
    whole = spend_lamports * BPS // (BPS + sum(fees.all))
    paid = whole + sum(-(-whole * bps // BPS) for bps in fees.all)
    net = whole - max(0, paid - spend_lamports)
    if net <= 1:
        return 0
    return (net - 1) * token_reserves // (quote_reserves + net - 1)


def fee_limit(quote_reserves: int, fee_bps: int) -> int:
    """The most that a buy may spend, lamports, so that no sandwich around it pays on any route.

    It is 80 % of the fee that every route pays. So moving the price up and down costs more than the buy
    gives.
    """
    return quote_reserves * fee_bps * FEE_MARGIN_PERCENT // (BPS * 100)


def tapered(least: int, rise: int) -> int | None:
    """The limit of a buy (lamports) after a price rise (parts of ``ONE``). None: the rise sets no limit.

    Above ``RISE_TOLERANCE`` the limit falls towards ``least``. So an attacker who has raised the price gains
    at most 20 basis points of the buy (programs/dat/src/arithmetic.rs).
    """
    if rise <= RISE_TOLERANCE:
        return None
    return least + least * RISE_TOLERANCE // (rise - RISE_TOLERANCE)
