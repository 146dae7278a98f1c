"""The pages about the code name files, functions and golden cases that exist."""

import ast
import re
from functools import cache
from pathlib import Path

import pytest

from hack.common.paths import REPO

NAMES = ("docs/architecture.md", "docs/skipped.md", "CONTRIBUTING.md")
PAGES = {page: (REPO / page).read_text() for page in NAMES}
PACKAGE = REPO / "operator" / "dat_operator"
PLACES = (PACKAGE, REPO / "tests" / "unit", REPO)
"""The folders that a path on a page may start from."""
CASES = REPO / "tests" / "unit" / "controller" / "golden"
FILE, NAME = r"`([\w./]+\.py)`", r"`((?!\w+\.(?:py|md|yaml)`)[A-Za-z_.]+)`"


def file_of(path: str) -> Path | None:
    return next((place / path for place in PLACES if (place / path).is_file()), None)


@cache
def defined(file: Path) -> frozenset[str]:
    """The functions, classes, constants and fields of a module."""
    nodes = list(ast.walk(ast.parse(file.read_text())))
    made = {n.name for n in nodes if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)}
    stored = {n.id for n in nodes if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}
    return frozenset(made | stored)


def pairs() -> set[tuple[str, str]]:
    """A path and a name in it, as the pages write them: side by side, or the path in brackets."""
    text = "\n".join(PAGES.values())
    beside = re.findall(rf"{FILE}(?:,? | \| ){NAME}", text)
    brackets = [(path, name) for name, path in re.findall(rf"{NAME} \({FILE}\)", text)]
    return {(path, name) for path, name in beside + brackets if "/" in path}


@pytest.mark.parametrize("page", PAGES)
def test_every_path_exists(page: str) -> None:
    paths = {path for path in re.findall(FILE, PAGES[page]) if "/" in path}
    assert len(paths) > 10
    assert {
        path for path in paths if file_of(path) is None and file_of(f"controller/{path}") is None
    } == set()


def test_every_function_is_in_the_file_beside_it() -> None:
    assert len(pairs()) > 50
    wrong = {
        (path, name)
        for path, name in pairs()
        if (file := file_of(path)) is None or not set(name.split(".")) <= defined(file)
    }
    assert wrong == set()


@pytest.mark.parametrize("page", PAGES)
def test_every_name_exists(page: str) -> None:
    names = {part for name in re.findall(NAME, PAGES[page]) if "_" in name for part in name.split(".")}
    files = [*PACKAGE.rglob("*.py"), *(REPO / "tests" / "support").glob("*.py")]
    assert names - {name for file in files for name in defined(file)} == set()


def test_every_golden_case_exists() -> None:
    rows = [line for line in PAGES["docs/skipped.md"].splitlines() if line.startswith("| ")]
    named = {case for row in rows for case in re.findall(r"`([a-z]+(?:-[a-z]+)+)`", row.split(" | ")[-1])}
    assert len(named) > 20
    assert {case for case in named if not (CASES / case / "output.yaml").is_file()} == set()
