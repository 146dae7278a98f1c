"""A pump.fun bonding curve and what a trade on it brings.

Formulas are those of the deployed program, to the unit; the tests hold them against its own trades.
"""

from dataclasses import dataclass

from dat_operator.domain.errors import DatError
from dat_operator.domain.money import BPS

FEE_MARGIN_PERCENT = 80
"""Of a pool's fee, the part by which our buys may move the price (the program's impact rule)."""


@dataclass(frozen=True, slots=True)
class Fees:
    """What a trade costs on top of its price, basis points of the net amount."""

    protocol_bps: int
    creator_bps: int

    @property
    def total_bps(self) -> int:
        """Both together."""
        return self.protocol_bps + self.creator_bps


@dataclass(frozen=True, slots=True)
class FeeTier:
    """Fees from a market cap (lamports) on."""

    threshold_lamports: int
    fees: Fees


@dataclass(frozen=True, slots=True)
class BondingCurve:
    """The account of a curve. Reserves in base units, keys in base58."""

    virtual_token_reserves: int
    virtual_quote_reserves: int
    real_token_reserves: int
    real_quote_reserves: int
    token_total_supply: int
    complete: bool
    creator: str
    is_mayhem_mode: bool
    is_cashback_coin: bool
    quote_mint: str
    is_holder_reward: bool
    creator_fee: int
    """Creator fees that wait in the curve for a sweep, lamports."""

    def market_cap(self, mint_supply: int) -> int:
        """Market cap in lamports, as pump.fun computes it to choose the fee tier.

        ``mint_supply`` is the live supply, which burning lowers; a mayhem coin's is stored.
        """
        supply = self.token_total_supply if self.is_mayhem_mode else mint_supply
        return self.virtual_quote_reserves * supply // self.virtual_token_reserves


def fees_at(tiers: tuple[FeeTier, ...], market_cap: int) -> Fees:
    """The fees at a market cap: the last tier that it reaches, else the first.

    Raises DatError if there are no tiers.
    """
    if not tiers:
        raise DatError("pump.fun's fee configuration holds no tiers: spec.network has no pump.fun")
    reached = [tier for tier in tiers if tier.threshold_lamports <= market_cap]
    return (reached or [tiers[0]])[-1].fees


def tokens_out(curve: BondingCurve, fees: Fees, spend_lamports: int) -> int:
    """Tokens that an exact-in buy of ``spend_lamports`` (fees included) brings.

    Source: the program's ``buy_exact_sol_in`` documentation; equal to the deployed program's
    ``buy_exact_quote_in_v3`` to the unit while the curve holds enough real tokens. 0 means that the
    program refuses the buy (BuyNotEnoughSolToCoverFees, BuySlippageBelowMinTokensOut).
    """
    net = spend_lamports * BPS // (BPS + fees.total_bps)
    paid = net + _fee(net, fees.protocol_bps) + _fee(net, fees.creator_bps)
    net -= max(0, paid - spend_lamports)
    if net <= 1:
        return 0
    out = (net - 1) * curve.virtual_token_reserves // (curve.virtual_quote_reserves + net - 1)
    return min(out, curve.real_token_reserves)


def impact_limit(quote_reserves: int, max_price_impact_bps: int, fee_bps: int) -> int:
    """The most a buy may spend, lamports: the program's impact rule.

    ``min(max_price_impact_bps, 80 % of the pool's fee)`` of the quote reserves; a sandwich around a
    buy below it pays more in fees than it can take.
    """
    share = min(max_price_impact_bps * 100, fee_bps * FEE_MARGIN_PERCENT)
    return quote_reserves * share // (BPS * 100)


def _fee(net: int, bps: int) -> int:
    return -(-net * bps // BPS)
