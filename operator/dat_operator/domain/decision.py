"""Whether a token's cycle can run now, and what it would do: pure functions, the first refusal wins."""

from collections.abc import Callable
from dataclasses import dataclass

from dat_operator.domain.chain_state import ChainState, DatState, Role, TokenState, TokenStats
from dat_operator.domain.curve import BondingCurve, fees_at, impact_limit, tokens_out
from dat_operator.domain.money import BPS, sol
from dat_operator.domain.split import Split, split


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a cycle does not run: a reason (CamelCase, one of the program's names where it has one)."""

    reason: str
    message: str


@dataclass(frozen=True, slots=True)
class CyclePlan:
    """What a cycle would do if nothing moved before it lands. Lamports, token base units."""

    expected_cycle: int
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
    curve: BondingCurve
    slippage_bps: int

    @property
    def treasury_in(self) -> int:
        """What a root takes from the treasury, lamports."""
        return self.chain.treasury_lamports if self.stats.role is Role.ROOT else 0

    @property
    def own_lamports(self) -> int:
        """What the token has of its own, lamports: all but the treasury."""
        return self.token.authority_lamports + self.token.vault_lamports + self.curve.creator_fee

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
        return self.stats.root_share_bps or self.state.parameters.root_share_bps


def _supported(inputs: Inputs) -> Refusal | None:
    return curve_refusal(inputs.curve, inputs.token.addresses.authority)


def _cooled_down(inputs: Inputs) -> Refusal | None:
    interval = inputs.state.parameters.min_interval_seconds
    wait = inputs.stats.last_cycle_at + interval - inputs.chain.time
    if inputs.stats.cycle_count == 0 or wait <= 0:
        return None
    return Refusal("CycleTooSoon", f"{wait} s of the minimum interval of {interval} s are left")


def _enough(inputs: Inputs) -> Refusal | None:
    have, need = inputs.own_lamports + inputs.treasury_in, inputs.minimum_lamports
    if have >= need:
        return None
    return Refusal("InsufficientFees", f"{sol(have)} of the {sol(need)} SOL a cycle needs are there")


CHECKS: tuple[Callable[[Inputs], Refusal | None], ...] = (_supported, _cooled_down, _enough)


def decide(chain: ChainState, mint: str, slippage_bps: int) -> CyclePlan | Refusal:
    """Plan a token's cycle from what the chain shows, or say why there is none."""
    token = chain.tokens.get(mint)
    if chain.state is None or token is None or token.stats is None:
        return Refusal("NotInitialized", "the token has no stats account on chain yet")
    if token.curve is None:
        return Refusal("CurveNotFound", "the mint has no pump.fun bonding curve")
    inputs = Inputs(chain, chain.state, token, token.stats, token.curve, slippage_bps)
    for check in CHECKS:
        if refusal := check(inputs):
            return refusal
    return _plan(inputs)


def _plan(inputs: Inputs) -> CyclePlan | Refusal:
    limits, curve, mint = inputs.state.parameters, inputs.curve, inputs.token.mint_account
    if mint is None:
        return Refusal("MintNotFound", "the mint account does not exist")
    parts = split(inputs.own_lamports, inputs.stats.carried_lamports, inputs.root_share_bps)
    at_hand = inputs.own_lamports + inputs.treasury_in - parts.to_root
    fees = fees_at(inputs.chain.fee_tiers, curve.market_cap(mint.supply))
    limit = impact_limit(curve.virtual_quote_reserves, limits.max_price_impact_bps, fees.total_bps)
    spend = min(at_hand, limit, limits.max_fees_per_cycle_lamports)
    out = tokens_out(curve, fees, spend)
    minimum = out * (BPS - inputs.slippage_bps) // BPS
    if minimum < 1:
        return Refusal("InsufficientFees", f"{spend} lamports do not buy a single unit of the token")
    return CyclePlan(inputs.stats.cycle_count, parts, inputs.treasury_in, spend, out, minimum)


SYSTEM_PROGRAM = "11111111111111111111111111111111"
"""Also the zero key, by which a curve says that it is quoted in SOL."""


def curve_refusal(curve: BondingCurve, authority: str) -> Refusal | None:
    """Why this program cannot handle a coin, if it cannot. The order is the program's."""
    if curve.is_cashback_coin:
        return Refusal("CashbackCoin", "its fees go to its traders, so there is nothing to buy back with")
    if curve.quote_mint != SYSTEM_PROGRAM:
        return Refusal("UnsupportedQuoteMint", f"its curve is quoted in {curve.quote_mint}, not in SOL")
    if curve.creator != authority:
        return Refusal(
            "CreatorMismatch",
            f"the creator of its curve is {curve.creator}, but its fees must go to {authority}; "
            "create the token with that address as its creator",
        )
    if curve.complete:
        return Refusal("BondingCurveComplete", "its bonding curve is complete; graduated tokens wait")
    return None
