"""Whether a token's cycle can run now, and what it would do: pure functions, the first refusal wins."""

from collections.abc import Callable
from dataclasses import dataclass

from dat_operator.domain.chain_state import ChainState
from dat_operator.domain.coin import coin_refusal
from dat_operator.domain.dat_accounts import DatState, Role, TokenStats
from dat_operator.domain.fees import fee_limit, tapered
from dat_operator.domain.job_config import PoolName
from dat_operator.domain.market import BuyForm, Market, market_of
from dat_operator.domain.money import BPS, sol
from dat_operator.domain.pause import pause_of
from dat_operator.domain.policy import PaceConfig
from dat_operator.domain.rate_limits import rate_limit_refusal
from dat_operator.domain.refusal import Refusal
from dat_operator.domain.split import Split, split
from dat_operator.domain.token_state import TokenState

LEAST_LIMIT_LAMPORTS = 1_000
"""A price bound that leaves less is a price that is too high (the program's limit)."""
MIN_LIQUIDITY_LAMPORTS = 10_000_000
"""Below this there is no market worth the name (the program's limit)."""
NO_COOLDOWN = PaceConfig(cooldown_seconds=0)
"""No interval but the program's."""


@dataclass(frozen=True, slots=True)
class CyclePlan:
    """What a cycle would do if nothing moved before it lands. Lamports, token base units."""

    expected_cycle: int
    forms: tuple[BuyForm, ...]
    split: Split
    treasury_in: int
    spend: int
    tokens_out: int
    min_tokens_out: int

    @property
    def carried_out(self) -> int:
        """What stays in the authority for the next cycle."""
        s = self.split
        return s.carried_in + s.inflow + self.treasury_in - s.to_root - self.spend


@dataclass(frozen=True, slots=True)
class Inputs:
    """Everything a decision is made of."""

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
        cls, chain: ChainState, mint: str, slippage_bps: int, pace: PaceConfig, pool: PoolName
    ) -> "Inputs | None":
        """All about a token; None if it is not set up."""
        token = chain.tokens.get(mint)
        if chain.state is None or token is None or token.stats is None:
            return None
        market = market_of(chain, token)
        return cls(chain, chain.state, token, token.stats, market, slippage_bps, pace, pool)

    @property
    def treasury_in(self) -> int:
        """What a root takes from the treasury, lamports."""
        return self.chain.treasury_lamports if self.stats.role is Role.ROOT else 0

    @property
    def own_lamports(self) -> int:
        """What the token has of its own, lamports: all but the treasury."""
        return self.token.authority_lamports + self.token.uncollected_lamports

    @property
    def minimum_lamports(self) -> int:
        """What a cycle needs at least, lamports."""
        limits = self.state.parameters
        root = self.stats.role is Role.ROOT
        return limits.min_fees_root_lamports if root else limits.min_fees_secondary_lamports

    @property
    def root_share_bps(self) -> int:
        """The share of the inflow that goes to the root."""
        if self.stats.role is Role.ROOT:
            return 0
        return (self.stats.root_share or self.state.root_share).at(self.chain.time)


def _active(inputs: Inputs) -> Refusal | None:
    found = pause_of(inputs.state, inputs.stats)
    return Refusal("DATNotActive", found.message) if found else None


def _supported(inputs: Inputs) -> Refusal | None:
    return coin_refusal(inputs.token, inputs.stats.role, inputs.state.shared_authority)


def unreadable(token: TokenState | None) -> Refusal | None:
    """Why nothing can be said of a token, nor done with it."""
    return Refusal("AccountUnreadable", token.unreadable) if token and token.unreadable else None


def unprepared(inputs: Inputs) -> Refusal | None:
    """Why a buy lacks accounts of its own."""
    if not inputs.token.missing:
        return None
    missing = ", ".join(inputs.token.missing)
    return Refusal("SetupIncomplete", f"set-up has yet to make: {missing}; the setup Job does")


def misplaced(token: TokenState, pool: PoolName) -> Refusal | None:
    """Why a token does not trade where it must for its cycles to run."""
    if token.curve is None:
        return None
    if pool == "BondingCurve" and token.curve.complete:
        said = "spec.pool: BondingCurve, but it has graduated to PumpSwap, for good; "
        return Refusal("PoolMismatch", f"{said}set spec.pool: Auto, or PumpSwap, to let its cycles go on")
    if pool == "PumpSwap" and not token.curve.complete:
        said = "spec.pool: PumpSwap, but it trades on its bonding curve; "
        return Refusal("PoolMismatch", f"{said}wait until it graduates, or set spec.pool: Auto")
    return None


