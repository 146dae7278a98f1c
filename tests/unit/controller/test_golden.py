"""Plans by example: tests/unit/controller/golden/README.md."""

import datetime
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.support.golden_cases import CASES, NOW, accepted, input_of, plan_of, shown, written

ALL = sorted(path.parent for path in CASES.glob("*/input.yaml"))


class Text(yaml.SafeDumper):
    """Long texts as blocks, so that a ConfigMap's JSON can be read."""


def _text(dumper: yaml.SafeDumper, value: str) -> yaml.ScalarNode:
    style = "|" if "\n" in value else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", value, style=style)


Text.add_representer(str, _text)
Text.ignore_aliases = lambda *_: True  # type: ignore[method-assign]


def as_yaml(plan: dict[str, Any]) -> str:
    if not plan:
        return "# Nothing is written.\n{}\n"
    return yaml.dump(plan, Dumper=Text, sort_keys=False, width=110, allow_unicode=True)


@pytest.mark.parametrize("case", ALL, ids=lambda case: case.name)
def test_plan(case: Path, pytestconfig: pytest.Config) -> None:
    text = as_yaml(shown(plan_of(input_of(case))))
    output = case / "output.yaml"
    if pytestconfig.getoption("--update-golden"):
        output.write_text(text)
    assert output.exists(), "run pytest --update-golden and read what it wrote"
    assert text == output.read_text(), "if that is meant: pytest --update-golden, and read the diff"


@pytest.mark.parametrize("case", ALL, ids=lambda case: case.name)
def test_what_was_written_is_not_written_again(case: Path) -> None:
    """In each case: after the API server has accepted the plan, the next poll writes nothing."""
    given = input_of(case)
    again = plan_of(written(given, plan_of(given, NOW)), NOW + datetime.timedelta(seconds=5))
    assert (accepted(given, again), again.statuses) == ([], [])


def test_the_next_start_is_written_once_when_it_has_passed() -> None:
    """A poll every five seconds, of an hour in which the schedule starts once."""
    given, written_at = input_of(CASES / "steady"), []
    for seconds in range(0, 3600, 5):
        now = NOW + datetime.timedelta(seconds=seconds)
        plan = plan_of(given, now)
        if plan.statuses:
            written_at.append(
                (now.time().isoformat(), [status["nextScheduleTime"] for _, status in plan.statuses])
            )
        given = written(given, plan)
    assert written_at == [("12:30:00", ["2026-11-21T18:30:00Z"])]


def test_every_case_says_what_it_is_about() -> None:
    assert ALL
    for case in ALL:
        assert yaml.safe_load((case / "input.yaml").read_text())["about"]
