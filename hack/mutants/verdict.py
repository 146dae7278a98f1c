"""The verdict on a mutant, from the result of a test run."""

import re
from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum
from xml.etree import ElementTree

BROKEN_CODE = (
    "ImportError",
    "IndentationError",
    "ModuleNotFoundError",
    "NameError",
    "SyntaxError",
    "UnboundLocalError",
)
"""Errors of broken code. Any test would notice such a mutant, so it proves nothing."""
TESTS_FAILED = 1
"""Pytest's exit code for failed tests. Other codes concern the run itself."""
CARGO_FAILED = 101


class Verdict(StrEnum):
    """The verdict on a mutant."""

    CAUGHT = "caught"
    SURVIVED = "SURVIVED"
    BROKEN = "BROKEN"
    """The test did not run, or it would notice any change. The run proves nothing."""


@dataclass(frozen=True)
class Outcome:
    """A verdict with its reason."""

    verdict: Verdict
    why: str


def of_pytest(code: int, junit: str | None) -> Outcome:
    """Return the outcome from pytest's exit code and its JUnit report (None if there is none)."""
    cases = [] if junit is None else list(ElementTree.fromstring(junit).iter("testcase"))  # noqa: S314 (our own)
    if code == 0 and cases and all(case.find("skipped") is None for case in cases):
        return Outcome(Verdict.SURVIVED, "passes")
    if errors := [_first_line(e.get("message")) for case in cases for e in case.iter("error")]:
        return Outcome(Verdict.BROKEN, f"error outside of the test: {errors[0]}")
    failures = [_first_line(f.get("message")) for case in cases for f in case.iter("failure")]
    if code != TESTS_FAILED or not failures:
        return Outcome(Verdict.BROKEN, f"no test failed (pytest ended with {code})")
    if all(failure.startswith(BROKEN_CODE) for failure in failures):
        return Outcome(Verdict.BROKEN, failures[0])
    return Outcome(Verdict.CAUGHT, failures[0])


def of_cargo(code: int, said: str, tests: Collection[str]) -> Outcome:
    """Return the outcome from the output of ``cargo test`` for these tests."""
    ended = dict(re.findall(r"^test (\S+)(?: - should panic)? \.\.\. (ok|FAILED)$", said, re.MULTILINE))
    if missing := [test for test in tests if test not in ended]:
        return Outcome(Verdict.BROKEN, f"did not run: {', '.join(missing)} (cargo ended with {code})")
    failed = [test for test in tests if ended[test] == "FAILED"]
    if not failed and code == 0:
        return Outcome(Verdict.SURVIVED, "passes")
    if not failed or code != CARGO_FAILED:
        return Outcome(Verdict.BROKEN, f"cargo ended with {code}")
    panics = re.findall(r"panicked at [^\n]*:\n([^\n]*)", said)
    return Outcome(Verdict.CAUGHT, panics[0] if panics else f"{failed[0]} failed")


def _first_line(message: str | None) -> str:
    return next(iter((message or "").splitlines()), "")
