"""For each row of the audit of 2026-11-28: the fix, the text without the fix, and the test that must fail."""

from hack.mutants.tables.cluster import CLUSTER
from hack.mutants.tables.controller import CONTROLLER_ROWS
from hack.mutants.tables.jobs import JOBS
from hack.mutants.tables.program import PROGRAM
from hack.mutants.tables.wallets import WALLETS

ROWS = [*PROGRAM, *JOBS, *CONTROLLER_ROWS, *WALLETS, *CLUSTER]
AUDIT = [
    *("C1", "H1", "M1", "M2", "M3", "M4", "L1", "L2", "L3", "S1"),
    *(str(number) for number in range(1, 21)),
    *(f"T{number}" for number in range(1, 15)),
    *("T1b", "T1c"),  # Found later, of the same kind as T1: roles, endpoints.
]
"""Every row must be in ``ROWS`` or in ``WITHOUT``."""
WITHOUT = {
    "T7 (the demo's labels)": "tests/e2e/test_demo.py tests them with an image and a node, which takes minutes",
    "T9": "its fix is text in SECURITY.md and docs/setup.md",
    "T14 (npm ci)": ".npmrc also has --ignore-scripts, so one of the two can be removed without an effect",
}
"""Rows, or parts of rows, without a mutant, with the reason."""
