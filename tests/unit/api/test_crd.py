"""The CRDs as they are generated: what the API server demands, and the rules it enforces."""

from collections.abc import Iterator
from typing import Any

import pytest

from dat_operator.api.crd import custom_resource_definitions
from hack.generate import generate

CRDS = {crd["spec"]["names"]["kind"]: crd for crd in custom_resource_definitions()}
Node = dict[str, Any]


def schema(kind: str) -> Node:
    (version,) = CRDS[kind]["spec"]["versions"]
    return dict(version["schema"]["openAPIV3Schema"])


def nodes(node: Node, path: str = "") -> Iterator[tuple[str, Node]]:
    yield path, node
    for name, child in node.get("properties", {}).items():
        yield from nodes(child, f"{path}.{name}")
    if "items" in node:
        yield from nodes(node["items"], f"{path}[]")


def at(kind: str, path: str) -> Node:
    return dict(nodes(schema(kind)))[path]


def rules(node: Node) -> str:
    return "\n".join(
        f"{r['rule']} | {r.get('message', '')}" for r in node.get("x-kubernetes-validations", [])
    )


def test_the_generated_files_are_in_step() -> None:
    generate(check=True)


@pytest.mark.parametrize("kind", CRDS)
def test_schemas_are_structural(kind: str) -> None:
    for path, node in nodes(schema(kind)):
        assert "type" in node or node["x-kubernetes-int-or-string"], path
        assert not node.keys() & {
            "$ref",
            "$defs",
            "anyOf",
            "oneOf",
            "allOf",
            "title",
            "additionalProperties",
        }, path
        assert not [key for key in node if "preserve-unknown" in key], path


@pytest.mark.parametrize("kind", CRDS)
def test_every_field_says_what_it_is(kind: str) -> None:
    assert not [path for path, node in nodes(schema(kind)) if not node.get("description")]


@pytest.mark.parametrize("kind", CRDS)
def test_integers_are_int64_and_text_is_bounded(kind: str) -> None:
    """Bounds keep the cost of CEL rules down."""
    for path, node in nodes(schema(kind)):
        kind = node.get("type", "string")
        if kind == "integer":
            assert node["format"] == "int64", path
            assert "exclusiveMinimum" not in node, path
        if path.startswith(".spec") and kind == "string":
            assert "maxLength" in node or "enum" in node, path
        if path.startswith(".spec") and kind == "array":
            assert "maxItems" in node, path


@pytest.mark.parametrize("kind", CRDS)
def test_the_status_is_its_own_subresource_and_needs_nothing(kind: str) -> None:
    (version,) = CRDS[kind]["spec"]["versions"]
    assert version["subresources"] == {"status": {}}
    assert schema(kind)["required"] == ["spec"]
    assert "default" not in str(at(kind, ".status").get("required"))
    # The API server would fill in what the operator leaves out, and the operator take it out again, for ever.
    assert not [path for path, node in nodes(schema(kind)["properties"]["status"]) if "default" in node]
    conditions = at(kind, ".status.conditions")
    assert conditions["x-kubernetes-list-map-keys"] == ["type"]


@pytest.mark.parametrize(
    ("kind", "path", "rule"),
    [
        ("DATEcosystem", "", "self.metadata.name.size() <= 32"),
        ("DATToken", ".spec.mint", "self.matches("),
        ("DATEcosystem", ".spec.programId", "self.matches("),
        ("DATEcosystem", ".spec.wallets.admin.publicKey", "self.matches("),
        ("DATEcosystem", ".spec.wallets.admin", "oldSelf.base : oldSelf.publicKey)"),
        ("DATEcosystem", ".spec.wallets.operator.publicKey", "self.matches("),
        ("DATToken", ".spec", "self.role != 'Root' || !has(self.rootShareBps)"),
        ("DATToken", ".spec", "!has(oldSelf.rootShareBps) || has(self.rootShareBps)"),
        ("DATCycle", "", "self.metadata.name.size() <= 63"),
        ("DATCycle", ".spec", "self == oldSelf"),
    ],
)
def test_rules(kind: str, path: str, rule: str) -> None:
    assert rule in rules(at(kind, path))


@pytest.mark.parametrize(
    ("kind", "path"),
    [
        ("DATToken", ".spec.mint"),
        ("DATToken", ".spec.role"),
        ("DATToken", ".spec.ecosystemRef"),
        ("DATEcosystem", ".spec.network"),
        ("DATEcosystem", ".spec.programId"),
    ],
)
def test_what_an_address_is_made_of_cannot_change(kind: str, path: str) -> None:
    assert "self == oldSelf" in rules(at(kind, path))


@pytest.mark.parametrize(
    ("path", "default"),
    [
        (".spec.rootShareBps", 4480),
        (".spec.suspend", False),
        (".spec.cycle.schedule", "0 */6 * * *"),
        (".spec.cycle.minFeesRootLamports", 2_000_000),
        (".spec.cycle.minFeesSecondaryLamports", 5_690_000),
        (".spec.cycle.maxFeesPerCycleLamports", 10**9),
        (".spec.cycle.minIntervalSeconds", 60),
        (".spec.cycle.maxPriceImpactBps", 100),
        (".spec.cycle.slippageBps", 500),
        (".spec.wallets.admin.secretRef.key", "keypair.json"),
        (".spec.rpc.endpoints[].priority", 0),
    ],
)
def test_defaults_of_the_specification(path: str, default: object) -> None:
    assert at("DATEcosystem", path)["default"] == default


@pytest.mark.parametrize(
    ("field", "minimum", "maximum"), [("priority", 0, 100), ("requestsPerSecond", 1, 10_000)]
)
def test_an_endpoint_s_numbers_are_bounded(field: str, minimum: int, maximum: int) -> None:
    node = at("DATEcosystem", f".spec.rpc.endpoints[].{field}")
    assert (node["type"], node["minimum"], node["maximum"]) == ("integer", minimum, maximum)


def test_an_endpoint_has_no_limit_by_default() -> None:
    assert "default" not in at("DATEcosystem", ".spec.rpc.endpoints[].requestsPerSecond")


def test_columns() -> None:
    def names(kind: str) -> list[str]:
        (version,) = CRDS[kind]["spec"]["versions"]
        return [c["name"] for c in version["additionalPrinterColumns"] if not c.get("priority")]

    assert names("DATToken") == [
        "Role",
        "Ready",
        "Status",
        "Pending(SOL)",
        "Burned",
        "Cycles",
        "Last",
        "Age",
    ]
    assert names("DATCycle") == [
        "Ecosystem",
        "Trigger",
        "Status",
        "Tokens",
        "Spent(SOL)",
        "Seconds",
        "Age",
    ]
    assert names("DATEcosystem") == [
        "Network",
        "Ready",
        "Status",
        "Tokens",
        "Treasury(SOL)",
        "Suspended",
        "Age",
    ]
