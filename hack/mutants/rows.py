"""Removes the fix of each row of the audit, one at a time. The test of the row must fail.

Mutants of the program and mutants of Python run at the same time, each kind in its own scratch copy.
"""

import time
from collections.abc import Collection, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from hack.common.steps import StepError, say, step
from hack.mutants import runs
from hack.mutants.chosen import chosen
from hack.mutants.row import Row
from hack.mutants.scratch import scratch
from hack.mutants.tables import AUDIT, ROWS, WITHOUT
from hack.mutants.verdict import Outcome, Verdict


@dataclass(frozen=True)
class Result:
    """The result of a mutant."""

    row: Row
    outcome: Outcome
    seconds: float


def run_rows(names: Collection[str]) -> None:
    """Try all rows, or these, and print a table. Raises StepError if a test does not catch its mutant."""
    rows = chosen(ROWS, _name, names)
    kinds = [[row for row in rows if row.in_suite], [row for row in rows if not row.in_suite]]
    with ThreadPoolExecutor(len(kinds)) as pool:
        results = [result for found in pool.map(_try_all, kinds) for result in found]
    print(table(results))
    if bad := [result for result in results if result.outcome.verdict is not Verdict.CAUGHT]:
        raise StepError(f"{len(bad)} of {len(results)} mutants were not caught")


def run_unmutated(names: Collection[str]) -> None:
    """Run the tests of the rows without a mutant. Raises StepError if one fails."""
    rows = chosen(ROWS, _name, names)
    with scratch("rows-python") as root:
        for part in ([r for r in rows if r.in_suite], [r for r in rows if not r.in_suite]):
            _check_unmutated(root, part)


def table(results: Iterable[Result]) -> str:
    """Return a line for each mutant, in the order of the audit."""
    lines = [f"{'row':<4} {'removed':<62} {'seconds':>7}  {'':<8}  test"]
    for one in sorted(results, key=_place):
        row, verdict = one.row, one.outcome.verdict
        lines.append(f"{row.row:<4} {row.fix.name:<62} {one.seconds:>7.0f}  {verdict:<8}  {row.test}")
        if verdict is not Verdict.CAUGHT:
            lines.append(f"     {one.outcome.why}")
    return "\n".join([*lines, *(f"without a mutant: {row}: {why}" for row, why in WITHOUT.items())])


def _name(row: Row) -> str:
    return row.row


def _place(result: Result) -> tuple[int, int]:
    return AUDIT.index(result.row.row), ROWS.index(result.row)


def _try_all(rows: Sequence[Row]) -> list[Result]:
    if not rows:
        return []
    with scratch("rows-program" if rows[0].in_suite else "rows-python") as root:
        with step(f"{len(rows)} rows' quick tests pass without a mutant"):
            _check_unmutated(root, [row for row in rows if row.is_quick])
        return [_try(root, row) for row in rows]


def _try(root: Path, row: Row) -> Result:
    start = time.monotonic()
    with row.fix.applied(root):
        outcome = _outcome(root, [row])
    result = Result(row, outcome, time.monotonic() - start)
    say(f"  {row.row:<4} {row.fix.name:<62} {result.seconds:7.0f} s  {outcome.verdict}  {outcome.why[:60]}")
    return result


def _outcome(root: Path, rows: Sequence[Row]) -> Outcome:
    """Return the outcome of these rows' tests (all of one kind) with the sources below ``root``."""
    tests = list(dict.fromkeys(row.test for row in rows))
    if not rows[0].in_suite:
        return runs.pytest(root, tests, seconds_for(rows))
    try:
        so = runs.build(root)
    except StepError as error:
        return Outcome(Verdict.BROKEN, str(error))
    return runs.suite_tests(so, tests)


def seconds_for(rows: Iterable[Row]) -> float:
    """Return the time limit for the tests of these rows, one after another."""
    each = {row.test: runs.QUICK_SECONDS if row.is_quick else runs.LONGEST_SECONDS for row in rows}
    return sum(each.values())


def _check_unmutated(root: Path, rows: Sequence[Row]) -> None:
    if not rows:
        return
    outcome = _outcome(root, rows)
    if outcome.verdict is not Verdict.SURVIVED:
        raise StepError(f"a test fails without any mutant: {outcome.why}")
