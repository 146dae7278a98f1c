"""Prometheus metrics of ecosystems and tokens, built at each scrape: a deleted resource has no series."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from dat_operator.controller.objects.observed import Body, seniority
from dat_operator.controller.objects.store import Key
from dat_operator.domain.chain_state import ChainState
from dat_operator.domain.token_state import TokenState

ECOSYSTEM = ("namespace", "ecosystem")
TOKEN = (*ECOSYSTEM, "token")


@dataclass(frozen=True, slots=True)
class Snapshot:
    """An existing ecosystem, with its existing tokens."""

    key: Key
    tokens: tuple[Body, ...]
    chain: ChainState | None
    """The chain of the last reading; None if there was none."""
    read_at: float
    """The time of the last reading, Unix seconds; 0 if there was none."""
    cycle_results: Mapping[str, int]


class EcosystemCollector(Collector):
    """Turns snapshots into metrics."""

    def __init__(self, snapshots: Callable[[], Iterable[Snapshot]]) -> None:
        self._snapshots = snapshots

    def collect(self) -> Iterator[Metric]:
        """Return all series of this moment."""
        snapshots = list(self._snapshots())
        yield _cycles(snapshots)
        yield from _ecosystems(snapshots)
        yield from _tokens(snapshots)


def _cycles(snapshots: list[Snapshot]) -> Metric:
    cycles = CounterMetricFamily(
        "dat_cycles",
        "Cycle Jobs that ended since this replica became leader, by result: "
        "Completed, Skipped, Failed or Unknown.",
        labels=(*ECOSYSTEM, "result"),
    )
    for snapshot in snapshots:
        for result, count in snapshot.cycle_results.items():
            cycles.add_metric((*snapshot.key, result), count)
    return cycles


def _ecosystems(snapshots: list[Snapshot]) -> Iterator[Metric]:
    read = _gauge(
        "dat_chain_last_read_timestamp_seconds",
        "Time when the operator last read the ecosystem's chain; 0 means never.",
        ECOSYSTEM,
    )
    treasury = _gauge(
        "dat_ecosystem_treasury_lamports", "Root shares in the treasury, without the rent.", ECOSYSTEM
    )
    operator = _gauge("dat_ecosystem_operator_lamports", "Balance of the operator wallet.", ECOSYSTEM)
    for snapshot in snapshots:
        read.add_metric(snapshot.key, snapshot.read_at)
        if snapshot.chain:
            treasury.add_metric(snapshot.key, snapshot.chain.treasury_lamports)
            operator.add_metric(snapshot.key, snapshot.chain.operator_lamports)
    return iter((read, treasury, operator))


def _tokens(snapshots: list[Snapshot]) -> Iterator[Metric]:
    pending = _gauge("dat_token_pending_fees_lamports", "Fees since the token's last cycle.", TOKEN)
    last = _gauge("dat_token_last_cycle_timestamp_seconds", "Time of the token's last cycle.", TOKEN)
    burned = CounterMetricFamily(
        "dat_token_burned", "Base units that the token's cycles burned, from the chain.", labels=TOKEN
    )
    cycles = CounterMetricFamily(
        "dat_token_cycles", "Cycles of the token that burned tokens, from the chain.", labels=TOKEN
    )
    for snapshot in snapshots:
        for name, token in _on_chain(snapshot):
            labels = (*snapshot.key, name)
            pending.add_metric(labels, token.pending_lamports)
            if stats := token.stats:
                burned.add_metric(labels, stats.total_burned)
                cycles.add_metric(labels, stats.cycle_count)
                if stats.cycle_count:
                    last.add_metric(labels, stats.last_cycle_at)
    return iter((pending, last, burned, cycles))


def _on_chain(snapshot: Snapshot) -> Iterator[tuple[str, TokenState]]:
    """Return tokens by name, with their chain state; if two DATTokens name one mint, the older one has it."""
    younger_first = sorted(snapshot.tokens, key=seniority, reverse=True)
    names = {body["spec"]["mint"]: body["metadata"]["name"] for body in younger_first}
    chain = snapshot.chain.tokens if snapshot.chain else {}
    return ((name, chain[mint]) for mint, name in names.items() if mint in chain)


def _gauge(name: str, meaning: str, labels: tuple[str, ...]) -> GaugeMetricFamily:
    return GaugeMetricFamily(name, meaning, labels=labels)
