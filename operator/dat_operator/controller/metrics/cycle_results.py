"""Counts of cycle Jobs by result."""

from collections import Counter
from collections.abc import Iterable

from dat_operator.controller.jobs.reports import FinishedJob
from dat_operator.domain.report import Outcome

UNKNOWN = "Unknown"
"""The result of a Job that succeeded, but whose pod was deleted before the operator read its report."""


class CycleResults:
    """Counts each cycle Job of an ecosystem once during the life of this process.

    Jobs that ended before the first call of `look` are not counted: the process before this one counted them.
    """

    def __init__(self) -> None:
        self.counts: Counter[str] = Counter(dict.fromkeys(Outcome, 0))
        self._seen: set[tuple[str, str]] | None = None

    def look(self, finished: Iterable[FinishedJob]) -> None:
        """Count the Jobs that have ended and still exist."""
        jobs = {(job.name, job.finished_at): job for job in finished}
        for key in jobs.keys() - (jobs.keys() if self._seen is None else self._seen):
            self.counts[_result(jobs[key])] += 1
        self._seen = set(jobs)


def _result(job: FinishedJob) -> str:
    if job.report:
        return job.report.outcome
    return UNKNOWN if job.succeeded else Outcome.FAILED
