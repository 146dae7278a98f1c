"""Jobs that are missing in the store: deleted, or their watch lags behind. The API server knows."""

from dataclasses import replace

import structlog

from dat_operator.controller.objects.lifecycle import has_ended
from dat_operator.controller.objects.observed import Body, Observed
from dat_operator.kube.client import Kube
from dat_operator.kube.errors import KubeError, KubeUnavailable

log = structlog.get_logger()


async def with_unseen_jobs(kube: Kube, observed: Observed) -> Observed:
    """The same with the Jobs of running DATCycles that the store lacks, and the names of deleted Jobs.

    If the API server does not answer for a Job, the next pass asks again.
    """
    found: list[Body] = []
    deleted = set[str]()
    for cycle in filter(lambda cycle: _is_without_job(observed, cycle), observed.cycles):
        meta = cycle["metadata"]
        wanted = {"kind": "Job", "metadata": {"namespace": meta["namespace"], "name": meta["name"]}}
        try:
            job = await kube.find(wanted)
        except (KubeError, KubeUnavailable) as error:
            log.warning("a Job cannot be looked up, it is tried again", job=meta["name"], error=str(error))
            continue
        if job:
            found.append(job)
        else:
            deleted.add(str(meta["name"]))
    if not found and not deleted:
        return observed
    return replace(observed, jobs=(*observed.jobs, *found), deleted_jobs=frozenset(deleted))


def _is_without_job(observed: Observed, cycle: Body) -> bool:
    started = "startTime" in cycle.get("status", {}) and not has_ended(cycle)
    return started and cycle["metadata"]["name"] not in observed.jobs_by_name
