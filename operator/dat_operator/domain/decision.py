"""Decides whether a token's cycle can run now, and plans it. The first check that refuses decides."""

from collections.abc import Callable
from dataclasses import dataclass

from dat_operator.domain.chain_state import ChainState
from dat_operator.domain.coin import coin_refusal
from dat_operator.domain.dat_accounts import DatState, Role, TokenStats
from dat_operator.domain.fees import fee_limit, tapered
from dat_operator.domain.job_config import PoolName
from dat_operator.domain.market import BuyForm, Market, market_of
from dat_operator.domain.money import BPS, sol
from dat_operator.domain.pause import pause_refusal
from dat_operator.domain.policy import PaceConfig
from dat_operator.domain.rate_limits import rate_limit_refusal
from dat_operator.domain.refusal import Refusal
from dat_operator.domain.split import Split, split
from dat_operator.domain.token_state import TokenState

MIN_SPENDING_LIMIT_LAMPORTS = 1_000
"""If the price bound allows less, the price is too high (the program's limit)."""
MIN_LIQUIDITY_LAMPORTS = 10_000_000
"""The smallest reserves of a market that the program buys in."""
NO_COOLDOWN = PaceConfig(cooldown_seconds=0)
"""No interval besides the program's."""


@dataclass(frozen=True, slots=True)
class CyclePlan:
    """A cycle as it would run if no account changed before it lands. Lamports, token base units."""

    expected_cycle: int
    """The token's cycle count before the cycle."""
    forms: tuple[BuyForm, ...]
    split: Split
    treasury_in: int
    """SOL that the root takes from the treasury."""
    spend: int
    tokens_out: int
    min_tokens_out: int
    """The buy fails if it brings less."""

    @property
    def carried_out(self) -> int:
        """SOL that stays in the authority for the next cycle."""
        s = self.split
        return s.carried_in + s.inflow + self.treasury_in - s.to_root - self.spend


@dataclass(frozen=True, slots=True)
class Inputs:
    """The inputs of a decision about one token."""

    chain: ChainState
    state: DatState
    token: TokenState
    stats: TokenStats
    market: Market | None
    slippage_bps: int
    pace: PaceConfig
    pool: PoolName

    @classmethod
    def of(
        cls, chain: ChainState, mint: str, *, slippage_bps: int, pace: PaceConfig, pool: PoolName
    ) -> "Inputs | None":
        """A token's inputs; None if the token is not set up."""
        token = chain.tokens.get(mint)
        if chain.state is None or token is None or token.stats is None:
            return None
        return cls(
            chain=chain,
            state=chain.state,
            token=token,
            stats=token.stats,
            market=market_of(chain, token),
            slippage_bps=slippage_bps,
            pace=pace,
            pool=pool,
        )

    @property
    def treasury_in(self) -> int:
        """SOL that the root takes from the treasury, lamports; 0 for a secondary."""
        return self.chain.treasury_lamports if self.stats.role is Role.ROOT else 0

    @property
    def own_lamports(self) -> int:
        """The token's own SOL, lamports: all but the treasury's."""
        return self.token.authority_lamports + self.token.uncollected_lamports

    @property
    def minimum_lamports(self) -> int:
        """The least SOL that a cycle needs, lamports."""
        limits = self.state.parameters
        root = self.stats.role is Role.ROOT
        return limits.min_fees_root_lamports if root else limits.min_fees_secondary_lamports

    @property
    def root_share_bps(self) -> int:
        """The part of the inflow that goes to the treasury, basis points; 0 for the root."""
        if self.stats.role is Role.ROOT:
            return 0
        return (self.stats.root_share or self.state.root_share).at(self.chain.time)


def _pause_refusal(inputs: Inputs) -> Refusal | None:
    found = pause_refusal(inputs.state, inputs.stats)
    return Refusal("DATNotActive", found.message) if found else None


def _coin_refusal(inputs: Inputs) -> Refusal | None:
    return coin_refusal(inputs.token, inputs.stats.role, inputs.state.shared_authority)


def account_refusal(token: TokenState | None) -> Refusal | None:
    """Refuses a token with an account that cannot be decoded."""
    return Refusal("AccountUnreadable", token.unreadable) if token and token.unreadable else None


def setup_refusal(inputs: Inputs) -> Refusal | None:
    """Refuses a token whose buys need accounts that do not exist yet."""
    if not inputs.token.missing:
        return None
    missing = ", ".join(inputs.token.missing)
    return Refusal("SetupIncomplete", f"accounts are missing: {missing}; the setup Job creates them")


def pool_refusal(token: TokenState, pool: PoolName) -> Refusal | None:
    """Refuses a token that does not trade where its spec demands."""
    if token.curve is None:
        return None
    if pool == "BondingCurve" and token.curve.complete:
        message = "spec.pool: BondingCurve, but the token has graduated to PumpSwap, for good; "
        return Refusal("PoolMismatch", f"{message}set spec.pool: Auto, or PumpSwap, to run its cycles")
    if pool == "PumpSwap" and not token.curve.complete:
        message = "spec.pool: PumpSwap, but the token trades on its bonding curve; "
        return Refusal("PoolMismatch", f"{message}wait until it graduates, or set spec.pool: Auto")
    return None


