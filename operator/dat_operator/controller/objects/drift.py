"""The difference between an object of ours and its manifest: fields that others changed or added.

Server-side apply would keep fields that others added (the host's network, another container). A record of our
last apply would not show later changes. So the object itself is compared with its manifest.
"""

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from dat_operator.controller.objects.observed import Body
from dat_operator.controller.objects.ownership import owner_uids

PARTS = ("data", "binaryData", "spec")
"""The parts that are ours alone. Of the metadata, only the fields that we set are ours."""
DEFAULTS: Mapping[str, Any] = {
    "apiVersion": "v1",
    "completionMode": "NonIndexed",
    "completions": 1,
    "defaultMode": 0o644,
    "dnsPolicy": "ClusterFirst",
    "parallelism": 1,
    "schedulerName": "default-scheduler",
    "suspend": False,
    "terminationGracePeriodSeconds": 30,
    "terminationMessagePath": "/dev/termination-log",
}
"""The defaults that the API server fills in where the manifest has no value, by field."""
QUANTITIES = ("cpu", "memory")
UNITS = {"": Decimal(1), "m": Decimal("0.001")} | {
    prefix + suffix: Decimal(base) ** power
    for base, suffix in ((1000, ""), (1024, "i"))
    for power, prefix in enumerate(("k" if suffix == "" else "K", "M", "G", "T", "P", "E"), 1)
}


def drift(there: Body, wanted: Body) -> dict[str, Any]:
    """The JSON merge patch from an object to its manifest; empty if they agree."""
    patch = {part: change for part in PARTS if (change := _changes(there.get(part), wanted.get(part) or {}))}
    meta, ours = there["metadata"], wanted["metadata"]
    labels = {k: v for k, v in ours.get("labels", {}).items() if meta.get("labels", {}).get(k) != v}
    change = {"labels": labels} if labels else {}
    if owner_uids(there) != owner_uids(wanted):
        change["ownerReferences"] = ours["ownerReferences"]
    return {**patch, **({"metadata": change} if change else {})}


def _changes(have: Any, want: Mapping[str, Any]) -> dict[str, Any]:
    have = have or {}
    patch: dict[str, Any] = {}
    for key, value in want.items():
        if isinstance(value, Mapping) and isinstance(have.get(key), Mapping):
            if inner := _changes(have[key], value):
                patch[key] = inner
        elif not _same(key, have.get(key), value):
            patch[key] = value
    added = (key for key, value in have.items() if key not in want and not _is_default(key, value, want))
    return patch | dict.fromkeys(added)


def _same(key: str, have: Any, want: Any) -> bool:
    if isinstance(want, Mapping) and isinstance(have, Mapping):
        return not _changes(have, want)
    if isinstance(want, list) and isinstance(have, list):
        return len(have) == len(want) and all(_same(key, h, w) for h, w in zip(have, want, strict=True))
    if have is None:
        # The API server leaves out empty values.
        return not want
    if key in QUANTITIES:
        return _quantity(str(have)) == _quantity(str(want))
    return bool(have == want)


def _is_default(key: str, value: Any, want: Mapping[str, Any]) -> bool:
    if value in (None, {}, []):
        return True
    # A deprecated name of the same field.
    if key == "serviceAccount":
        return bool(value == want.get("serviceAccountName"))
    return key in DEFAULTS and bool(DEFAULTS[key] == value)


def _quantity(text: str) -> Decimal | str:
    """The value of a quantity: the API server writes 1 for 1000m."""
    found = re.fullmatch(r"([+-]?[0-9.]+(?:[eE][+-]?[0-9]+)?)([a-zA-Z]*)", text)
    if found is None or found[2] not in UNITS:
        return text
    return Decimal(found[1]) * UNITS[found[2]]
