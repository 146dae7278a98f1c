"""A row of the audit: its fix, as a mutant, and the test that holds it."""

from dataclasses import dataclass

from hack.mutants.mutant import Mutant


@dataclass(frozen=True)
class Row:
    """``row`` is the audit's name of the fault: C1, 4, T6. Several may be of one row."""

    row: str
    fix: Mutant
    test: str
    """A pytest id, or ``folder::module::name`` of a test in programs/tests/tests/suite."""

    @property
    def in_suite(self) -> bool:
        """Whether the test runs the built program, without Python."""
        return ".py" not in self.test

    @property
    def is_quick(self) -> bool:
        """Whether it needs neither an API server nor a chain."""
        return self.in_suite or self.test.startswith("tests/unit/")
