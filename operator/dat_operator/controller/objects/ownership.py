"""Ownership: an object is ours if its owner reference has the uid of the resource that needs it."""

from dataclasses import replace

from dat_operator.controller.objects.observed import Body, Observed

TAKEN = (
    "an object of another owner has this name; delete that object, or rename the resource that needs the name"
)


def owner_uids(body: Body) -> list[str]:
    """The uids of an object's owners."""
    return [str(owner["uid"]) for owner in body["metadata"].get("ownerReferences", [])]


def owner_uid(manifest: Body) -> str | None:
    """The uid of the object that owns one of ours."""
    return next(iter(owner_uids(manifest)), None)


def is_owned_by(body: Body, uid: str | None) -> bool:
    """Whether an object has this owner, or none. ``--cascade=orphan`` leaves objects without an owner."""
    return uid in owner_uids(body) or not owner_uids(body)


def without_foreign(observed: Observed) -> Observed:
    """The same without objects that have our names and labels but another owner. Their names are taken."""
    assert observed.ecosystem is not None
    uid = observed.ecosystem["metadata"]["uid"]
    config_map = observed.config_map
    found = [*observed.cron_jobs, *([config_map] if config_map else [])]
    foreign = [body for body in found if not is_owned_by(body, uid)]
    if not foreign:
        return observed
    taken = {f"{body['kind']} {body['metadata']['name']}": TAKEN for body in foreign}
    return replace(
        observed,
        cron_jobs=tuple(cron_job for cron_job in observed.cron_jobs if is_owned_by(cron_job, uid)),
        config_map=config_map if config_map and is_owned_by(config_map, uid) else None,
        rejected={**observed.rejected, **taken},
        taken_names=observed.taken_names | taken.keys(),
    )
