"""The latest state of an ecosystem, kept for metrics."""

import time

from dat_operator.controller.jobs.reports import all_finished
from dat_operator.controller.metrics.cycle_results import CycleResults
from dat_operator.controller.metrics.resources import Snapshot
from dat_operator.controller.objects.observed import Observed
from dat_operator.controller.objects.store import Key, Store
from dat_operator.domain.chain_state import ChainState


class EcosystemSnapshot:
    """One ecosystem: the chain of the last successful read, and the tokens that the store has now."""

    def __init__(self, key: Key, store: Store) -> None:
        self._key = key
        self._store = store
        self._chain: ChainState | None = None
        self._read_at = 0.0
        self._results = CycleResults()

    def take(self, observed: Observed) -> None:
        """Take over an observation. While the chain cannot be read, the chain stays as it was."""
        self._results.count(all_finished(observed, "cycle"))
        if observed.chain:
            self._chain, self._read_at = observed.chain, time.time()

    def now(self) -> Snapshot:
        """The snapshot from which metrics are made."""
        tokens = self._store.of_ecosystem("DATToken", self._key)
        counts = self._results.counts
        return Snapshot(self._key, tokens, self._chain, self._read_at, cycle_results=counts)
