"""The limit of DATCycles that wait for a Job, for each ecosystem."""

from collections.abc import Collection, Sequence

from dat_operator.controller.status.readiness import Obstacle

MOST_WAITING = 20
"""More than a person needs: the last one waits for 20 runs, and a run takes minutes."""


def names_beyond_limit(waiting: Sequence[str]) -> frozenset[str]:
    """The names beyond the limit. ``waiting``: all names, the oldest DATCycle first."""
    return frozenset(waiting[MOST_WAITING:])


def queue_obstacle(name: str, beyond_limit: Collection[str], ecosystem: str) -> Obstacle | None:
    """Why a DATCycle is not in the queue; None if it is not in ``beyond_limit``."""
    if name not in beyond_limit:
        return None
    message = (
        f"{MOST_WAITING} older DATCycles of the ecosystem {ecosystem} wait; "
        "delete this one or some of them, or let them end"
    )
    return Obstacle("QueueFull", message, stuck=True)
