"""The market in which a token trades now: its bonding curve, or its pool on PumpSwap."""

from dataclasses import dataclass, replace
from enum import StrEnum

from dat_operator.domain.chain_state import ChainState
from dat_operator.domain.coin import SYSTEM_PROGRAM
from dat_operator.domain.curve import BondingCurve
from dat_operator.domain.fees import Fees, exact_in, fees_at
from dat_operator.domain.pool import Pool
from dat_operator.domain.price import Price
from dat_operator.domain.token_state import TokenState


class BuyForm(StrEnum):
    """The instruction that buys. The names are the dat program's."""

    CURVE_V3 = "CurveV3"
    CURVE_LEGACY = "CurveLegacy"
    CURVE_V2 = "CurveV2"
    POOL_V2 = "PoolV2"
    POOL = "Pool"


@dataclass(frozen=True, slots=True)
class Market:
    """A token's market, for a buy. Reserves are base units."""

    forms: tuple[BuyForm, ...]
    """The forms that can buy this coin, the cheapest first. A cluster may not know the newest one."""
    token_reserves: int
    quote_reserves: int
    limit_reserves: int
    """The reserves that bound a buy; never above the real balance, lamports."""
    fees: Fees
    """The fees that a buy pays."""
    sure_fee_bps: int
    """The fee of each trade of a sandwich on any route, basis points: pump.fun's own fee."""
    max_tokens: int | None
    """The tokens that a curve has left, base units; None for a pool."""
    cashback: bool

    def tokens_out(self, spend_lamports: int) -> int:
        """The tokens that an exact-in buy brings, base units; 0 if pump.fun would refuse the buy."""
        out = exact_in(self.token_reserves, self.quote_reserves, self.fees, spend_lamports)
        return out if self.max_tokens is None else min(out, self.max_tokens)

    @property
    def price(self) -> Price:
        """The price of the next unit."""
        return Price(self.quote_reserves, self.token_reserves)


def market_of(chain: ChainState, token: TokenState) -> Market | None:
    """A token's market; None if it has none, or if the market is empty. Raises DatError without fee tiers."""
    if token.mint_account is None or token.curve is None:
        return None
    supply = token.mint_account.supply
    if not token.curve.complete:
        return _on_curve(chain, token.curve, supply)
    if token.pool is None or token.pool.base_amount == 0 or token.pool.quote_reserves <= 0:
        return None
    return _in_pool(chain, token.pool, supply)


def _on_curve(chain: ChainState, curve: BondingCurve, supply: int) -> Market:
    fees, least = fees_at(chain.curve_tiers, curve.market_cap(supply))
    newest = () if curve.is_cashback_coin else (BuyForm.CURVE_V3,)
    return Market(
        forms=(*newest, BuyForm.CURVE_LEGACY, BuyForm.CURVE_V2),
        token_reserves=curve.virtual_token_reserves,
        quote_reserves=curve.virtual_quote_reserves,
        limit_reserves=curve.depth,
        fees=_paid(curve.creator, fees),
        # An attacker can complete the curve and sell on PumpSwap, at a small fee.
        sure_fee_bps=least // 2 if curve.may_complete else least,
        max_tokens=curve.real_token_reserves,
        cashback=curve.is_cashback_coin,
    )


def _in_pool(chain: ChainState, pool: Pool, supply: int) -> Market:
    fees, least = fees_at(chain.pool_tiers, pool.market_cap(supply))
    return Market(
        forms=(BuyForm.POOL,) if pool.is_cashback_coin else (BuyForm.POOL_V2, BuyForm.POOL),
        token_reserves=pool.base_amount,
        quote_reserves=pool.quote_reserves,
        limit_reserves=min(pool.quote_reserves, pool.quote_amount),
        fees=_paid(pool.coin_creator, fees),
        sure_fee_bps=least,
        max_tokens=None,
        cashback=pool.is_cashback_coin,
    )


def _paid(creator: str, fees: Fees) -> Fees:
    """The fees of a trade; without a creator there is no creator's fee."""
    return replace(fees, creator_bps=0) if creator == SYSTEM_PROGRAM else fees
