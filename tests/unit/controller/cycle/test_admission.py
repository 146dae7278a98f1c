"""T12: DATCycles without number could wait for one ecosystem."""

from typing import Any

import pytest

from dat_operator.controller.cycle.admission import MOST_WAITING
from tests.support.golden_cases import CASES, input_of, plan_of

NAMES = [f"asked-{number:02}" for number in range(MOST_WAITING + 2)]


@pytest.fixture
def statuses() -> dict[str, dict[str, str]]:
    """The conditions of as many DATCycles, the reason by type, while a Job runs."""
    given = input_of(CASES / "datcycle-waits-for-a-job")
    asked = {"spec": {"ecosystemRef": {"name": "fruit"}}}
    plan = plan_of({**given, "cycles": dict.fromkeys(reversed(NAMES), asked)})
    return {str(body["metadata"]["name"]): _reasons(status) for body, status in plan.statuses}


def _reasons(status: dict[str, Any]) -> dict[str, str]:
    return {condition["type"]: condition["reason"] for condition in status.get("conditions", [])}


def test_the_oldest_wait(statuses: dict[str, dict[str, str]]) -> None:
    assert {statuses[name]["Ready"] for name in NAMES[:MOST_WAITING]} == {"Waiting"}


def test_those_beyond_say_so(statuses: dict[str, dict[str, str]]) -> None:
    assert {statuses[name]["Stalled"] for name in NAMES[MOST_WAITING:]} == {"QueueFull"}


def test_one_that_has_ended_makes_room() -> None:
    given = input_of(CASES / "datcycle-waits-for-a-job")
    asked = {"spec": {"ecosystemRef": {"name": "fruit"}}}
    plan = plan_of({**given, "cycles": dict.fromkeys(NAMES[:MOST_WAITING], asked)})
    found = {str(body["metadata"]["name"]): _reasons(status) for body, status in plan.statuses}
    assert {found[name]["Ready"] for name in NAMES[:MOST_WAITING]} == {"Waiting"}
