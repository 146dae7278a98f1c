"""Every manifest that differs from a given one in one field, by the API server's own schema."""

import copy
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

Body = dict[str, Any]
Path = tuple[str | int, ...]
SAMPLES: Mapping[str, Any] = {
    "appArmorProfile": {"type": "Unconfined"},
    "args": ["sh"],
    "claims": [{"name": "gpu"}],
    "command": ["sh", "-c", "cat /etc/dat/wallet/keypair.json"],
    "completionMode": "Indexed",
    "concurrencyPolicy": "Allow",
    "configMapKeyRef": {"name": "other", "key": "k"},
    "dnsConfig": {"nameservers": ["10.0.0.66"]},
    "dnsPolicy": "Default",
    "downwardAPI": {"items": [{"path": "p", "fieldRef": {"fieldPath": "metadata.name"}}]},
    "envFrom": [{"secretRef": {"name": "other"}}],
    "ephemeral": {
        "volumeClaimTemplate": {
            "spec": {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}}}
        }
    },
    "fsGroupChangePolicy": "Always",
    "hostAliases": [{"ip": "10.0.0.66", "hostnames": ["solana"]}],
    "hostPath": {"path": "/"},
    "imagePullPolicy": "Always",
    "imagePullSecrets": [{"name": "other"}],
    "initContainers": [{"name": "init", "image": "dat-operator:1"}],
    "lifecycle": {"postStart": {"exec": {"command": ["sh"]}}},
    "livenessProbe": None,
    "managedBy": "somebody.example/else",
    "mountPropagation": "HostToContainer",
    "nodeSelector": {"disk": "fast"},
    "os": {"name": "linux"},
    "overhead": {"cpu": "1"},
    "podReplacementPolicy": "TerminatingOrFailed",
    "ports": [{"containerPort": 8080}],
    "preemptionPolicy": "Never",
    "procMount": "Unmasked",
    "projected": {"sources": [{"secret": {"name": "other"}}]},
    "readinessGates": [{"conditionType": "example.com/x"}],
    "readinessProbe": None,
    "resizePolicy": [{"resourceName": "cpu", "restartPolicy": "NotRequired"}],
    "resourceClaims": [{"name": "gpu", "resourceClaimName": "gpu"}],
    "restartPolicy": "OnFailure",
    "runAsUser": 1000,
    "schedulingGates": [{"name": "example.com/x"}],
    "seccompProfile": {"type": "Unconfined"},
    "secretKeyRef": {"name": "other", "key": "k"},
    "startupProbe": None,
    "subPathExpr": "$(DAT_RPC_KEYS)",
    "supplementalGroups": [0],
    "supplementalGroupsPolicy": "Strict",
    "sysctls": [{"name": "kernel.shm_rmid_forced", "value": "1"}],
    "terminationMessagePolicy": "File",
    "tolerations": [{"operator": "Exists"}],
    "topologySpreadConstraints": [
        {"maxSkew": 1, "topologyKey": "kubernetes.io/hostname", "whenUnsatisfiable": "DoNotSchedule"}
    ],
    "volumeDevices": [{"name": "config", "devicePath": "/dev/x"}],
    "workingDir": "/tmp",
}
"""Values that the API server itself takes, where the first of a type is not one; None: see PROBE."""
PROBE = {"exec": {"command": ["sh"]}}
FIRST = {"string": "x", "integer": 7, "number": 7, "boolean": True}


@dataclass(frozen=True)
class Mutation:
    """A manifest, and where it was changed."""

    path: Path
    body: Body
    removed: bool

    def __str__(self) -> str:
        return ("without " if self.removed else "") + ".".join(map(str, self.path))


class Mutations:
    """``schemas``: by name, as the API server's OpenAPI document has them."""

    def __init__(self, schemas: Body) -> None:
        self._schemas = schemas

    def of(self, body: Body, kind: str, path: Path) -> Iterator[Mutation]:
        """All of the part of ``body`` at ``path``, which is of the schema ``kind``."""
        yield from self._object(body, path, self._schemas[kind])

    def _object(self, body: Body, path: Path, schema: Body) -> Iterator[Mutation]:
        here = _at(body, path)
        for name, part in schema.get("properties", {}).items():
            where, found = (*path, name), self._resolved(part)
            if name in here:
                yield from self._field(body, where, found)
            else:
                yield _changed(body, where, self._sample(name, found))
        for name in [] if "properties" in schema else here:
            yield _changed(body, (*path, name), "9999")

    def _field(self, body: Body, path: Path, schema: Body) -> Iterator[Mutation]:
        here = _at(body, path)
        if isinstance(here, dict):
            yield from self._object(body, path, schema)
        elif isinstance(here, list):
            yield from self._list(body, path, schema)
        else:
            yield _changed(body, path, self._other(str(path[-1]), here))
        yield _removed(body, path)

    def _list(self, body: Body, path: Path, schema: Body) -> Iterator[Mutation]:
        here, item = _at(body, path), self._resolved(schema["items"])
        for index, element in enumerate(here):
            if isinstance(element, dict):
                yield from self._object(body, (*path, index), item)
            yield _removed(body, (*path, index))
        again = {**here[0], "name": "again"} if isinstance(here[0], dict) else "again"
        yield _changed(body, path, [*here, again])

    def _sample(self, name: str, schema: Body) -> Any:
        if name in SAMPLES:
            return copy.deepcopy(SAMPLES[name] or PROBE)
        match schema.get("type"):
            case "array":
                return [self._sample("", self._resolved(schema["items"]))]
            case "object" if "properties" in schema:
                names = schema.get("required") or list(schema["properties"])[:1]
                return {n: self._sample(n, self._resolved(schema["properties"][n])) for n in names}
            case "object":
                return {"x": "1"}
            case kind:
                return FIRST[kind or "string"]

    @staticmethod
    def _other(name: str, here: Any) -> Any:
        if isinstance(here, bool):
            return not here
        if isinstance(here, int):
            return here + 1
        return SAMPLES.get(name) or f"{here}x"

    def _resolved(self, schema: Body) -> Body:
        for one in (schema, *schema.get("allOf", [])):
            if "$ref" in one:
                found: Body = self._schemas[one["$ref"].rsplit("/", 1)[1]]
                return found
        return schema


def _at(body: Body, path: Path) -> Any:
    here: Any = body
    for step in path:
        here = here[step]
    return here


def _changed(body: Body, path: Path, value: Any) -> Mutation:
    changed = copy.deepcopy(body)
    _at(changed, path[:-1])[path[-1]] = value
    return Mutation(path, changed, removed=False)


def _removed(body: Body, path: Path) -> Mutation:
    changed = copy.deepcopy(body)
    del _at(changed, path[:-1])[path[-1]]
    return Mutation(path, changed, removed=True)
