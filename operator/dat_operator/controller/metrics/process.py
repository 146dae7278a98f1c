"""Prometheus metrics of the operator process; resources.py has those of ecosystems and tokens."""

from collections.abc import Iterator
from contextlib import contextmanager

from prometheus_client import Counter, Gauge, Histogram

LEADER = Gauge("dat_leader", "1 for the leader (the replica that holds the Lease), 0 for the other replicas.")
RECONCILES = Counter(
    "dat_reconcile", "Reconciliations of ecosystems, by result: success or error.", ["result"]
)
ERRORS = Counter("dat_reconcile_errors", "Reconciliations of ecosystems that failed.")
SECONDS = Histogram("dat_reconcile_time_seconds", "Duration of one reconciliation of an ecosystem.")
ACTIVE = Gauge("dat_active_workers", "Reconciliations of ecosystems in progress.")
WATCH_OPENED = Gauge(
    "dat_watch_opened_timestamp_seconds", "Time when the watch of a resource was last opened.", ["resource"]
)
RPC_CALLS = Counter(
    "dat_rpc_calls",
    "Calls to RPC endpoints, by result: ok, refused, unavailable or rate-limited.",
    ["method", "result"],
)

NOTIFICATIONS = Counter("dat_chain_notifications", "Account changes that endpoints reported by websocket.")


@contextmanager
def reconcile() -> Iterator[None]:
    """Measure one reconciliation of an ecosystem; count its error and raise it again."""
    with ACTIVE.track_inprogress(), SECONDS.time():
        try:
            yield
        except Exception:
            RECONCILES.labels("error").inc()
            ERRORS.inc()
            raise
    RECONCILES.labels("success").inc()


def count_rpc_call(method: str, result: str) -> None:
    """Count one call."""
    RPC_CALLS.labels(method, result).inc()
