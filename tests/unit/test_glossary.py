"""docs/glossary.md defines each word once, and no text of the project uses a word that it rules out."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from hack.common.paths import REPO

GLOSSARY = (REPO / "docs" / "glossary.md").read_text()
DEFINITIONS, RULED_OUT = GLOSSARY.split("\n## Words that are not used\n")
PAGES = ["docs/*.md", "*.md", "changelog.d/*.md", "crds/*.yaml", "examples/**/*.yaml"]
PAGES += ["charts/dat-operator/*.md", "charts/dat-operator/values.yaml", "charts/dat-operator/templates/*"]
MESSAGES = ["tests/unit/controller/golden/*/output.yaml"]
"""The conditions and Events of the golden cases."""
CODE = "operator/dat_operator/**/*.py"


def rows(text: str) -> list[list[str]]:
    """The cells of the table's rows, without head and rule."""
    lines = [line.strip("| ") for line in text.splitlines() if line.startswith("| ")]
    return [re.split(r" \| ", line) for line in lines[1:] if not line.startswith("---")]


def words() -> list[str]:
    return [row[0] for row in rows(DEFINITIONS)]


def ruled_out() -> list[str]:
    return [word for row in rows(RULED_OUT) for word in re.findall("`([^`]+)`", row[1])]


def strings(path: Path) -> Iterator[str]:
    """The strings of a module that a person may read: help and messages, but no docstrings."""
    tree = ast.parse(path.read_text())
    unread = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in unread:
            yield node.value


def texts() -> Iterator[tuple[str, str]]:
    """Every text that a person reads, with its file."""
    for pattern in [*PAGES, *MESSAGES]:
        for path in REPO.glob(pattern):
            if path.name != "CHANGELOG.md":
                text = DEFINITIONS if path.name == "glossary.md" else path.read_text()
                yield str(path.relative_to(REPO)), text
    for path in REPO.glob(CODE):
        yield str(path.relative_to(REPO)), "\n".join(strings(path))


TEXTS = [(name, " ".join(text.split())) for name, text in texts()]


def test_each_word_is_defined_once_in_the_order_of_the_alphabet() -> None:
    found = [word.casefold() for word in words()]
    assert len(found) > 50
    assert found == sorted(set(found))


def test_the_reader_finds_a_definition_of_each_word() -> None:
    assert [row for row in rows(DEFINITIONS) if len(row) != 2 or len(row[1]) < 10] == []


def test_each_defined_word_is_used() -> None:
    everything = " ".join(text for name, text in TEXTS if not name.endswith("glossary.md")).casefold()
    assert [word for word in words() if word.casefold() not in everything] == []


def test_no_defined_word_is_ruled_out() -> None:
    without_article = {re.sub("^(a|an|the|each|first) ", "", word) for word in ruled_out()}
    assert without_article & set(words()) == set()


def test_every_kind_of_text_is_read() -> None:
    names = " ".join(name for name, _ in TEXTS)
    for part in (
        "docs/conditions.md",
        "crds/dattokens.yaml",
        "golden/",
        "entry/cli/",
        "changelog.d/",
        "templates/rbac.yaml",
        "NOTES.txt",
        "README.md",
    ):
        assert part in names


@pytest.mark.parametrize("word", ruled_out())
def test_no_text_uses_a_word_that_is_ruled_out(word: str) -> None:
    pattern = re.compile(rf"\b{re.escape(word)}\b", re.IGNORECASE)
    found = [
        f"{name}: …{text[max(0, m.start() - 40) : m.end() + 40]}…"
        for name, text in TEXTS
        for m in pattern.finditer(text)
    ]
    assert found == []
