"""Where a token trades now, as far as a buy needs to know: on its curve, or on PumpSwap."""

from dataclasses import dataclass, replace
from enum import StrEnum

from dat_operator.domain.chain_state import ChainState, TokenState
from dat_operator.domain.coin import SYSTEM_PROGRAM
from dat_operator.domain.fees import Fees, exact_in, fees_at


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
    """What the impact rule goes by: never more than really lies there."""
    fees: Fees
    """What a buy pays."""
    sure_fees: Fees
    """The least it pays, whatever pump.fun's settings for single coins are."""
    later_fees: Fees
    """The least that a sale after it may pay."""
    max_tokens: int | None
    """All that a curve has left."""
    cashback: bool

    def tokens_out(self, spend_lamports: int) -> int:
        """Tokens that an exact-in buy brings; 0 if pump.fun would refuse it."""
        out = exact_in(self.token_reserves, self.quote_reserves, self.fees, spend_lamports)
        return out if self.max_tokens is None else min(out, self.max_tokens)

    def sure_bps(self, *, creators: bool) -> int:
        """What each trade of a sandwich costs that nobody gets back, basis points: the program's rule.

        It is the mean of a buy now and a sale after it; the creator's fee is among it if ``creators``.
        """

        def fee(fees: Fees) -> int:
            return fees.protocol_bps + (fees.creator_bps if creators else 0)

        now = fee(self.sure_fees)
        return (now + min(now, fee(self.later_fees))) // 2


def market_of(chain: ChainState, token: TokenState) -> Market | None:
    """The market of a token; None if there is none, or nothing in it."""
    if token.mint_account is None or token.curve is None:
        return None
    supply = token.mint_account.supply
    if not token.curve.complete:
        curve = token.curve
        fees, _ = _paid(curve.creator, *fees_at(chain.curve_tiers, curve.market_cap(supply)))
        sure = _least(fees, curve.creator_fee_bps)
        newest = () if curve.is_cashback_coin else (BuyForm.CURVE_V3,)
        return Market(
            forms=(*newest, BuyForm.CURVE_LEGACY, BuyForm.CURVE_V2),
            token_reserves=curve.virtual_token_reserves,
            quote_reserves=curve.virtual_quote_reserves,
            limit_reserves=curve.depth,
            fees=fees,
            sure_fees=sure,
            # On PumpSwap, if somebody completes the curve: the same in all, nearly none for the protocol.
            later_fees=Fees(0, 0, sure.protocol_bps + sure.creator_bps),
            max_tokens=curve.real_token_reserves,
            cashback=curve.is_cashback_coin,
        )
    pool = token.pool
    if pool is None or pool.base_amount == 0 or pool.quote_reserves <= 0:
        return None
    fees, later = _paid(pool.coin_creator, *fees_at(chain.pool_tiers, pool.market_cap(supply)))
    return Market(
        forms=(BuyForm.POOL,) if pool.is_cashback_coin else (BuyForm.POOL_V2, BuyForm.POOL),
        token_reserves=pool.base_amount,
        quote_reserves=pool.quote_reserves,
        limit_reserves=min(pool.quote_reserves, pool.quote_amount),
        fees=fees,
        sure_fees=_least(fees, pool.creator_fee_bps),
        later_fees=_least(later, pool.creator_fee_bps),
        max_tokens=None,
        cashback=pool.is_cashback_coin,
    )


def _paid(creator: str, *all_fees: Fees) -> list[Fees]:
    """Where there is no creator, nobody pays him."""
    return [replace(fees, creator_bps=0) if creator == SYSTEM_PROGRAM else fees for fees in all_fees]


def _least(fees: Fees, own_creator_bps: int) -> Fees:
    return replace(fees, creator_bps=min(fees.creator_bps, own_creator_bps or fees.creator_bps))
