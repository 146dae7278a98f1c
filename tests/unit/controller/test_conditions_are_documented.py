"""docs/conditions.md knows every condition and every reason that the golden cases bring about."""

from pathlib import Path

from dat_operator.controller.ecosystem import health as ecosystem_health
from dat_operator.controller.token import health
from tests.support.golden_cases import CASES, plan_of, world_of

PAGE = (Path(__file__).parents[3] / "docs" / "conditions.md").read_text()


def test_every_condition_and_reason_is_on_the_page() -> None:
    seen = set()
    for case in CASES.glob("*/input.yaml"):
        for body, status in plan_of(world_of(case.parent)).statuses:
            seen |= {(body["kind"], c["type"], c["reason"]) for c in status.get("conditions", [])}
    sections = {
        name: PAGE.split(f"\n## {name}\n")[1].split("\n## ")[0]
        for name in ("DATToken", "DATEcosystem", "DATCycle")
    }
    missing = [
        (kind, condition, reason)
        for kind, condition, reason in sorted(seen)
        if condition not in sections[kind] or f"`{reason}`" not in PAGE
    ]
    assert not missing
    assert {condition for _, condition, _ in seen} >= {*health.CHECKS, *ecosystem_health.CHECKS}
