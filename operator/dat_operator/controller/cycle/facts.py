"""The facts of each DATCycle, the input of its status: its Job, its report, why it waits or is stuck."""

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from dat_operator.controller.cycle.admission import queue_obstacle
from dat_operator.controller.cycle.queue import JobQueue, job_key, unknown_tokens
from dat_operator.controller.jobs.pending_pods import pending_pods
from dat_operator.controller.jobs.reports import FinishedJob, finished_job, report_is_due
from dat_operator.controller.objects.lifecycle import has_started, is_terminating
from dat_operator.controller.objects.observed import Body, Observed
from dat_operator.controller.status.readiness import Obstacle
from dat_operator.domain.cycle_event import Landed


@dataclass(frozen=True, slots=True)
class CycleFacts:
    """The input of a DATCycle's status."""

    body: Body
    job: Body | None = None
    finished: FinishedJob | None = None
    landed: Mapping[str, Sequence[Landed]] = field(default_factory=dict)
    """The cycles that have been read from the chain, by the signature of their transaction."""
    names: Mapping[str, str] = field(default_factory=dict)
    """The names of tokens by mint."""
    waits_for: str | None = None
    """Why the DATCycle has no Job yet."""
    stuck: Obstacle | None = None
    """Why the DATCycle does not progress until somebody acts."""
    recovered: Sequence[Landed] = ()
    """The cycles of the run as the chain shows them, if the report is lost or incomplete."""
    job_deleted: bool = False
    """Whether the Job was deleted."""


@dataclass(frozen=True, slots=True)
class FactsGatherer:
    """Gathers the facts of the DATCycles of one ecosystem."""

    observed: Observed
    queue: JobQueue
    names: Mapping[str, str]
    """Tokens' names by mint."""
    now: datetime.datetime

    def facts(self, cycle: Body) -> CycleFacts:
        """The facts of one DATCycle."""
        name = str(cycle["metadata"]["name"])
        job = self._job_of(cycle)
        finished = finished_job(self.observed, name) if job else None
        recovered = self.observed.recovered_by_job.get(name)
        is_next = self.queue.next is not None and self.queue.next["metadata"]["name"] == name
        waits = self._waits_for_job(cycle) if job is None and not is_next else None
        if finished and _needs_chain(cycle, finished) and recovered is None:
            waits, finished = self._waits_for_report(finished), None
        job_deleted = name in self.observed.deleted_jobs and job is None
        if job_deleted and recovered is None and "id" in cycle.get("status", {}):
            job_deleted, waits = (
                False,
                "its Job was deleted before the operator recorded it; waits for the chain",
            )
        return CycleFacts(
            body=cycle,
            job=job,
            finished=finished,
            landed=self.observed.landed_by_signature,
            names=self.names,
            waits_for=waits,
            stuck=self._stuck(cycle, job)
            or queue_obstacle(name, self.queue.beyond_limit, self.observed.name),
            recovered=recovered or (),
            job_deleted=job_deleted,
        )

    def _job_of(self, cycle: Body) -> Body | None:
        """The DATCycle's own Job. A Job of an older DATCycle of the same name is deleted with that one."""
        job = self.queue.jobs.get(cycle["metadata"]["name"])
        return job if job and _belongs_to(job, cycle) else None

    def _waits_for_job(self, cycle: Body) -> str:
        if is_terminating(cycle):
            return "the DATCycle is being deleted; no Job is made for it"
        if cycle["metadata"]["name"] in self.queue.jobs:
            return "waits until the Job of an earlier DATCycle of the same name is deleted"
        if has_started(cycle):
            return "its Job is not visible yet; waits until the API server shows whether the Job exists"
        return self._waits_for_queue()

    def _waits_for_queue(self) -> str:
        first, name = self.queue.next, self.observed.name
        if is_terminating(self.observed.ecosystem):
            return f"the DATEcosystem {name} is being deleted; no Job is made for it"
        if before := [*self.queue.running, *([first["metadata"]["name"]] if first else [])]:
            return f"waits for {before[0]} to end"
        if self.observed.chain is None:
            return f"waits until the chain can be read: see RPCHealthy of the DATEcosystem {name}"
        return "waits until the ecosystem is set up"

    def _waits_for_report(self, finished: FinishedJob) -> str:
        if finished.report:
            return "the report of its pod does not list every cycle; waits for the chain"
        due = report_is_due(self.observed, finished.name)
        return (
            "waits for the report of its pod" if due else "the report of its pod is lost; waits for the chain"
        )

    def _stuck(self, cycle: Body, job: Body | None) -> Obstacle | None:
        if job is None:
            return self._no_job(cycle)
        message = pending_pods(self.observed, self.now, cycle["metadata"]["name"])
        return Obstacle("PodPending", message, stuck=True) if message else None

    def _no_job(self, cycle: Body) -> Obstacle | None:
        """Why no Job can be made until somebody acts."""
        if unknown := unknown_tokens(self.observed, cycle):
            message = (
                f"spec.tokens: the ecosystem {self.observed.name} has no DATToken {', '.join(unknown)}; "
                "create it, or delete this DATCycle and create another one"
            )
            return Obstacle("TokenNotFound", message, stuck=True)
        key = job_key(cycle)
        if key not in self.observed.taken_names:
            return None
        cause = self.observed.rejected[key]
        message = f"metadata.name: no Job can be made: {cause}; or create a DATCycle of another name"
        return Obstacle("NameTaken", message, stuck=True)


def _needs_chain(cycle: Body, finished: FinishedJob) -> bool:
    """Whether the report does not name every cycle of the run, so that the chain must be asked."""
    return not finished.lists_every_cycle and not cycle["spec"].get("dryRun")


def _belongs_to(job: Body, cycle: Body) -> bool:
    """Whether the Job is the DATCycle's own, or no DATCycle owns it."""
    owners = job["metadata"].get("ownerReferences", [])
    uids = [owner["uid"] for owner in owners if owner["kind"] == "DATCycle"]
    return not uids or cycle["metadata"]["uid"] in uids
