"""What `make soak-rows` and `make soak-mutants` go by: their tables fit the sources, and a verdict is one."""

import re
from collections.abc import Callable, Collection
from pathlib import Path

import pytest

from hack.common.paths import REPO
from hack.common.steps import StepError
from hack.mutants.mutant import Mutant
from hack.mutants.row import Row
from hack.mutants.rows import Result, run_rows, run_unmutated, seconds_for, table
from hack.mutants.runs import LONGEST_SECONDS, QUICK_SECONDS
from hack.mutants.search import MUTANTS, search
from hack.mutants.tables import AUDIT, ROWS, WITHOUT
from hack.mutants.verdict import Outcome, Verdict, of_cargo, of_pytest

SUITE = REPO / "programs/tests/tests/suite"


def test_every_row_of_the_audit_has_a_mutant_or_a_reason() -> None:
    assert {row.row for row in ROWS} | {name.split()[0] for name in WITHOUT} == set(AUDIT)


@pytest.mark.parametrize("mutant", [*MUTANTS, *(row.fix for row in ROWS)], ids=lambda mutant: mutant.name)
def test_what_a_mutant_takes_out_stands_there_once(mutant: Mutant) -> None:
    """Who rewords a fix renews its mutant in hack/mutants, and sees by `make soak-rows` that it is caught."""
    assert mutant.fault(REPO) is None
    assert mutant.check != mutant.instead


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row.row} {row.fix.name}")
def test_the_test_of_a_row_is_there(row: Row) -> None:
    place, _, name = row.test.rpartition("::") if row.in_suite else row.test.partition("::")
    file = SUITE / f"{place.replace('::', '/')}.rs" if row.in_suite else REPO / place
    define = "fn" if row.in_suite else "def"
    assert re.search(rf"{define} {name.partition('[')[0]}\(", file.read_text())


def test_a_mutant_is_there_while_it_is_tried_and_not_after(tmp_path: Path) -> None:
    file = tmp_path / "fix.py"
    file.write_text("a = 1\nb = 2\n")

    def tried() -> None:
        with Mutant("b", "fix.py", "b = 2\n").applied(tmp_path):
            assert file.read_text() == "a = 1\n"
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        tried()
    assert file.read_text() == "a = 1\nb = 2\n"


@pytest.mark.parametrize(
    ("check", "instead", "why"),
    [("c = 3", "", "0 times, not once"), (" = ", "", "2 times, not once"), ("a = 1", "a =", "is no Python")],
)
def test_a_mutant_that_does_not_fit_is_said_so(tmp_path: Path, check: str, instead: str, why: str) -> None:
    (tmp_path / "fix.py").write_text("a = 1\nb = 2\n")
    with pytest.raises(StepError, match=why), Mutant("it", "fix.py", check, instead).applied(tmp_path):
        pytest.fail("it was applied")


def junit(*cases: str) -> str:
    found = "".join(f"<testcase>{case}</testcase>" for case in cases)
    return f"<testsuites><testsuite>{found}</testsuite></testsuites>"


FAILURE = '<failure message="assert 1 == 2&#10; + where"/>'


@pytest.mark.parametrize(
    ("code", "report", "verdict"),
    [
        (1, junit(FAILURE), Verdict.CAUGHT),
        (1, junit("", FAILURE), Verdict.CAUGHT),
        (1, junit('<failure message="KeyError: 1"/>'), Verdict.CAUGHT),
        (0, junit(""), Verdict.SURVIVED),
        (0, junit("<skipped/>"), Verdict.BROKEN),
        (0, None, Verdict.BROKEN),
        (1, junit('<failure message="NameError: name x"/>'), Verdict.BROKEN),
        (1, junit('<error message="failed on setup"/>'), Verdict.BROKEN),
        (1, junit(FAILURE, '<error message="collection failure"/>'), Verdict.BROKEN),
        (2, junit('<error message="collection failure"/>'), Verdict.BROKEN),
        (4, junit(), Verdict.BROKEN),
        (5, junit(), Verdict.BROKEN),
        (-9, None, Verdict.BROKEN),
    ],
)
def test_a_mutant_is_caught_by_a_test_that_fails_and_by_nothing_else(
    code: int, report: str | None, verdict: Verdict
) -> None:
    assert of_pytest(code, report).verdict is verdict


def test_a_verdict_says_why_in_a_line() -> None:
    assert of_pytest(1, junit(FAILURE)) == Outcome(Verdict.CAUGHT, "assert 1 == 2")


PANIC = "thread 'x' panicked at suite/x.rs:9:5:\nassertion failed: a\nnote: run with"


@pytest.mark.parametrize(
    ("code", "said", "outcome"),
    [
        (101, f"test m::a ... FAILED\n{PANIC}", Outcome(Verdict.CAUGHT, "assertion failed: a")),
        (101, "test m::a - should panic ... FAILED\n", Outcome(Verdict.CAUGHT, "m::a failed")),
        (0, "test m::a ... ok\n", Outcome(Verdict.SURVIVED, "passes")),
        (
            101,
            "error: could not compile",
            Outcome(Verdict.BROKEN, "did not run: m::a (cargo ended with 101)"),
        ),
        (0, "test m::a ... ignored\n", Outcome(Verdict.BROKEN, "did not run: m::a (cargo ended with 0)")),
        (101, "test m::a ... ok\n", Outcome(Verdict.BROKEN, "cargo ended with 101")),
    ],
)
def test_the_suite_too_has_to_run_and_to_fail(code: int, said: str, outcome: Outcome) -> None:
    assert of_cargo(code, said, ["m::a"]) == outcome


def test_the_table_says_what_was_not_caught_and_why() -> None:
    first, second = ROWS[0], ROWS[1]
    lines = table(
        [
            Result(second, Outcome(Verdict.SURVIVED, "passes"), 2.4),
            Result(first, Outcome(Verdict.CAUGHT, "assert"), 3.0),
        ]
    ).splitlines()
    assert [line.split()[0] for line in lines[:4]] == ["row", first.row, second.row, "passes"]
    assert "caught" in lines[1]
    assert "SURVIVED" in lines[2]
    assert lines[-1].startswith("without a mutant: T14 (npm ci): ")


@pytest.mark.parametrize("command", [run_rows, run_unmutated, search], ids=["rows", "unmutated", "search"])
def test_a_name_that_nothing_has_is_refused(command: Callable[[Collection[str]], None]) -> None:
    """It would have succeeded, having tried nothing."""
    with pytest.raises(StepError, match="TYPO"):
        command(["TYPO"])


def test_many_tests_together_have_the_time_of_each() -> None:
    quick, slow, again = (
        Row("1", MUTANTS[0], test)
        for test in ("tests/unit/a.py::b", "tests/integration/a.py::b", "tests/unit/a.py::b")
    )
    assert seconds_for([quick]) == QUICK_SECONDS
    assert seconds_for([slow]) == LONGEST_SECONDS
    assert seconds_for([quick, slow, again]) == QUICK_SECONDS + LONGEST_SECONDS
