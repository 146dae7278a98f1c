"""What a run would do, as people and tools read it: the report of a dry run."""

from typing import Literal

from pydantic import computed_field

from dat_operator.domain.config import Frozen
from dat_operator.domain.money import sol

Status = Literal["READY", "INSUFFICIENT_FEES", "COOLDOWN_ACTIVE", "NO_TOKENS"]


def in_sol(lamports: int) -> str:
    """Lamports as the report shows them: ``0.0567 SOL``."""
    return f"{sol(lamports)} SOL"


class EcosystemTotals(Frozen):
    """Over all tokens."""

    total_pending_fees: int
    tokens_total: int
    tokens_eligible: int
    tokens_deferred: int

    @computed_field(alias="totalPendingFeesSOL")  # type: ignore[prop-decorator]
    @property
    def total_pending_fees_sol(self) -> str:
        """For people."""
        return in_sol(self.total_pending_fees)


class TokenForecast(Frozen):
    """One token. Lamports, token base units."""

    symbol: str
    mint: str
    is_root: bool
    pending_fees: int
    allocation: int = 0
    """What its buy would spend."""
    to_root: int = 0
    carried: int = 0
    """What would stay for the next cycle."""
    tokens_out: int = 0
    """What would be bought and burned."""
    simulated: bool = False
    """Whether the chain has run it; else it is our arithmetic."""
    will_process: bool
    defer_reason: str | None = None

    @computed_field(alias="pendingFeesSOL")  # type: ignore[prop-decorator]
    @property
    def pending_fees_sol(self) -> str:
        """For people."""
        return in_sol(self.pending_fees)

    @computed_field(alias="allocationSOL")  # type: ignore[prop-decorator]
    @property
    def allocation_sol(self) -> str:
        """For people."""
        return in_sol(self.allocation)


class Thresholds(Frozen):
    """What a cycle needs at least, lamports."""

    min_allocation_secondary: int
    min_allocation_root: int

    @computed_field(alias="minAllocationSecondarySOL")  # type: ignore[prop-decorator]
    @property
    def min_allocation_secondary_sol(self) -> str:
        """For people."""
        return in_sol(self.min_allocation_secondary)

    @computed_field(alias="minAllocationRootSOL")  # type: ignore[prop-decorator]
    @property
    def min_allocation_root_sol(self) -> str:
        """For people."""
        return in_sol(self.min_allocation_root)


class Costs(Frozen):
    """What the operator wallet would pay, lamports; rents are none."""

    transactions: int
    compute_units: int
    total_estimated_cost: int
    estimated_tx_fees_per_token: int

    @computed_field(alias="totalEstimatedCostSOL")  # type: ignore[prop-decorator]
    @property
    def total_estimated_cost_sol(self) -> str:
        """For people."""
        return in_sol(self.total_estimated_cost)

    @computed_field(alias="estimatedTxFeesPerTokenSOL")  # type: ignore[prop-decorator]
    @property
    def estimated_tx_fees_per_token_sol(self) -> str:
        """For people."""
        return in_sol(self.estimated_tx_fees_per_token)


class DryRunReport(Frozen):
    """The whole report."""

    timestamp: str
    network: str
    status: Status
    ecosystem: EcosystemTotals
    tokens: tuple[TokenForecast, ...]
    thresholds: Thresholds
    costs: Costs
    warnings: tuple[str, ...]
    recommendations: tuple[str, ...]

    def encode(self) -> str:
        """As JSON."""
        return self.model_dump_json(by_alias=True, exclude_none=True, indent=2) + "\n"


def status_of(tokens: list[TokenForecast]) -> Status:
    """READY if any token would be processed, else why none would."""
    if not tokens:
        return "NO_TOKENS"
    if any(token.will_process for token in tokens):
        return "READY"
    waits = any((token.defer_reason or "").startswith("CycleTooSoon") for token in tokens)
    return "COOLDOWN_ACTIVE" if waits else "INSUFFICIENT_FEES"
