"""The report of a dry run, for people and for tools."""

from collections.abc import Sequence
from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field, SerializerFunctionWrapHandler, model_serializer

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
    """Fees since the last cycles."""
    tokens_total: int
    """Number of tokens."""
    tokens_eligible: int
    """Number of tokens whose cycle would run."""
    tokens_deferred: int
    """Number of tokens whose cycle would not run."""


class TokenForecast(WithSol):
    """The forecast of one token's cycle. Lamports, token base units."""

    SHOWN = ("pending_fees", "allocation")

    name: Annotated[str, Field(alias="symbol")]
    """Name of the DATToken."""
    mint: str
    """Address of the mint."""
    is_root: bool
    """Whether the token is the root."""
    pending_fees: int
    """Fees since the last cycle."""
    allocation: int = 0
    """Lamports that its buy would spend."""
    to_root: int = 0
    """Lamports that the cycle would send to the root."""
    carried: int = 0
    """Lamports that would stay for the next cycle."""
    tokens_out: int = 0
    """Tokens that would be bought and burned."""
    simulated: bool = False
    """Whether an endpoint has simulated the cycle. False: the forecast is our arithmetic only."""
    will_process: bool
    """Whether the token's cycle would run."""
    defer_reason: str | None = None
    """Reason and message if the cycle would not run."""


class Thresholds(WithSol):
    """The least fees that a cycle needs, lamports."""

    SHOWN = ("min_allocation_secondary", "min_allocation_root")

    min_allocation_secondary: int
    """Least fees of a secondary's cycle."""
    min_allocation_root: int
    """Least fees of the root's cycle."""


class Costs(WithSol):
    """The costs of the operator wallet, lamports. A run pays no rents."""

    SHOWN = ("total_estimated_cost", "estimated_tx_fees_per_token")

    transactions: int
    """Number of transactions."""
    compute_units: int
    """Compute units of the simulated transactions."""
    total_estimated_cost: int
    """Transaction fees of the run."""
    estimated_tx_fees_per_token: int
    """Transaction fees divided by the number of cycles."""


class DryRunReport(Frozen):
    """The whole report."""

    timestamp: str
    """Time of the report, UTC (ISO 8601)."""
    network: str
    """Solana cluster."""
    status: DryRunStatus
    """READY, INSUFFICIENT_FEES, COOLDOWN_ACTIVE or NO_TOKENS."""
    ecosystem: EcosystemTotals
    tokens: tuple[TokenForecast, ...]
    """One forecast for each token."""
    thresholds: Thresholds
    costs: Costs
    warnings: tuple[str, ...]
    """Name and reason of each token whose cycle would not run."""
    recommendations: tuple[str, ...]
    """A sentence for each token that lacks fees: the volume that would bring them."""

    def encode(self) -> str:
        """The report as JSON."""
        return self.model_dump_json(by_alias=True, exclude_none=True, indent=2) + "\n"


def status_of(tokens: Sequence[TokenForecast]) -> DryRunStatus:
    """READY if a cycle would run; otherwise the reason why none would."""
    if not tokens:
        return "NO_TOKENS"
    if any(token.will_process for token in tokens):
        return "READY"
    waits = any((token.defer_reason or "").startswith("CycleTooSoon") for token in tokens)
    return "COOLDOWN_ACTIVE" if waits else "INSUFFICIENT_FEES"
