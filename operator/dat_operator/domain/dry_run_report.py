"""The report of a dry run, for people and for tools."""

from typing import Any, ClassVar, Literal

from pydantic import SerializerFunctionWrapHandler, model_serializer

from dat_operator.domain.document import Frozen, camel
from dat_operator.domain.money import sol

DryRunStatus = Literal["READY", "INSUFFICIENT_FEES", "COOLDOWN_ACTIVE", "NO_TOKENS"]


def in_sol(lamports: int) -> str:
    """Lamports in the report's form: ``0.0567 SOL``."""
    return f"{sol(lamports)} SOL"


class WithSol(Frozen):
    """Writes some lamports a second time as SOL: ``allocationSOL`` beside ``allocation``."""

    SHOWN: ClassVar[tuple[str, ...]]

    @model_serializer(mode="wrap")
    def _with_sol(self, serialize: SerializerFunctionWrapHandler) -> dict[str, Any]:
        shown = {f"{camel(name)}SOL": in_sol(getattr(self, name)) for name in self.SHOWN}
        return {**serialize(self), **shown}


class EcosystemTotals(WithSol):
    """Sums over all tokens. Lamports."""

    SHOWN = ("total_pending_fees",)

    total_pending_fees: int
    tokens_total: int
    tokens_eligible: int
    tokens_deferred: int


class TokenForecast(WithSol):
    """The forecast of one token's cycle. Lamports, token base units."""

    SHOWN = ("pending_fees", "allocation")

    symbol: str
    mint: str
    is_root: bool
    pending_fees: int
    allocation: int = 0
    """Lamports that its buy would spend."""
    to_root: int = 0
    carried: int = 0
    """Lamports that would stay for the next cycle."""
    tokens_out: int = 0
    """Tokens that would be bought and burned."""
    simulated: bool = False
    """Whether an endpoint has simulated the cycle. False: the forecast is our arithmetic only."""
    will_process: bool
    defer_reason: str | None = None


class Thresholds(WithSol):
    """The least fees that a cycle needs, lamports."""

    SHOWN = ("min_allocation_secondary", "min_allocation_root")

    min_allocation_secondary: int
    min_allocation_root: int


class Costs(WithSol):
    """The costs of the operator wallet, lamports. A run pays no rents."""

    SHOWN = ("total_estimated_cost", "estimated_tx_fees_per_token")

    transactions: int
    compute_units: int
    total_estimated_cost: int
    estimated_tx_fees_per_token: int


class DryRunReport(Frozen):
    """The whole report."""

    timestamp: str
    network: str
    status: DryRunStatus
    ecosystem: EcosystemTotals
    tokens: tuple[TokenForecast, ...]
    thresholds: Thresholds
    costs: Costs
    warnings: tuple[str, ...]
    recommendations: tuple[str, ...]

    def encode(self) -> str:
        """The report as JSON."""
        return self.model_dump_json(by_alias=True, exclude_none=True, indent=2) + "\n"


def status_of(tokens: list[TokenForecast]) -> DryRunStatus:
    """READY if a cycle would run; otherwise the reason why none would."""
    if not tokens:
        return "NO_TOKENS"
    if any(token.will_process for token in tokens):
        return "READY"
    waits = any((token.defer_reason or "").startswith("CycleTooSoon") for token in tokens)
    return "COOLDOWN_ACTIVE" if waits else "INSUFFICIENT_FEES"
