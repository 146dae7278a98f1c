"""Where a token trades now, as far as a buy needs to know: on its curve, or on PumpSwap."""

from dataclasses import dataclass, replace
from enum import StrEnum

from dat_operator.domain.chain_state import ChainState
from dat_operator.domain.coin import SYSTEM_PROGRAM
from dat_operator.domain.fees import Fees, exact_in, fees_at
from dat_operator.domain.price import Price
from dat_operator.domain.token_state import TokenState


class BuyForm(StrEnum):
    """Which instruction buys; the names are the program's."""

    CURVE_V3 = "CurveV3"
    CURVE_LEGACY = "CurveLegacy"
    CURVE_V2 = "CurveV2"
    POOL_V2 = "PoolV2"
    POOL = "Pool"


@dataclass(frozen=True, slots=True)
class Market:
    """Reserves in base units."""

    forms: tuple[BuyForm, ...]
    """Those that this coin can be bought by, the cheapest first: a cluster may not know the newest."""
    token_reserves: int
    quote_reserves: int
    limit_reserves: int
    """What bounds a buy: never more than really lies there."""
    fees: Fees
    """What a buy pays."""
    sure_fee_bps: int
    """What each trade of a sandwich costs on whatever route, basis points: pump.fun's own fee."""
    max_tokens: int | None
    """All that a curve has left."""
    cashback: bool

    def tokens_out(self, spend_lamports: int) -> int:
        """Tokens that an exact-in buy brings; 0 if pump.fun would refuse it."""
        out = exact_in(self.token_reserves, self.quote_reserves, self.fees, spend_lamports)
        return out if self.max_tokens is None else min(out, self.max_tokens)

    @property
    def price(self) -> Price:
        """What the next unit costs."""
        return Price(self.quote_reserves, self.token_reserves)


def market_of(chain: ChainState, token: TokenState) -> Market | None:
    """The market of a token; None if there is none, or nothing in it."""
    if token.mint_account is None or token.curve is None:
        return None
    supply = token.mint_account.supply
    if not token.curve.complete:
        curve = token.curve
        fees, least = fees_at(chain.curve_tiers, curve.market_cap(supply))
        newest = () if curve.is_cashback_coin else (BuyForm.CURVE_V3,)
        return Market(
            forms=(*newest, BuyForm.CURVE_LEGACY, BuyForm.CURVE_V2),
            token_reserves=curve.virtual_token_reserves,
            quote_reserves=curve.virtual_quote_reserves,
            limit_reserves=curve.depth,
            fees=_paid(curve.creator, fees),
            # Somebody may complete it and sell on PumpSwap, for nearly nothing.
            sure_fee_bps=least // 2 if curve.may_complete else least,
            max_tokens=curve.real_token_reserves,
            cashback=curve.is_cashback_coin,
        )
    pool = token.pool
    if pool is None or pool.base_amount == 0 or pool.quote_reserves <= 0:
        return None
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
    """Where there is no creator, nobody pays him."""
    return replace(fees, creator_bps=0) if creator == SYSTEM_PROGRAM else fees
