"""Pods of Jobs that do not start: a Secret, an image or a node is missing."""

import datetime
from collections.abc import Mapping, Sequence
from typing import Any

from dat_operator.controller.objects.observed import Body, Observed, job_of

STARTING_SECONDS = 60
"""The time that a pod may take to pull its image and mount its volumes."""
BROKEN = {
    "CreateContainerConfigError": "CreateContainerConfigError",
    "CreateContainerError": "CreateContainerError",
    "ErrImagePull": "ImagePullBackOff",
    "ImagePullBackOff": "ImagePullBackOff",
    "InvalidImageName": "InvalidImageName",
}
"""Reasons of a container that waits for somebody to act. The kubelet alternates between two of them."""


def pending_pods(observed: Observed, now: datetime.datetime, job: str | None = None) -> str | None:
    """Why a pod does not start, and the remedy, for people; None if all pods start.

    ``job``: the name of one Job. None: the pods of all Jobs.
    """
    for pod in observed.pods if job is None else observed.pods_of(job):
        if reason := _reason(pod, now):
            name = pod["metadata"]["name"]
            remedy = f"`kubectl describe pod {name}` shows the cause; correct it, or delete the Job"
            return f"Job {job_of(pod)}: its pod does not start: {reason}; it needs {_needs(pod)}; {remedy}"
    return None


def _reason(pod: Body, now: datetime.datetime) -> str | None:
    """The reason, one CamelCase word. A message might hold numbers that change."""
    status: Mapping[str, Any] = pod.get("status", {})
    if status.get("phase") != "Pending":
        return None
    states = [c.get("state", {}).get("waiting") or {} for c in status.get("containerStatuses", [])]
    waiting = [str(state["reason"]) for state in states if "reason" in state]
    for reason in waiting:
        if reason in BROKEN:
            return BROKEN[reason]
    age = now - datetime.datetime.fromisoformat(pod["metadata"]["creationTimestamp"])
    if age.total_seconds() < STARTING_SECONDS:
        return None
    return next(iter(waiting), "Pending")


def _needs(pod: Body) -> str:
    """The image and the Secrets that the pod waits for, for people."""
    images = [f"the image {container['image']}" for container in pod["spec"].get("containers", [])]
    secrets = [
        f"the Secret {source['secretName']}{_with(source.get('items', []))}"
        for volume in pod["spec"].get("volumes", [])
        if (source := volume.get("secret")) and not source.get("optional")
    ]
    return " and ".join([*secrets, *images])


def _with(items: Sequence[Mapping[str, Any]]) -> str:
    return f" with {', '.join(item['key'] for item in items)}" if items else ""
