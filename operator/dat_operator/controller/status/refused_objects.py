"""Objects that the API server rejects, as an obstacle of the object that needs them."""

from dat_operator.controller.objects.observed import STATUS, Observed
from dat_operator.controller.status.readiness import Obstacle


def refused_objects(observed: Observed, *objects: str) -> Obstacle | None:
    """Why the API server rejects some of these objects (kind and name): a bad schedule, a quota, a policy.

    Without ``objects``: all objects of the ecosystem. None: it rejects none of them.
    """
    if not observed.rejected:
        return None
    rejected = {name: why for name, why in _rejected(observed).items() if not objects or name in objects}
    if not rejected:
        return None
    messages = [
        f"{name}: {why}" if name in observed.taken_names else f"the API server rejected {name}: {why}"
        for name, why in rejected.items()
    ]
    reason = "NameTaken" if rejected.keys() <= observed.taken_names else "ObjectRejected"
    return Obstacle(reason, "; ".join(messages), stuck=True)


def _rejected(observed: Observed) -> dict[str, str]:
    """All rejected objects, except those that report it themselves: statuses, and Jobs of DATCycles."""
    jobs = {f"Job {cycle['metadata']['name']}" for cycle in observed.cycles}
    return {
        name: why
        for name, why in observed.rejected.items()
        if not name.endswith(STATUS) and not (name in observed.taken_names and name in jobs)
    }
