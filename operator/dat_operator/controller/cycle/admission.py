"""The limit of DATCycles that wait for a Job, for each ecosystem."""

from collections.abc import Collection, Sequence

from dat_operator.controller.status.readiness import Obstacle

MOST_WAITING = 20
"""More than a person needs: the last one waits for 20 runs, and a run takes minutes."""


def beyond(waiting: Sequence[str]) -> frozenset[str]:
    """The names beyond the limit. ``waiting``: all names, the oldest DATCycle first."""
    return frozenset(waiting[MOST_WAITING:])


def too_many(name: str, beyond: Collection[str], ecosystem: str) -> Obstacle | None:
    """Why a DATCycle is not in the queue; None if it is not ``beyond`` the limit."""
    if name not in beyond:
        return None
    message = (
        f"{MOST_WAITING} older DATCycles of the ecosystem {ecosystem} wait; "
        "delete this one or some of them, or let them end"
    )
    return Obstacle("QueueFull", message, stuck=True)
