"""The stages in the life of an object."""

from dat_operator.controller.objects.observed import Body


def is_terminating(body: Body | None) -> bool:
    """Whether an object is being deleted. Finalizers may hold it."""
    return body is not None and "deletionTimestamp" in body["metadata"]


def has_started(cycle: Body) -> bool:
    """Whether a DATCycle has had a Job."""
    return "startTime" in cycle.get("status", {}) or has_ended(cycle)


def has_ended(cycle: Body) -> bool:
    """Whether a DATCycle has ended, so that it is only a record."""
    return "completionTime" in cycle.get("status", {})
