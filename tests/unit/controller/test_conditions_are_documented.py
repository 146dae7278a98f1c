"""docs/conditions.md has every condition type and reason of the code, and no other."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from dat_operator.controller.ecosystem.health import HEALTH_CHECKS as ECOSYSTEM_CHECKS
from dat_operator.controller.token.health import HEALTH_CHECKS as TOKEN_CHECKS
from dat_operator.domain.errors import SKIP_REASONS
from tests.support.golden_cases import CASES, input_of, plan_of

ROOT = Path(__file__).parents[3]
PAGE = (ROOT / "docs" / "conditions.md").read_text()
CODE = ROOT / "operator" / "dat_operator"
KINDS = ("DATToken", "DATEcosystem", "DATCycle")
REASON_ARGUMENT = {
    "Finding": 1,
    "Obstacle": 0,
    "Refusal": 0,
    "Refused": 0,
    "set": 2,
    "set_readiness": 3,
    "_waits": 0,
    "_stalled": 1,
    "_obstacle": 0,
}
"""The functions that take a reason, and the place of the reason among their arguments."""
OF_SET_UP = {"TokenInitialized", "AlreadyInitialized"}
"""Reasons of a setup Job's report. They reach no status."""


@cache
def seen() -> frozenset[tuple[str, str, str]]:
    """Kind, type and reason of every condition in the golden cases."""
    return frozenset(
        (body["kind"], c["type"], c["reason"])
        for case in CASES.glob("*/input.yaml")
        for body, status in plan_of(input_of(case.parent)).statuses
        for c in status.get("conditions", [])
    )


def section(kind: str) -> str:
    return PAGE.split(f"\n## {kind}\n")[1].split("\n## ")[0]


def trees() -> list[ast.Module]:
    return [ast.parse(path.read_text()) for path in sorted(CODE.rglob("*.py"))]


def literals(node: ast.AST) -> set[str]:
    return {n.value for n in ast.walk(node) if isinstance(n, ast.Constant) and isinstance(n.value, str)}


def reasons_of(call: ast.Call) -> Iterator[str]:
    name = call.func.id if isinstance(call.func, ast.Name) else getattr(call.func, "attr", "")
    place = REASON_ARGUMENT.get(name)
    if place is not None and place < len(call.args):
        yield from literals(call.args[place])
    for keyword in call.keywords:
        if keyword.arg == "reason":
            yield from literals(keyword.value)


def written_reasons() -> set[str]:
    """The reasons that the code names where it makes a finding, an obstacle, a refusal or a report."""
    calls = [node for tree in trees() for node in ast.walk(tree) if isinstance(node, ast.Call)]
    found = {reason for call in calls for reason in reasons_of(call)}
    return {reason for reason in found if re.fullmatch("[A-Z][A-Za-z]+", reason)}


def test_the_page_has_every_reason_of_the_code() -> None:
    reasons = {reason for _, _, reason in seen()} | written_reasons() | SKIP_REASONS
    assert len(reasons) > 80
    assert sorted(reason for reason in reasons - OF_SET_UP if f"`{reason}`" not in PAGE) == []


def test_the_code_has_every_reason_of_the_page() -> None:
    known = {text for tree in trees() for text in literals(tree)} | {
        name
        for tree in trees()
        for node in ast.walk(tree)
        if isinstance(node, ast.ClassDef)
        for name in [node.name]
    }
    idl = (CODE / "chain/pump/errors.json").read_text() + (CODE / "chain/tx/anchor_errors.json").read_text()
    named = set(re.findall("`([A-Z][a-z]*[A-Z]?[A-Za-z]+)`", PAGE)) - {"Auto"}
    assert sorted(name for name in named if name not in known and f'"{name}"' not in idl) == []


def test_the_page_has_every_type_of_each_kind_and_no_other() -> None:
    for kind in KINDS:
        rows = re.findall(r"^\| ([A-Z][A-Za-z, ()]+?) \|", section(kind), re.MULTILINE)
        types = {word for row in rows for word in re.findall("[A-Z][A-Za-z]+", row)}
        types -= {"Completed", "Skipped", "Failed"}
        assert types == {of for found, of, _ in seen() if found == kind}, kind


def test_the_golden_cases_have_every_check() -> None:
    tokens = {kind for checks in TOKEN_CHECKS.values() for kind in checks}
    assert {of for kind, of, _ in seen() if kind == "DATToken"} >= tokens
    assert {of for kind, of, _ in seen() if kind == "DATEcosystem"} >= {*ECOSYSTEM_CHECKS}
