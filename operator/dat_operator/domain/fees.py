"""What pump.fun takes of a trade, and what an exact-in buy then brings: the same on curves and pools.

Formulas are those of the deployed programs, to the unit; the tests hold them against their own trades.
"""

from dataclasses import dataclass

from dat_operator.domain.errors import DatError
from dat_operator.domain.money import BPS
from dat_operator.domain.price import ONE

FEE_MARGIN_PERCENT = 80
"""Of pump.fun's own fee on the reserves, the part that a buy may spend once the price has risen."""
TOLERANCE = 19 * ONE // BPS
"""By how much the price may rise ahead of a buy without making it smaller, parts of ``ONE``: whoever
raises it takes at most 20 basis points of the buy then (the program's rule)."""


@dataclass(frozen=True, slots=True)
class Fees:
    """What a trade costs on top of its price, basis points of the net amount."""

    liquidity_bps: int
    protocol_bps: int
    creator_bps: int

    @property
    def all(self) -> tuple[int, int, int]:
        """Every single one: each is rounded up for itself."""
        return self.liquidity_bps, self.protocol_bps, self.creator_bps


@dataclass(frozen=True, slots=True)
class FeeTier:
    """Fees from a market cap (lamports) on."""

    threshold_lamports: int
    fees: Fees


def fees_at(tiers: tuple[FeeTier, ...], market_cap: int) -> tuple[Fees, int]:
    """The fees at a market cap, and the least protocol fee (basis points) that a trade near it may pay.

    They are those of the last tier that it reaches, else of the first; near are the tiers below and above.
    Raises DatError if there are no tiers.
    """
    if not tiers:
        raise DatError("pump.fun's fee configuration holds no tiers: spec.network has no pump.fun")
    reached = [at for at, tier in enumerate(tiers) if tier.threshold_lamports <= market_cap]
    at = reached[-1] if reached else 0
    near = tiers[max(0, at - 1) : at + 2]
    return tiers[at].fees, min(tier.fees.protocol_bps for tier in near)


def exact_in(token_reserves: int, quote_reserves: int, fees: Fees, spend_lamports: int) -> int:
    """Tokens that an exact-in buy of ``spend_lamports`` (fees included) brings.

    Source: pump.fun's ``buy_exact_sol_in`` documentation; equal to the deployed ``buy_exact_quote_in_v3``,
    its older forms and PumpSwap's to the unit. 0 means that the program refuses the buy.
    """
    whole = spend_lamports * BPS // (BPS + sum(fees.all))
    paid = whole + sum(-(-whole * bps // BPS) for bps in fees.all)
    net = whole - max(0, paid - spend_lamports)
    if net <= 1:
        return 0
    return (net - 1) * token_reserves // (quote_reserves + net - 1)


def fee_limit(quote_reserves: int, fee_bps: int) -> int:
    """The most a buy may spend, lamports, so that no sandwich around it pays, whatever route it takes.

    80 % of the fee that every route pays: moving the price there and back costs more than the buy gives.
    """
    return quote_reserves * fee_bps * FEE_MARGIN_PERCENT // (BPS * 100)


def tapered(least: int, rise: int) -> int | None:
    """What a limit of ``least`` lamports is after a rise of the price; None if it does not bind yet.

    From the tolerance on it tapers towards ``least``, so that whoever has raised the price takes at most 20
    basis points of the buy (programs/dat/src/arithmetic.rs).
    """
    if rise <= TOLERANCE:
        return None
    return least + least * TOLERANCE // (rise - TOLERANCE)
