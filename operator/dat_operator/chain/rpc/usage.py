"""Counts the RPC calls, with their results and their time."""

from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from dat_operator.chain.rpc.answers import RateLimited
from dat_operator.domain.errors import DatError, RpcRefused

Result = Literal["ok", "refused", "unavailable", "rate-limited"]
OnCall = Callable[[str, Result], None]
"""Called for every RPC call, with its method and result."""


@dataclass(frozen=True, slots=True)
class MethodCost:
    """One line of the cost report: a method."""

    method: str
    calls: int
    errors: int
    """Calls without a result."""
    mean_ms: float


class Usage:
    """Counts calls by method, endpoint (scheme and host) and result."""

    def __init__(self, on_call: OnCall | None = None) -> None:
        self.calls: Counter[tuple[str, str, Result]] = Counter()
        self._seconds: defaultdict[str, float] = defaultdict(float)
        self._on_call = on_call

    @property
    def total(self) -> int:
        """All calls, failed ones included."""
        return self.calls.total()

    def add(self, method: str, endpoint: str, error: DatError | None, seconds: float) -> None:
        """Count one call that ended with ``error``, or with success (None)."""
        result = _result(error)
        self.calls[method, endpoint, result] += 1
        self._seconds[method] += seconds
        if self._on_call:
            self._on_call(method, result)

    def cost_report(self) -> list[MethodCost]:
        """A line for each method, the one with the most calls first."""
        calls, errors = Counter[str](), Counter[str]()
        for (method, _, result), count in self.calls.items():
            calls[method] += count
            errors[method] += 0 if result == "ok" else count
        return [
            MethodCost(method, count, errors[method], 1000 * self._seconds[method] / count)
            for method, count in calls.most_common()
        ]


def _result(error: DatError | None) -> Result:
    match error:
        case None:
            return "ok"
        case RpcRefused():
            return "refused"
        case RateLimited():
            return "rate-limited"
        case _:
            return "unavailable"
