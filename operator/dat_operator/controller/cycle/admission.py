"""How many DATCycles of one ecosystem may wait for their turn."""

from collections.abc import Collection, Sequence

from dat_operator.controller.status.readiness import Obstacle

MOST_WAITING = 20
"""More than a person asks for: the last of them waits for as many runs, of minutes each."""


def beyond(waiting: Sequence[str]) -> frozenset[str]:
    """The names, of those in their order, that do not wait for a turn yet."""
    return frozenset(waiting[MOST_WAITING:])


def too_many(name: str, beyond: Collection[str], ecosystem: str) -> Obstacle | None:
    """What keeps a DATCycle from waiting for its turn."""
    if name not in beyond:
        return None
    said = (
        f"{MOST_WAITING} older DATCycles of the ecosystem {ecosystem} wait already; "
        "delete this one or some of those, or let them end"
    )
    return Obstacle("QueueFull", said, stuck=True)
