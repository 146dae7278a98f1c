"""What stands for each row of the audit of 2026-11-28: the fix, what stands there instead, the test that holds it."""

from hack.mutants.tables.editors import EDITORS
from hack.mutants.tables.engine import ENGINE
from hack.mutants.tables.operator import OPERATOR
from hack.mutants.tables.program import PROGRAM

ROWS = [*PROGRAM, *ENGINE, *OPERATOR, *EDITORS]
AUDIT = [
    *("C1", "H1", "M1", "M2", "M3", "M4", "L1", "L2", "L3", "S1"),
    *(str(number) for number in range(1, 21)),
    *(f"T{number}" for number in range(1, 15)),
    *("T1b", "T1c"),  # Of T1's kind, found by readers later: roles, endpoints.
]
"""The rows that have to be here, or in ``WITHOUT``."""
WITHOUT = {
    "T7 (the demo's labels)": "tests/e2e/test_demo.py holds them, with an image and a node, in minutes",
    "T9": "its fix is text: who may do what, in SECURITY.md and docs/setup.md",
    "T14 (npm ci)": "--ignore-scripts stands in .npmrc as well, so without one of the two nothing changes",
}
"""Rows, or parts of them, of which nothing is taken out, with the reason."""