def untradable(inputs: Inputs) -> Refusal | None:
    """Why there is no market to buy in."""
    market = inputs.market
    if market is None:
        return Refusal("AwaitingMigration", "its curve is complete and its pool is not there yet")
    if market.limit_reserves < MIN_LIQUIDITY_LAMPORTS:
        floor = sol(MIN_LIQUIDITY_LAMPORTS)
        return Refusal(
            "InsufficientPoolLiquidity", f"its market holds less than {floor} SOL; somebody must buy"
        )
    return None


def _cooled_down(inputs: Inputs) -> Refusal | None:
    interval = max(inputs.state.parameters.min_interval_seconds, inputs.pace.cooldown_seconds)
    wait = inputs.stats.last_cycle_at + interval - inputs.chain.time
    if inputs.stats.cycle_count == 0 or wait <= 0:
        return None
    return Refusal("CycleTooSoon", f"{wait} s of the minimum interval of {interval} s are left")


def _enough(inputs: Inputs) -> Refusal | None:
    have, need = inputs.own_lamports + inputs.treasury_in, inputs.minimum_lamports
    if have >= need:
        return None
    return Refusal("InsufficientFees", f"{sol(have)} of the {sol(need)} SOL a cycle needs are there")


CHECKS: tuple[Callable[[Inputs], Refusal | None], ...] = (
    _active,
    _supported,
    # What set-up makes for the pool does not help a token that must not be there.
    lambda inputs: misplaced(inputs.token, inputs.pool),
    unprepared,
    untradable,
    _cooled_down,
    lambda inputs: rate_limit_refusal(inputs.stats, inputs.pace, inputs.chain.time),
    _enough,
)


def decide(
    chain: ChainState,
    mint: str,
    slippage_bps: int,
    pace: PaceConfig = NO_COOLDOWN,
    pool: PoolName = "Auto",
    *,
    looked: bool = True,
) -> CyclePlan | Refusal:
    """Plan a token's cycle from what the chain shows, or say why there is none.

    ``pace`` is how often the caller lets it cycle, beyond the program's interval; ``pool`` is where the
    token must trade; ``looked`` is false as long as its price is still to be looked at.
    """
    if found := unreadable(chain.tokens.get(mint)):
        return found
    inputs = Inputs.of(chain, mint, slippage_bps, pace, pool)
    if inputs is None:
        return Refusal("NotInitialized", "the token has no stats account on chain yet")
    for check in CHECKS:
        if refusal := check(inputs):
            return refusal
    assert inputs.market is not None  # untradable
    return _plan(inputs, inputs.market, spending_limit(inputs, inputs.market, looked=looked))


def _plan(inputs: Inputs, market: Market, limit: int) -> CyclePlan | Refusal:
    limits = inputs.state.parameters
    parts = split(inputs.own_lamports, inputs.stats.carried_lamports, inputs.root_share_bps)
    at_hand = inputs.own_lamports + inputs.treasury_in - parts.to_root
    if limit < LEAST_LIMIT_LAMPORTS:
        said = f"the price is above what was observed by more than {limits.max_price_rise_bps} basis points"
        return Refusal(
            "PriceTooHigh", f"{said}, or others have just bought for it; the next cycle looks again"
        )
    spend = min(at_hand, limit, limits.max_fees_per_cycle_lamports)
    out = market.tokens_out(spend)
    minimum = out * (BPS - inputs.slippage_bps) // BPS
    if minimum < 1:
        return Refusal("InsufficientFees", f"{spend} lamports do not buy a single unit of the token")
    count = inputs.stats.cycle_count
    return CyclePlan(count, market.forms, parts, inputs.treasury_in, spend, out, minimum)


def spending_limit(inputs: Inputs, market: Market, *, looked: bool) -> int:
    """The most a buy may spend now, lamports: the program's rule.

    As long as nobody has looked, as if the price had not risen since.
    """
    limits, seen = inputs.state.parameters, inputs.stats.observation
    if not looked or not seen.is_fresh(inputs.chain.slot):
        impact = market.limit_reserves * limits.max_price_impact_bps // BPS
        return min(impact, market.price.room(market.price, limits.max_price_rise_bps))
    # Whoever raises the price raises the reserves as well.
    reserves = min(market.limit_reserves, seen.quote)
    impact = reserves * limits.max_price_impact_bps // BPS
    covered = tapered(fee_limit(reserves, market.sure_fee_bps), market.price.rise(seen.price, reserves))
    impact = impact if covered is None else min(impact, covered)
    # The same coin's cycles in other ecosystems, right before, are one buy with this one.
    supply = inputs.token.mint_account.supply if inputs.token.mint_account else seen.supply
    impact -= market.price.worth(max(0, seen.supply - supply))
    return min(impact, market.price.room(seen.price, limits.max_price_rise_bps))
