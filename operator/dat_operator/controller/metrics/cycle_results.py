"""Counts the results of cycle Jobs."""

from collections import Counter
from collections.abc import Iterable

from dat_operator.controller.jobs.reports import FinishedJob
from dat_operator.domain.report import Outcome

UNKNOWN = "Unknown"
"""The result of a Job that succeeded and whose pod was gone before its report was read."""


class CycleResults:
    """Counts each cycle Job of an ecosystem once, as long as this process lives.

    Jobs that had ended before the first call are not counted: another process may have counted them.
    """

    def __init__(self) -> None:
        self.counts: Counter[str] = Counter(dict.fromkeys(Outcome, 0))
        self._counted: set[tuple[str, str]] | None = None

    def count(self, finished: Iterable[FinishedJob]) -> None:
        """Count the Jobs that have ended since the last call. ``finished``: all that are still there."""
        jobs = {(job.name, job.finished_at): job for job in finished}
        for key in jobs.keys() - (jobs.keys() if self._counted is None else self._counted):
            self.counts[_result(jobs[key])] += 1
        self._counted = set(jobs)


def _result(job: FinishedJob) -> str:
    if job.report:
        return job.report.outcome
    return UNKNOWN if job.succeeded else Outcome.FAILED
