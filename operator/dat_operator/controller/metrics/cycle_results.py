"""How cycle Jobs have ended, counted."""

from collections import Counter
from collections.abc import Iterable

from dat_operator.controller.jobs.reports import FinishedJob
from dat_operator.domain.report import Outcome

UNKNOWN = "Unknown"
"""Of a Job that succeeded, and whose pod was gone before its report was read."""


class CycleResults:
    """Counts each cycle Job of an ecosystem once, as long as this process lives.

    What had ended before the first look was counted by the process before this one, or by none.
    """

    def __init__(self) -> None:
        self.counts: Counter[str] = Counter(dict.fromkeys(Outcome, 0))
        self._seen: set[tuple[str, str]] | None = None

    def look(self, finished: Iterable[FinishedJob]) -> None:
        """Take in the Jobs that have ended and are still there."""
        jobs = {(job.name, job.finished_at): job for job in finished}
        for key in jobs.keys() - (jobs.keys() if self._seen is None else self._seen):
            self.counts[_result(jobs[key])] += 1
        self._seen = set(jobs)


def _result(job: FinishedJob) -> str:
    if job.report:
        return job.report.outcome
    return UNKNOWN if job.succeeded else Outcome.FAILED
