"""Objects that the API server refuses, as an obstacle of the object that needs them."""

from dat_operator.controller.objects.observed import STATUS, Observed
from dat_operator.controller.status.readiness import Obstacle


def refused_objects(observed: Observed, *objects: str) -> Obstacle | None:
    """Why the API server takes none of these objects (kind and name): a bad schedule, a quota, a policy.

    Without names: of all objects of the ecosystem.
    """
    if not observed.refused:
        return None
    refused = {name: why for name, why in _refused(observed).items() if not objects or name in objects}
    if not refused:
        return None
    messages = [
        f"{name}: {why}" if name in observed.taken_names else f"the API server rejected {name}: {why}"
        for name, why in refused.items()
    ]
    reason = "NameTaken" if refused.keys() <= observed.taken_names else "ObjectRejected"
    return Obstacle(reason, "; ".join(messages), stuck=True)


def _refused(observed: Observed) -> dict[str, str]:
    """All rejected objects, except those that report it themselves: statuses, and Jobs of DATCycles."""
    jobs = {f"Job {cycle['metadata']['name']}" for cycle in observed.cycles}
    return {
        name: why
        for name, why in observed.refused.items()
        if not name.endswith(STATUS) and not (name in observed.taken_names and name in jobs)
    }
