"""Standard output as JSON."""

import dataclasses
import json
from enum import StrEnum

import pytest

from dat_operator.entry.cli.output import print_json


class Color(StrEnum):
    RED = "Red"


@dataclasses.dataclass(frozen=True)
class Answer:
    amount: int
    identity: bytes
    color: Color
    more: dict[str, tuple[int, ...]]
    nothing: None = None
    yes: bool = True


def test_an_integer_that_a_double_cannot_hold_is_a_string(capsys: pytest.CaptureFixture[str]) -> None:
    print_json(Answer(2**53, b"\x01\xff", Color.RED, {"a": (2**53 - 1, -(2**53), 0)}))
    assert json.loads(capsys.readouterr().out) == {
        "amount": "9007199254740992",
        "identity": "01ff",
        "color": "Red",
        "more": {"a": [9007199254740991, "-9007199254740992", 0]},
        "nothing": None,
        "yes": True,
    }


def test_letters_beyond_ascii_stay(capsys: pytest.CaptureFixture[str]) -> None:
    print_json({"name": "Köln → 東京"})
    assert "Köln → 東京" in capsys.readouterr().out
