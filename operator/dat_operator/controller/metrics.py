"""What Prometheus is told."""

from prometheus_client import Counter, Gauge, Histogram

from dat_operator.controller.observed import Observed
from dat_operator.controller.store import Key

LEADER = Gauge("dat_leader", "1 for the replica that holds the Lease and works, 0 for one that waits.")
RECONCILES = Counter("dat_reconciles", "Passes over an ecosystem by result.", ["result"])
RECONCILE_SECONDS = Histogram("dat_reconcile_duration_seconds", "Time of one pass over an ecosystem.")
TOKEN = ["namespace", "ecosystem", "token"]
PENDING = Gauge("dat_token_pending_fees_lamports", "Fees since the token's last cycle.", TOKEN)
BURNED = Gauge("dat_token_burned_base_units", "Token base units burned by the token's cycles.", TOKEN)
CYCLES = Gauge("dat_token_cycles", "Cycles of the token.", TOKEN)
LAST_READ = Gauge(
    "dat_chain_last_read_timestamp_seconds",
    "When an ecosystem's chain was last read.",
    ["namespace", "ecosystem"],
)

RPC_CALLS = Counter("dat_rpc_calls", "Calls to RPC endpoints by result.", ["method", "result"])


def count_rpc_call(method: str, result: str) -> None:
    """Count one call."""
    RPC_CALLS.labels(method, result).inc()


def record_tokens(key: Key, observed: Observed) -> None:
    """Keep what was read from the chain; nothing if it could not be read."""
    if observed.chain is None:
        return
    LAST_READ.labels(*key).set_to_current_time()
    for body in observed.tokens:
        token = observed.chain.tokens.get(body["spec"]["mint"])
        if token and token.stats:
            labels = (*key, body["metadata"]["name"])
            PENDING.labels(*labels).set(token.pending_lamports)
            BURNED.labels(*labels).set(token.stats.total_burned)
            CYCLES.labels(*labels).set(token.stats.cycle_count)
