"""The plan for the DATCycles of an ecosystem: statuses, records, the next Job, requests, deletions."""

import datetime
import itertools
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from dat_operator.controller.cycle.facts import CycleFacts, FactsGatherer
from dat_operator.controller.cycle.queue import JobQueue
from dat_operator.controller.cycle.requests import requested_cycle
from dat_operator.controller.cycle.retention import expired_records
from dat_operator.controller.cycle.status import cycle_status
from dat_operator.controller.ecosystem.context import EcosystemContext
from dat_operator.controller.jobs.job_manifests import CONTAINER, retired
from dat_operator.controller.objects.lifecycle import has_ended, has_started
from dat_operator.controller.objects.manifests import cycle_manifest
from dat_operator.controller.objects.observed import Body, Observed
from dat_operator.controller.objects.writes import Plan
from dat_operator.controller.status.isolation import isolated

Statuses = list[tuple[Body, dict[str, Any]]]

TRIGGERS = {"CronJob": "Schedule"}
"""The trigger of a Job, by the kind of its owner."""
INSTANTIATED = "cronjob.kubernetes.io/instantiate"
"""The annotation of a Job that ``kubectl create job --from`` made from a CronJob."""


def cycle_statuses(observed: Observed, queue: JobQueue, now: datetime.datetime) -> Statuses:
    """Every DATCycle with its status, whether the status changes or not."""
    names = {str(token["spec"]["mint"]): str(token["metadata"]["name"]) for token in observed.tokens}
    gatherer = FactsGatherer(observed, queue, names, now)

    def status(cycle: Body) -> dict[str, Any]:
        return dict(isolated(cycle, now, lambda: cycle_status(gatherer.facts(cycle), now)))

    return [(cycle, status(cycle)) for cycle in observed.cycles]


def plan_cycles(context: EcosystemContext) -> Plan:
    """Write statuses, record cycle Jobs, create the next Job or request a cycle, delete expired records."""
    known = {str(cycle["metadata"]["name"]): cycle for cycle in context.observed.cycles}
    jobs = context.queue.jobs
    # The Job of a DATCycle is deleted with it: a record would bring back a DATCycle that somebody deleted.
    records = [
        _record(context.body, job)
        for name, job in jobs.items()
        if name not in known and "DATCycle" not in _owner_kinds(job)
    ]
    retirable = [jobs[name] for name, cycle in known.items() if name in jobs and has_ended(cycle)]
    without_job = [cycle for name, cycle in known.items() if name not in jobs]
    statuses = Plan.merge(Plan.of_status(cycle, status) for cycle, status in context.cycle_statuses)
    return replace(
        statuses,
        apply=[retired(job) for job in retirable if "ttlSecondsAfterFinished" not in job["spec"]],
        create=[*records, *_next(context)],
        delete=expired_records(context, without_job),
    )


def plan_orphan_cycles(observed: Observed, now: datetime.datetime) -> Plan:
    """The statuses of DATCycles whose ecosystem does not exist."""
    return Plan.merge(Plan.of_status(cycle, status) for cycle, status in _orphan_statuses(observed, now))


def _orphan_statuses(observed: Observed, now: datetime.datetime) -> Statuses:
    """The DATCycles that have not started and whose ecosystem does not exist, with their statuses."""
    waits = f"spec.ecosystemRef.name: there is no DATEcosystem {observed.name} in this namespace; create it"
    return [
        (cycle, cycle_status(CycleFacts(body=cycle, waits_for=waits), now))
        for cycle in observed.cycles
        if not has_started(cycle)
    ]


def _next(context: EcosystemContext) -> list[dict[str, Any]]:
    """The Job of the next DATCycle. If there is none: the DATCycle that the operator requests, if any."""
    if context.queue.next:
        return [context.job_manifests.cycle_job(context.queue.next)]
    requested = requested_cycle(context) if context.can_cycle and not context.queue.running else None
    return [requested] if requested else []


def _record(ecosystem: Body, job: Body) -> dict[str, Any]:
    """The DATCycle of a Job. A CronJob has started this Job, or a person with the CronJob's template."""
    meta = job["metadata"]
    by_hand = INSTANTIATED in meta.get("annotations", {})
    trigger = next(
        (TRIGGERS[kind] for kind in _owner_kinds(job) if kind in TRIGGERS and not by_hand), "Manual"
    )
    tokens = [name for option, name in itertools.pairwise(_arguments(job)) if option == "--token"]
    return cycle_manifest(ecosystem, meta["name"], trigger, tokens)


def _arguments(job: Body) -> Sequence[str]:
    """The arguments of our container. Anybody may have made the Job, with other containers or without any."""
    containers = job["spec"]["template"]["spec"].get("containers", [])
    ours = [c for c in containers if c.get("name", CONTAINER) == CONTAINER]
    return ours[0].get("args") or () if ours else ()


def _owner_kinds(job: Body) -> list[str]:
    return [owner["kind"] for owner in job["metadata"].get("ownerReferences", [])]
