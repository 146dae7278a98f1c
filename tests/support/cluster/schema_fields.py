"""The fields of a resource's spec, and values for them, from its schema in ``crds/``."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import yaml

from hack.common.paths import REPO

Schema = dict[str, Any]
KEY = "0" * 40
"""No base58."""
QUANTITY = "integer,string"
"""Of CPU or memory."""


@dataclass(frozen=True)
class Field:
    """One field that holds a value. ``name[]`` in its path is a list, and means its first element."""

    kind: str
    path: str
    schema: Schema
    immutable: str | None
    """What is said to who changes it."""

    def __str__(self) -> str:
        return f"{self.kind}.{self.path}"

    @property
    def kind_of_value(self) -> str:
        """Its type, as the API server calls it."""
        return QUANTITY if "x-kubernetes-int-or-string" in self.schema else str(self.schema["type"])

    def taken(self) -> list[Any]:
        """Values that the schema allows, at its edges."""
        if "enum" in self.schema:
            return list(self.schema["enum"])
        if self.kind_of_value == "boolean":
            return [True, False]
        if self.kind_of_value == "integer":
            return [self.schema["minimum"], self.schema["maximum"]]
        return []

    def refused(self) -> list[tuple[Any, str]]:
        """Values that the schema forbids, each with a part of what is said."""
        kind = self.schema.get("format", self.kind_of_value)
        wrong: list[tuple[Any, str]] = [({"no": "such"}, f"must be of type {kind}")]
        if "enum" in self.schema:
            wrong.append(("Nonsense", "supported values: "))
        if "maxLength" in self.schema:
            wrong.append(("x" * (self.schema["maxLength"] + 1), f"more than {self.schema['maxLength']} "))
        if "pattern" in self.schema:
            wrong.append(("no pattern", self.schema["pattern"]))
        if self.kind_of_value == "integer":
            low, high = self.schema["minimum"], self.schema["maximum"]
            wrong += [(low - 1, "greater than or equal to"), (high + 1, "less than or equal to")]
        if any("base58" in rule["message"] for rule in _rules(self.schema)):
            wrong.append((KEY, f"'{KEY}' is not a Solana public key"))
        if self.kind_of_value == QUANTITY:
            wrong += [(value, "not a quantity of at least ") for value in ("much", "0.1m", 0, "-1")]
        return wrong


def fields(kind: str) -> list[Field]:
    """All fields of a kind's spec."""
    plural = f"{kind.lower()}s"
    crd = yaml.safe_load((REPO / "crds" / f"{plural}.yaml").read_text())
    (version,) = crd["spec"]["versions"]
    spec = version["schema"]["openAPIV3Schema"]["properties"]["spec"]
    return list(_fields(kind, "spec", spec, None))


def _fields(kind: str, path: str, schema: Schema, immutable: str | None) -> Iterator[Field]:
    own = (rule["message"] for rule in _rules(schema) if rule["rule"] == "self == oldSelf")
    immutable = next(own, immutable)
    if "properties" in schema:
        for name, below in schema["properties"].items():
            # A rule of the whole that compares this part with what it was.
            of_part = (
                r["message"] for r in _rules(schema) if "==" in r["rule"] and f"oldSelf.{name}" in r["rule"]
            )
            yield from _fields(kind, f"{path}.{name}", below, next(of_part, immutable))
    elif "items" in schema:
        yield from _fields(kind, f"{path}[]", schema["items"], immutable)
    else:
        yield Field(kind, path, schema, immutable)


def _rules(schema: Schema) -> list[dict[str, str]]:
    return list(schema.get("x-kubernetes-validations", []))


def changed(body: dict[str, Any], path: str, value: Any) -> dict[str, Any]:
    """A copy of an object, or of a part of it, with one field set."""
    name, _, rest = path.partition(".")
    if name.endswith("[]"):
        first, *others = body.get(name[:-2]) or [None]
        new = changed(first or {}, rest, value) if rest else value
        return {**body, name[:-2]: [new, *others]}
    return {**body, name: changed(body.get(name, {}), rest, value) if rest else value}
