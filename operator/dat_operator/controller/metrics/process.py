"""What Prometheus is told of the operator itself; resources.py tells of ecosystems and tokens."""

from collections.abc import Iterator
from contextlib import contextmanager

from prometheus_client import Counter, Gauge, Histogram

LEADER = Gauge("dat_leader", "1 for the replica that holds the Lease and works, 0 for one that waits.")
RECONCILES = Counter("dat_reconcile", "Passes over an ecosystem, by result: success or error.", ["result"])
ERRORS = Counter("dat_reconcile_errors", "Passes over an ecosystem that failed.")
SECONDS = Histogram("dat_reconcile_time_seconds", "Time of one pass over an ecosystem.")
ACTIVE = Gauge("dat_active_workers", "Passes over ecosystems that are under way.")
WATCH_OPENED = Gauge(
    "dat_watch_opened_timestamp_seconds", "When the watch of a kind of object was last opened.", ["resource"]
)
RPC_CALLS = Counter(
    "dat_rpc_calls",
    "Calls to RPC endpoints, by result: ok, refused, unavailable or rate-limited.",
    ["method", "result"],
)

NOTIFICATIONS = Counter(
    "dat_chain_notifications", "Changes of accounts that endpoints notified of by websocket."
)


@contextmanager
def reconcile() -> Iterator[None]:
    """One pass over an ecosystem; an error counts and goes on."""
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
