"""The last observation of an ecosystem, for metrics."""

import time

from dat_operator.controller.jobs.reports import all_finished
from dat_operator.controller.metrics.cycle_results import CycleResults
from dat_operator.controller.metrics.resources import Snapshot
from dat_operator.controller.objects.observed import Observed
from dat_operator.controller.objects.store import Key, Store
from dat_operator.domain.chain_state import ChainState


class Seen:
    """Keeps the last observation of one ecosystem; the tokens are read at each snapshot."""

    def __init__(self, key: Key, store: Store) -> None:
        self._key = key
        self._store = store
        self._chain: ChainState | None = None
        self._read_at = 0.0
        self._results = CycleResults()

    def note(self, observed: Observed) -> None:
        """Record an observation; while the chain cannot be read, the last reading stays."""
        self._results.look(all_finished(observed, "cycle"))
        if observed.chain:
            self._chain, self._read_at = observed.chain, time.time()

    def snapshot(self) -> Snapshot:
        """Return the input of the metrics."""
        tokens = self._store.of_ecosystem("DATToken", self._key)
        return Snapshot(self._key, tokens, self._chain, self._read_at, self._results.counts)
