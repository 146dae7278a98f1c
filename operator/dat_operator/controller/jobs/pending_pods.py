"""Pods of Jobs that do not start: what they mount is missing, or their image, or a node for them."""

import datetime
from collections.abc import Mapping, Sequence
from typing import Any

from dat_operator.controller.objects.observed import Body, Observed, job_of

STARTING_SECONDS = 60
"""How long a pod may take to start: its image is pulled, its volumes are mounted."""
BROKEN = {
    "CreateContainerConfigError": "CreateContainerConfigError",
    "CreateContainerError": "CreateContainerError",
    "ErrImagePull": "ImagePullBackOff",
    "ImagePullBackOff": "ImagePullBackOff",
    "InvalidImageName": "InvalidImageName",
}
"""What a kubelet says of a container that does not start by itself; where it alternates, one of the two."""


def held_up(observed: Observed, now: datetime.datetime, job: str | None = None) -> str | None:
    """Why a pod of this Job, or of any, does not start, and what to do; None if none is held up."""
    for pod in observed.pods if job is None else observed.pods_of(job):
        of = job_of(pod)
        if why := _why(pod, now):
            name = pod["metadata"]["name"]
            remedy = f"`kubectl describe pod {name}` says what is missing; put it right, or delete the Job"
            return f"Job {of}: its pod does not start: {why}; it needs {_needs(pod)}; {remedy}"
    return None


def _why(pod: Body, now: datetime.datetime) -> str | None:
    """One CamelCase word: messages may hold numbers that move."""
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
    """Its image, and the Secrets without which it waits for ever, with their keys."""
    images = [f"the image {container['image']}" for container in pod["spec"].get("containers", [])]
    secrets = [
        f"the Secret {source['secretName']}{_with(source.get('items', []))}"
        for volume in pod["spec"].get("volumes", [])
        if (source := volume.get("secret")) and not source.get("optional")
    ]
    return " and ".join([*secrets, *images])


def _with(items: Sequence[Mapping[str, Any]]) -> str:
    return f" with {', '.join(item['key'] for item in items)}" if items else ""
