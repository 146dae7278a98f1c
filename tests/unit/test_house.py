"""Sizes and habits that keep the code easy to read. CONTRIBUTING.md names the numbers."""

import ast
import importlib
import re
import statistics
from collections.abc import Iterator
from pathlib import Path

import pytest

from hack.common.paths import REPO

FOLDERS = ("operator/dat_operator", "devcluster", "hack", "tests", "benchmarks", "charts")
LARGEST_FILE = 300
LARGEST_FOLDER = 15
FLAT = ("operator/dat_operator/domain", "tests/unit/domain")
"""Folders that are flat on purpose."""
LONG_BODY = 20
MOST_POSITIONAL = 4
TAKES_ANY_NUMBER = ("Table", "add_row", "pda")
"""Calls whose positional arguments are a list: columns and cells of a table, seeds of an address."""


def sources(*folders: str) -> list[Path]:
    return sorted(path for folder in folders for path in (REPO / folder).rglob("*.py"))


def trees(*folders: str) -> Iterator[tuple[Path, ast.Module]]:
    for path in sources(*folders):
        yield path.relative_to(REPO), ast.parse(path.read_text())


Function = ast.FunctionDef | ast.AsyncFunctionDef


def functions(tree: ast.AST) -> Iterator[Function]:
    return (node for node in ast.walk(tree) if isinstance(node, Function))


def body_lines(function: Function) -> int:
    """The lines of a body without its docstring."""
    body = function.body[1:] if ast.get_docstring(function) else function.body
    return sum((line.end_lineno or line.lineno) - line.lineno + 1 for line in body)


def test_a_file_has_one_subject() -> None:
    lines = {path: len(path.read_text().splitlines()) for path in sources(*FOLDERS)}
    assert {str(path): count for path, count in lines.items() if count > LARGEST_FILE} == {}


def test_a_folder_can_be_read_at_a_glance() -> None:
    modules: dict[str, int] = {}
    for path in sources(*FOLDERS):
        if not path.name.startswith("__"):
            folder = str(path.parent.relative_to(REPO))
            modules[folder] = modules.get(folder, 0) + 1
    assert {
        folder: count for folder, count in modules.items() if count > LARGEST_FOLDER and folder not in FLAT
    } == {}


@pytest.mark.parametrize("folder", ["operator/dat_operator", "hack", "devcluster", "tests"])
def test_nine_of_ten_bodies_are_short(folder: str) -> None:
    lengths = [body_lines(function) for _, tree in trees(folder) for function in functions(tree)]
    assert statistics.quantiles(lengths, n=10)[-1] <= LONG_BODY


@pytest.mark.parametrize("folder", ["operator/dat_operator", "hack", "devcluster"])
def test_public_names_have_docstrings(folder: str) -> None:
    public = [
        (f"{path}: {node.name}", ast.get_docstring(node) is not None)
        for path, tree in trees(folder)
        for node in ast.walk(tree)
        if isinstance(node, Function | ast.ClassDef) and not node.name.startswith("_")
    ]
    without = [name for name, documented in public if not documented]
    assert len(without) <= 0.05 * len(public), without


def test_no_call_has_more_positional_arguments_than_a_reader_can_tell_apart() -> None:
    found = [
        f"{path}:{node.lineno}: {ast.unparse(node.func)}"
        for path, tree in trees("operator/dat_operator")
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and sum(not isinstance(argument, ast.Starred) for argument in node.args) > MOST_POSITIONAL
        and not ast.unparse(node.func).endswith(TAKES_ANY_NUMBER)
    ]
    assert found == []


OUTSIDE = re.compile(r"\.\./shared|/work/|\bfacts/")


def test_nothing_points_outside_the_repository() -> None:
    texts = [
        path
        for suffix in ("*.py", "*.rs", "*.md", "*.yaml", "*.toml", "Makefile", "Dockerfile")
        for path in REPO.rglob(suffix)
        if not {".git", "node_modules", "target"} & set(path.relative_to(REPO).parts)
    ]
    this = Path(__file__)
    assert [str(path) for path in texts if path != this and OUTSIDE.search(path.read_text())] == []


LINK = re.compile(r"\]\(([^)\s]+)\)")


def test_links_lead_to_files() -> None:
    broken = [
        f"{path.relative_to(REPO)}: {link}"
        for path in REPO.rglob("*.md")
        if not {".git", "node_modules", "target"} & set(path.relative_to(REPO).parts)
        for link in LINK.findall(re.sub(r"`[^`]*`", "", path.read_text()))
        if "://" not in link and not (path.parent / link.partition("#")[0]).exists()
    ]
    assert broken == []


@pytest.mark.parametrize("folder", ["benchmarks", "tests/soak"])
def test_modules_that_no_other_test_imports_can_be_imported(folder: str) -> None:
    for path in sources(folder):
        if path.stem != "__main__":
            importlib.import_module(".".join(path.relative_to(REPO).with_suffix("").parts))