def market_refusal(inputs: Inputs) -> Refusal | None:
    """Refuses a token without a market to buy in."""
    market = inputs.market
    if market is None:
        return Refusal("AwaitingMigration", "the curve is complete, and the pool does not exist yet")
    if market.limit_reserves < MIN_LIQUIDITY_LAMPORTS:
        floor = sol(MIN_LIQUIDITY_LAMPORTS)
        return Refusal(
            "InsufficientPoolLiquidity", f"the market holds less than {floor} SOL; someone must buy first"
        )
    return None


def _interval_refusal(inputs: Inputs) -> Refusal | None:
    interval = max(inputs.state.parameters.min_interval_seconds, inputs.pace.cooldown_seconds)
    wait = inputs.stats.last_cycle_at + interval - inputs.chain.time
    if inputs.stats.cycle_count == 0 or wait <= 0:
        return None
    return Refusal("CycleTooSoon", f"{wait} s of the minimum interval of {interval} s are left")


def _fees_refusal(inputs: Inputs) -> Refusal | None:
    have, need = inputs.own_lamports + inputs.treasury_in, inputs.minimum_lamports
    if have >= need:
        return None
    return Refusal("InsufficientFees", f"{sol(have)} of the {sol(need)} SOL a cycle needs are there")


CYCLE_CHECKS: tuple[Callable[[Inputs], Refusal | None], ...] = (
    _pause_refusal,
    _coin_refusal,
    # Before the check of accounts: set-up creates no pool accounts for a token that must not trade there.
    lambda inputs: pool_refusal(inputs.token, inputs.pool),
    setup_refusal,
    market_refusal,
    _interval_refusal,
    lambda inputs: rate_limit_refusal(inputs.stats, inputs.pace, inputs.chain.time),
    _fees_refusal,
)


def decide(
    chain: ChainState,
    mint: str,
    slippage_bps: int,
    pace: PaceConfig = NO_COOLDOWN,
    pool: PoolName = "Auto",
    *,
    price_observed: bool = True,
) -> CyclePlan | Refusal:
    """Plan a token's cycle from a reading of the chain, or refuse it.

    ``slippage_bps``: how much less than planned the buy may bring. ``pace``: the rate limits of the spec,
    besides the program's interval. ``pool``: where the token must trade. ``price_observed``: false
    before the run has observed the price.
    """
    if found := account_refusal(chain.tokens.get(mint)):
        return found
    inputs = Inputs.of(chain, mint, slippage_bps=slippage_bps, pace=pace, pool=pool)
    if inputs is None:
        return Refusal("NotInitialized", "the token has no stats account on chain yet")
    for check in CYCLE_CHECKS:
        if refusal := check(inputs):
            return refusal
    assert inputs.market is not None  # market_refusal() refuses a token without a market
    return _plan(inputs, inputs.market, spending_limit(inputs, inputs.market, price_observed=price_observed))


def _plan(inputs: Inputs, market: Market, limit: int) -> CyclePlan | Refusal:
    limits = inputs.state.parameters
    parts = split(inputs.own_lamports, inputs.stats.carried_lamports, inputs.root_share_bps)
    available = inputs.own_lamports + inputs.treasury_in - parts.to_root
    if limit < MIN_SPENDING_LIMIT_LAMPORTS:
        message = f"the price is more than {limits.max_price_rise_bps} basis points above its observation"
        return Refusal(
            "PriceTooHigh", f"{message}, or others have just bought it; the next cycle observes it again"
        )
    spend = min(available, limit, limits.max_fees_per_cycle_lamports)
    out = market.tokens_out(spend)
    minimum = out * (BPS - inputs.slippage_bps) // BPS
    if minimum < 1:
        return Refusal("InsufficientFees", f"{spend} lamports do not buy a single unit of the token")
    return CyclePlan(
        expected_cycle=inputs.stats.cycle_count,
        forms=market.forms,
        split=parts,
        treasury_in=inputs.treasury_in,
        spend=spend,
        tokens_out=out,
        min_tokens_out=minimum,
    )


def spending_limit(inputs: Inputs, market: Market, *, price_observed: bool) -> int:
    """The most that a buy may spend now, lamports: the program's price bound.

    Before the observation, the bound is computed as if the price will not rise after it.
    """
    limits, seen = inputs.state.parameters, inputs.stats.observation
    if not price_observed or not seen.is_fresh(inputs.chain.slot):
        impact = market.limit_reserves * limits.max_price_impact_bps // BPS
        return min(impact, market.price.room(market.price, limits.max_price_rise_bps))
    # A buyer who raises the price raises the reserves as well.
    reserves = min(market.limit_reserves, seen.quote)
    impact = reserves * limits.max_price_impact_bps // BPS
    covered = tapered(fee_limit(reserves, market.sure_fee_bps), market.price.rise(seen.price, reserves))
    impact = impact if covered is None else min(impact, covered)
    # Cycles of the same coin in other ecosystems, right before this one, count as one buy with it.
    supply = inputs.token.mint_account.supply if inputs.token.mint_account else seen.supply
    impact -= market.price.worth(max(0, seen.supply - supply))
    return min(impact, market.price.room(seen.price, limits.max_price_rise_bps))
