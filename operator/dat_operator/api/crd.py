"""Turns the models into CustomResourceDefinitions with structural schemas."""

from typing import Any

from pydantic import BaseModel

from dat_operator.api import GROUP, VERSION
from dat_operator.api.cycle import DATCycle
from dat_operator.api.ecosystem import DATEcosystem
from dat_operator.api.fields import rules
from dat_operator.api.token import DATToken

KEPT = frozenset(
    {
        "type", "format", "enum", "default", "description", "properties", "required", "items",
        "minimum", "maximum", "minLength", "maxLength", "minItems", "maxItems", "pattern",
    }
)  # fmt: skip
READY = {"name": "Ready", "type": "string", "jsonPath": '.status.conditions[?(@.type=="Ready")].status'}
STATUS = {"name": "Status", "type": "string", "jsonPath": '.status.conditions[?(@.type=="Ready")].reason'}
# The type is not "date": for a time in the future kubectl prints "<invalid>".
NEXT = {"name": "Next", "type": "string", "jsonPath": ".status.nextScheduleTime", "priority": 1}


def custom_resource_definitions() -> list[dict[str, Any]]:
    """Return all CRDs of the group, in the order of the API reference."""
    ecosystem = _crd(
        DATEcosystem,
        plural="datecosystems",
        short=["dateco"],
        columns=[
            _column("Network", "string", ".spec.network"),
            READY,
            STATUS,
            _column("Tokens", "integer", ".status.tokens"),
            _column("Treasury(SOL)", "string", ".status.display.treasury"),
            _column("Operator(SOL)", "string", ".status.display.operator", priority=1),
            NEXT,
            _column("Suspended", "boolean", ".spec.suspend"),
            _column("Age", "date", ".metadata.creationTimestamp"),
        ],
        extra=rules(
            (
                "self.metadata.name.size() <= 32",
                "metadata.name: at most 32 characters, because it is part of the on-chain address",
            )
        ),
    )
    token = _crd(
        DATToken,
        plural="dattokens",
        short=["dat"],
        columns=[
            _column("Role", "string", ".spec.role"),
            READY,
            STATUS,
            _column("Pending(SOL)", "string", ".status.display.pending"),
            _column("Burned", "string", ".status.display.burned"),
            _column("Cycles", "integer", ".status.totals.cycles"),
            _column("Last", "date", ".status.lastCycle.time"),
            NEXT,
            _column("Breaker", "string", ".status.breaker.state", priority=1),
            _column("Ecosystem", "string", ".spec.ecosystemRef.name", priority=1),
            _column("Mint", "string", ".spec.mint", priority=1),
            _column("Age", "date", ".metadata.creationTimestamp"),
        ],
    )
    cycle = _crd(
        DATCycle,
        plural="datcycles",
        short=["datcyc"],
        columns=[
            _column("Ecosystem", "string", ".spec.ecosystemRef.name"),
            _column("Trigger", "string", ".status.trigger"),
            STATUS,
            _column("Tokens", "string", ".status.display.tokens"),
            _column("Spent(SOL)", "string", ".status.display.spent"),
            _column("Seconds", "integer", ".status.durationSeconds"),
            _column("Outcome", "string", ".status.outcome", priority=1),
            _column("Dry run", "boolean", ".spec.dryRun", priority=1),
            _column("Age", "date", ".metadata.creationTimestamp"),
        ],
        extra=rules(
            (
                "self.metadata.name.size() <= 63",
                "metadata.name: at most 63 characters, because its Job has the same name",
            )
        ),
    )
    return [ecosystem, token, cycle]


def _column(name: str, kind: str, path: str, priority: int = 0) -> dict[str, Any]:
    column: dict[str, Any] = {"name": name, "type": kind, "jsonPath": path}
    return {**column, "priority": priority} if priority else column


def _crd(
    model: type[BaseModel],
    *,
    plural: str,
    short: list[str],
    columns: list[dict[str, Any]],
    extra: dict[str, Any] | None = None,
) -> dict[str, Any]:
    kind = model.__name__
    version = {
        "name": VERSION,
        "served": True,
        "storage": True,
        "subresources": {"status": {}},
        "additionalPrinterColumns": columns,
        "schema": {"openAPIV3Schema": {**structural(model), **(extra or {})}},
    }
    names = {
        "kind": kind,
        "listKind": f"{kind}List",
        "plural": plural,
        "singular": kind.lower(),
        "shortNames": short,
        "categories": ["dat-operator"],
    }
    return {
        "apiVersion": "apiextensions.k8s.io/v1",
        "kind": "CustomResourceDefinition",
        "metadata": {"name": f"{plural}.{GROUP}"},
        "spec": {"group": GROUP, "names": names, "scope": "Namespaced", "versions": [version]},
    }


def structural(model: type[BaseModel]) -> dict[str, Any]:
    """Return a model's structural schema, without references, alternatives and titles."""
    schema = model.model_json_schema(mode="validation")
    return _flatten(schema, schema.get("$defs", {}))


def _flatten(node: dict[str, Any], defs: dict[str, Any]) -> dict[str, Any]:
    node = _resolve(node, defs)
    flat = {k: v for k, v in node.items() if k in KEPT or k.startswith("x-kubernetes-")}
    flat |= {k: _without_nulls(v) for k, v in flat.items() if k == "default"}
    if flat.get("default", ...) is None:
        del flat["default"]
    if flat.get("type") == "integer":
        flat["format"] = "int64"
    if "description" in flat:
        flat["description"] = " ".join(flat["description"].split())
    if "properties" in flat:
        flat["properties"] = {k: _flatten(v, defs) for k, v in flat["properties"].items()}
    if "items" in flat:
        flat["items"] = _flatten(flat["items"], defs)
    return flat


def _without_nulls(default: Any) -> Any:
    """Remove fields that are None: the API server rejects null where a field has a type."""
    if isinstance(default, dict):
        return {key: _without_nulls(value) for key, value in default.items() if value is not None}
    return default


def _resolve(node: dict[str, Any], defs: dict[str, Any]) -> dict[str, Any]:
    """Follow references and take the one alternative that is not null; the nearer definition wins."""
    if "$ref" in node:
        near = {k: v for k, v in node.items() if k != "$ref"}
        return _merged(_resolve(defs[node["$ref"].rsplit("/", 1)[1]], defs), near)
    if "anyOf" in node:
        (only,) = [option for option in node["anyOf"] if option.get("type") != "null"]
        near = {k: v for k, v in node.items() if k != "anyOf"}
        return _merged(_resolve(only, defs), near)
    return node


def _merged(far: dict[str, Any], near: dict[str, Any]) -> dict[str, Any]:
    validations = "x-kubernetes-validations"
    merged = {**far, **near}
    if validations in far and validations in near:
        merged[validations] = [*far[validations], *near[validations]]
    return merged
