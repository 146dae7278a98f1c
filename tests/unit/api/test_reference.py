"""docs/api.md: nothing of a definition is missing. That the file is in step is test_crd's."""

import pytest

from hack.api_reference import reference
from tests.unit.api.test_crd import CRDS, nodes, schema

DOCUMENT = reference(list(CRDS.values()))


@pytest.mark.parametrize("kind", CRDS)
def test_every_field_and_rule_has_its_line(kind: str) -> None:
    (text,) = [part for part in DOCUMENT.split("\n## ") if part.startswith(f"{kind}\n")]
    for path, node in nodes(schema(kind)):
        if path.count(".") > 1 and not path.endswith("[]"):
            assert f"| `{path[1:]}` |" in text
        for rule in node.get("x-kubernetes-validations", []):
            assert f"`: {rule['message']}\n" in text


@pytest.mark.parametrize(
    "row",
    [
        "| `spec.network` | `mainnet-beta`, `devnet`, `testnet`, `localnet` | required |",
        "| `spec.rpc.endpoints` | list of object, 1 to 8 items | required |",
        "| `spec.rootShareBps` | integer, 1,000 to 9,000 | `4480` |",
        "| `spec.cycle` | object |  |",
        "| `spec.cycle.resources.limits.memory` | quantity | `256Mi` |",
        "| `spec.suspend` | boolean | `false` |",
        "| `status.lastCycle.time` | date-time | required |",
    ],
)
def test_rows(row: str) -> None:
    assert row in DOCUMENT
