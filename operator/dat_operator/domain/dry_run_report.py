"""What a run would do, as people and tools read it: the report of a dry run."""

from typing import Any, ClassVar, Literal

from pydantic import SerializerFunctionWrapHandler, model_serializer

from dat_operator.domain.document import Frozen, camel
from dat_operator.domain.money import sol

Status = Literal["READY", "INSUFFICIENT_FEES", "COOLDOWN_ACTIVE", "NO_TOKENS"]


def in_sol(lamports: int) -> str:
    """Lamports as the report shows them: ``0.0567 SOL``."""
    return f"{sol(lamports)} SOL"


class ForPeople(Frozen):
    """Shows some of its lamports a second time, readably: ``allocationSOL`` beside ``allocation``."""

    SHOWN: ClassVar[tuple[str, ...]]

    @model_serializer(mode="wrap")
    def _with_sol(self, serialize: SerializerFunctionWrapHandler) -> dict[str, Any]:
        shown = {f"{camel(name)}SOL": in_sol(getattr(self, name)) for name in self.SHOWN}
        return {**serialize(self), **shown}


class EcosystemTotals(ForPeople):
    """Over all tokens."""

    SHOWN = ("total_pending_fees",)

    total_pending_fees: int
    tokens_total: int
    tokens_eligible: int
    tokens_deferred: int


class TokenForecast(ForPeople):
    """One token. Lamports, token base units."""

    SHOWN = ("pending_fees", "allocation")

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


class Thresholds(ForPeople):
    """What a cycle needs at least, lamports."""

    SHOWN = ("min_allocation_secondary", "min_allocation_root")

    min_allocation_secondary: int
    min_allocation_root: int


class Costs(ForPeople):
    """What the operator wallet would pay, lamports; rents are none."""

    SHOWN = ("total_estimated_cost", "estimated_tx_fees_per_token")

    transactions: int
    compute_units: int
    total_estimated_cost: int
    estimated_tx_fees_per_token: int


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
