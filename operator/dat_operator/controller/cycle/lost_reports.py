"""Runs whose report is lost or incomplete. Their cycles are found on chain."""

from dataclasses import dataclass

from dat_operator.controller.jobs.reports import finished_job, jobs_of, report_is_due
from dat_operator.controller.objects.lifecycle import has_ended
from dat_operator.controller.objects.observed import Observed
from dat_operator.domain.job_config import MAX_JITTER_SECONDS
from dat_operator.domain.report import longest_job_seconds, run_bytes
from dat_operator.domain.timestamp import unix_seconds

CLOCKS_SECONDS = 600
"""Tolerance for the clocks of cluster and chain, and for the time until a Job's last transaction lands."""


@dataclass(frozen=True, slots=True)
class LostRun:
    """A run whose cycles the operator must find."""

    run_id: bytes
    since: int
    """Unix seconds: every cycle of the run is later."""
    until: int
    """Unix seconds: every cycle of the run is earlier."""


def lost_runs(observed: Observed) -> dict[str, LostRun]:
    """The lost runs whose DATCycles have not ended, by name.

    The pod was deleted or died without a complete report, or the Job was deleted.
    """
    to_record = {str(cycle["metadata"]["name"]): cycle for cycle in observed.cycles if not has_ended(cycle)}
    found = {}
    for job in jobs_of(observed, "cycle"):
        name, ended = job["metadata"]["name"], finished_job(observed, job["metadata"]["name"])
        if name not in to_record or ended is None or ended.lists_every_cycle:
            continue
        if ended.report or not report_is_due(observed, name):
            since = unix_seconds(job["metadata"]["creationTimestamp"]) - CLOCKS_SECONDS
            until = unix_seconds(ended.finished_at) + CLOCKS_SECONDS
            found[name] = LostRun(run_bytes(job["metadata"]["uid"]), since, until)
    for name in observed.deleted_jobs & to_record.keys():
        status = to_record[name]["status"]
        if "id" in status:
            since = unix_seconds(status["startTime"]) - CLOCKS_SECONDS
            until = since + longest_job_seconds(MAX_JITTER_SECONDS) + 2 * CLOCKS_SECONDS
            found[name] = LostRun(bytes.fromhex(status["id"]), since, until)
    return found
