"""Manifests of the objects that an ecosystem owns."""

import hashlib
import json
from collections.abc import Sequence
from typing import Any

from dat_operator.api import API_VERSION
from dat_operator.controller.objects.drift import drift
from dat_operator.controller.objects.observed import Body
from dat_operator.domain.job_config import EcosystemConfig

ECOSYSTEM_LABEL = "dat.asdf.io/ecosystem"
TRIGGER_LABEL = "dat.asdf.io/trigger"
MANAGED = {"app.kubernetes.io/managed-by": "dat-operator"}


def config_map(ecosystem: Body, config: EcosystemConfig) -> dict[str, Any]:
    """The ConfigMap that Jobs mount."""
    text = config.model_dump_json(by_alias=True, exclude_none=True, ensure_ascii=True, indent=2)
    body = {"apiVersion": "v1", "kind": "ConfigMap", "data": {"ecosystem.json": text + "\n"}}
    return owned(ecosystem, config_map_name(ecosystem), body)


def config_map_name(ecosystem: Body) -> str:
    """The name of an ecosystem's ConfigMap."""
    return f"{ecosystem['metadata']['name']}-config"


def cycle_manifest(ecosystem: Body, name: str, trigger: str, tokens: Sequence[str] = ()) -> dict[str, Any]:
    """A DATCycle that records a Job, or requests one. Without ``tokens`` it is for all tokens."""
    ref = {"name": ecosystem["metadata"]["name"]}
    spec = {"ecosystemRef": ref, **({"tokens": list(tokens)} if tokens else {})}
    body = owned(ecosystem, name, {"apiVersion": API_VERSION, "kind": "DATCycle", "spec": spec})
    body["metadata"]["labels"][TRIGGER_LABEL] = trigger
    # The deletion of an ecosystem does not wait for its records.
    body["metadata"]["ownerReferences"][0] |= {"controller": False, "blockOwnerDeletion": False}
    return body


def suffix(cause: str) -> str:
    """The end of a name, derived from its cause: the same cause gives the same name."""
    return hashlib.sha256(cause.encode()).hexdigest()[:10]


def digest(manifest: Body) -> str:
    """A hash of an object, 16 characters."""
    return hashlib.sha256(json.dumps(manifest, sort_keys=True).encode()).hexdigest()[:16]


def differs(observed: Body | None, wanted: Body) -> bool:
    """Whether an object is missing, or differs from its manifest."""
    return observed is None or bool(drift(observed, wanted))


def owned(ecosystem: Body, name: str, body: dict[str, Any], by: Body | None = None) -> dict[str, Any]:
    """The manifest of an object of an ecosystem. It is deleted with its owner: ``by``, or the ecosystem."""
    meta, by = ecosystem["metadata"], by or ecosystem
    owner = {
        "apiVersion": API_VERSION,
        "kind": by["kind"],
        "name": by["metadata"]["name"],
        "uid": by["metadata"]["uid"],
        "controller": True,
        "blockOwnerDeletion": True,
    }
    metadata = {
        "name": name,
        "namespace": meta["namespace"],
        "labels": {**MANAGED, ECOSYSTEM_LABEL: meta["name"]},
        "ownerReferences": [owner],
    }
    return {**body, "metadata": metadata}
