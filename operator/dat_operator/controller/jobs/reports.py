"""The reports of finished Jobs: the termination messages of their pods."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from pydantic import ValidationError

from dat_operator.controller.jobs.job_manifests import CONTAINER, PURPOSE_LABEL
from dat_operator.controller.objects.observed import Body, Observed
from dat_operator.domain.report import Outcome, Report, run_bytes

ENDED = ("Succeeded", "Failed")
"""Phases of a pod."""


@dataclass(frozen=True, slots=True)
class FinishedJob:
    """A Job that has ended, with the report of its last pod if it can be read."""

    name: str
    succeeded: bool
    finished_at: str
    report: Report | None
    message: str
    """The message of its last pod, a report or not; else the message of the Job's condition."""
    run: str = ""
    """The id of the run on chain, hexadecimal."""

    @property
    def lists_every_cycle(self) -> bool:
        """Whether the report lists every cycle of the run, so that the chain need not be asked."""
        return self.report is not None and self.report.is_whole

    @property
    def summary(self) -> str:
        """The message for people."""
        return self.report.message if self.report else self.message


def jobs_of(observed: Observed, *purposes: str) -> list[Body]:
    """The Jobs of these purposes."""
    return [job for job in observed.jobs if _purpose(job) in purposes]


def all_finished(observed: Observed, purpose: str) -> list[FinishedJob]:
    """The Jobs of this purpose that have ended."""
    jobs = jobs_of(observed, purpose)
    return [found for job in jobs if (found := _finished(job, observed.pods_of(job["metadata"]["name"])))]


def last_finished(observed: Observed, purpose: str) -> FinishedJob | None:
    """The Job of this purpose that ended last."""
    finished = all_finished(observed, purpose)
    return max(finished, key=lambda job: (job.finished_at, job.name), default=None)


def finished_job(observed: Observed, name: str) -> FinishedJob | None:
    """The Job of this name, if it has ended."""
    job = observed.jobs_by_name.get(name)
    return _finished(job, observed.pods_of(name)) if job else None


def report_is_due(observed: Observed, name: str) -> bool:
    """Whether a pod of a Job has not ended yet. The watch of pods may lag behind that of Jobs."""
    return any(pod.get("status", {}).get("phase") not in ENDED for pod in observed.pods_of(name))


def unfinished_jobs(observed: Observed, purpose: str) -> list[str]:
    """The names of the Jobs of this purpose that have not ended."""
    jobs = jobs_of(observed, purpose)
    return [str(job["metadata"]["name"]) for job in jobs if _finished(job, ()) is None]


def _purpose(job: Body) -> str | None:
    labels: Mapping[str, str] = job["spec"]["template"].get("metadata", {}).get("labels", {})
    return labels.get(PURPOSE_LABEL)


def _finished(job: Body, pods: Iterable[Body]) -> FinishedJob | None:
    """``pods``: the Job's own."""
    for condition in job.get("status", {}).get("conditions", []):
        if condition["type"] in ("Complete", "Failed") and condition["status"] == "True":
            text, succeeded = _last_message(pods), condition["type"] == "Complete"
            report = _parsed(text)
            if succeeded and report and report.outcome is Outcome.FAILED:
                # The report of an earlier pod: the pod that succeeded is deleted.
                text, report = "", None
            return FinishedJob(
                name=job["metadata"]["name"],
                succeeded=succeeded,
                finished_at=condition.get("lastTransitionTime") or job["metadata"]["creationTimestamp"],
                report=report,
                message=text or condition.get("message", ""),
                run=run_bytes(job["metadata"]["uid"]).hex(),
            )
    return None


def _last_message(pods: Iterable[Body]) -> str:
    ended = []
    for pod in pods:
        for container in pod.get("status", {}).get("containerStatuses", []):
            terminated = container.get("state", {}).get("terminated")
            # Other containers do not count: a webhook of the cluster may add a sidecar.
            if terminated and container.get("name", CONTAINER) == CONTAINER:
                ended.append((terminated.get("finishedAt") or "", terminated.get("message") or ""))
    return max(ended, default=("", ""))[1]


# Every pass reads the same reports several times.
@lru_cache(maxsize=256)
def _parsed(text: str) -> Report | None:
    try:
        return Report.model_validate_json(text)
    except ValidationError:
        return None
