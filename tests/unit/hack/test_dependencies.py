"""pyproject.toml names each package that the project imports, and says why."""

import ast
import re
import sys
import tomllib
from collections.abc import Iterator
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

from hack.common.paths import REPO

TEXT = (REPO / "pyproject.toml").read_text()
PROJECT = tomllib.loads(TEXT)
RUNTIME_LINES, DEV_LINES = PROJECT["project"]["dependencies"], PROJECT["dependency-groups"]["dev"]
OWN = {"dat_operator", "devcluster", "hack", "tests", "benchmarks"}
NOT_IMPORTED = {"tzdata", "sniffio"}
"""Packages that the standard library and httpcore read."""
PART_OF = {"pydantic-core": "pydantic", "click": "typer"}
"""Packages of one project, by the one that is declared."""


def normalized(name: str) -> str:
    return name.lower().replace("_", "-")


def declared(lines: list[str]) -> set[str]:
    return {normalized(re.split("[=<>]", line)[0]) for line in lines}


def imported(folder: Path) -> Iterator[str]:
    """The packages that the modules of a folder import, as an index names them."""
    known = packages_distributions()
    for path in folder.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom) and node.module and not node.level:
                names = [node.module]
            for name in {name.partition(".")[0] for name in names} - OWN - sys.stdlib_module_names:
                package = normalized(known[name][0])
                yield PART_OF.get(package, package)


def test_the_package_imports_its_dependencies_and_no_other() -> None:
    assert set(imported(REPO / "operator")) == declared(RUNTIME_LINES) - NOT_IMPORTED


@pytest.mark.parametrize("folder", ["hack", "tests", "benchmarks"])
def test_tools_and_tests_import_no_undeclared_package(folder: str) -> None:
    assert set(imported(REPO / folder)) <= declared(RUNTIME_LINES + DEV_LINES)


def test_each_dependency_has_its_reason() -> None:
    assert [line for line in RUNTIME_LINES + DEV_LINES if f'"{line}",  # ' not in TEXT] == []
