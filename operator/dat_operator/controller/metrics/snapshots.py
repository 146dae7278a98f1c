"""What was seen of an ecosystem last, for metrics."""

import time

from dat_operator.controller.jobs.reports import all_finished
from dat_operator.controller.metrics.cycle_results import CycleResults
from dat_operator.controller.metrics.resources import Snapshot
from dat_operator.controller.objects.observed import Observed
from dat_operator.controller.objects.store import Key, Store
from dat_operator.domain.chain_state import ChainState


class Seen:
    """One ecosystem's; its tokens are those of the moment it is asked."""

    def __init__(self, key: Key, store: Store) -> None:
        self._key = key
        self._store = store
        self._chain: ChainState | None = None
        self._read_at = 0.0
        self._results = CycleResults()

    def note(self, observed: Observed) -> None:
        """Take in an observation; the chain stays as it was while it cannot be read."""
        self._results.look(all_finished(observed, "cycle"))
        if observed.chain:
            self._chain, self._read_at = observed.chain, time.time()

    def snapshot(self) -> Snapshot:
        """What metrics are made of."""
        tokens = self._store.of_ecosystem("DATToken", self._key)
        return Snapshot(self._key, tokens, self._chain, self._read_at, self._results.counts)
