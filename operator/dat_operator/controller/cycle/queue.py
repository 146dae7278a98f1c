"""The queue of DATCycles for their Jobs: one cycle Job of an ecosystem runs at a time."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from dat_operator.controller.cycle.admission import names_beyond_limit
from dat_operator.controller.jobs.reports import finished_job, jobs_of
from dat_operator.controller.objects.lifecycle import has_started, is_terminating
from dat_operator.controller.objects.observed import Body, Observed


@dataclass(frozen=True, slots=True)
class JobQueue:
    """The cycle Jobs of an ecosystem, and the DATCycle that gets the next one."""

    jobs: Mapping[str, Body]
    """All cycle Jobs, by name."""
    running: Sequence[str]
    """The names of the Jobs that have not ended."""
    next: Body | None
    """The DATCycle whose Job this pass creates."""
    beyond_limit: Collection[str]
    """The names of the waiting DATCycles beyond the limit."""


def job_queue(observed: Observed, *, can_cycle: bool) -> JobQueue:
    """The queue. The oldest DATCycle without a Job is next, as soon as no Job runs."""
    jobs = {str(job["metadata"]["name"]): job for job in jobs_of(observed, "cycle", "dry-run")}
    running = [name for name in jobs if finished_job(observed, name) is None]
    waiting = [
        cycle
        for cycle in observed.cycles
        if cycle["metadata"]["name"] not in jobs
        and not has_started(cycle)
        and not unknown_tokens(observed, cycle)
        and not is_terminating(cycle)
        # Another owner's Job has the name. The next DATCycle must not wait for this one.
        and job_key(cycle) not in observed.taken_names
    ]
    waiting.sort(key=_age)
    first = waiting[0] if waiting and can_cycle and not running else None
    return JobQueue(
        jobs, running, first, names_beyond_limit([cycle["metadata"]["name"] for cycle in waiting])
    )


def unknown_tokens(observed: Observed, cycle: Body) -> list[str]:
    """The names in a DATCycle's spec that no DATToken has."""
    known = {token["metadata"]["name"] for token in observed.tokens}
    return [name for name in cycle["spec"].get("tokens", []) if name not in known]


def job_key(cycle: Body) -> str:
    """Kind and name of a DATCycle's Job, as in ``Observed.rejected``."""
    return f"Job {cycle['metadata']['name']}"


def _age(cycle: Body) -> tuple[str, str]:
    return cycle["metadata"]["creationTimestamp"], cycle["metadata"]["name"]
