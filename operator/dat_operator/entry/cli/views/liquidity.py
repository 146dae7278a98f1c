"""``dat check-liquidity``: the market of each token, and the next buy there."""

from typing import Annotated, Literal

from pydantic import Field
from rich.table import Table

from dat_operator.domain.chain_state import ChainState
from dat_operator.domain.decision import CyclePlan, decide
from dat_operator.domain.document import Frozen
from dat_operator.domain.job_config import EcosystemConfig, TokenConfig
from dat_operator.domain.market import market_of
from dat_operator.domain.money import BPS, sol, tokens
from dat_operator.entry.cli.tables import table

HEADERS = ("TOKEN", "MARKET", "RESERVES(SOL)", "FEE", "NEXT BUY(SOL)", "TOKENS", "REASON")
MARKET_NAMES = {"BondingCurve": "bonding curve", "PumpSwap": "PumpSwap", None: "none yet"}


class NextBuy(Frozen):
    """The buy of the token's next cycle."""

    spend_lamports: Annotated[int, Field(description="Lamports that the buy spends.")]
    tokens_out: Annotated[int, Field(description="Tokens that the buy brings, base units.")]


class TokenMarket(Frozen):
    """The market of one token."""

    name: Annotated[str, Field(description="Name of the DATToken.")]
    mint: Annotated[str, Field(description="Address of the mint.")]
    market: Annotated[
        Literal["BondingCurve", "PumpSwap"] | None,
        Field(description="Place of trade: BondingCurve or PumpSwap. Null before launch."),
    ] = None
    reserves_lamports: Annotated[int | None, Field(description="Lamports in the market's reserves.")] = None
    fee_bps: Annotated[int | None, Field(description="All fees of a trade, basis points.")] = None
    next_buy: Annotated[NextBuy | None, Field(description="Null if no cycle would run now.")] = None
    reason: Annotated[str | None, Field(description="Reason why no cycle would run now.")] = None
    message: Annotated[str | None, Field(description="The reason as a sentence.")] = None

    @classmethod
    def of(cls, ecosystem: EcosystemConfig, chain: ChainState, config: TokenConfig) -> "TokenMarket":
        """The market of a token as the chain has it."""
        token = chain.tokens[config.mint]
        market = market_of(chain, token)
        if market is None:
            return cls(name=config.name, mint=config.mint)
        found = cls(
            name=config.name,
            mint=config.mint,
            market="PumpSwap" if token.pool else "BondingCurve",
            reserves_lamports=market.quote_reserves,
            fee_bps=sum(market.fees.all),
        )
        return found.model_copy(update=_decision(ecosystem, chain, config))

    def row(self) -> list[str]:
        """A row of the table."""
        where = [self.name, MARKET_NAMES[self.market]]
        if self.reserves_lamports is None or self.fee_bps is None:
            return where
        common = [*where, sol(self.reserves_lamports), f"{self.fee_bps / BPS:.2%}"]
        if self.next_buy:
            return [*common, sol(self.next_buy.spend_lamports), tokens(self.next_buy.tokens_out)]
        return [*common, "", "", f"{self.reason}: {self.message}"]


class LiquidityView(Frozen):
    """The markets of all tokens."""

    slot: Annotated[int, Field(description="Slot of the read.")]
    tokens: Annotated[list[TokenMarket], Field(description="One entry for each configured token.")]

    @classmethod
    def of(cls, ecosystem: EcosystemConfig, chain: ChainState) -> "LiquidityView":
        """The view of a read."""
        markets = [TokenMarket.of(ecosystem, chain, token) for token in ecosystem.tokens]
        return cls(slot=chain.slot, tokens=markets)

    def tables(self) -> list[Table]:
        """The view for a person."""
        return [table(HEADERS, [token.row() for token in self.tokens], sentences=("REASON",))]


def _decision(ecosystem: EcosystemConfig, chain: ChainState, config: TokenConfig) -> dict[str, object]:
    """The next buy, or the reason why there is none, as fields of TokenMarket."""
    plan = decide(chain, config.mint, ecosystem.slippage_bps, pace=ecosystem.pace, pool=config.pool)
    if isinstance(plan, CyclePlan):
        return {"next_buy": NextBuy(spend_lamports=plan.spend, tokens_out=plan.tokens_out)}
    return {"reason": plan.reason, "message": plan.message}
