"""A row of the audit: a mutant that removes the fix, and the test that must then fail."""

from dataclasses import dataclass

from hack.mutants.mutant import Mutant


@dataclass(frozen=True)
class Row:
    """``row`` is the audit's name of the fault: C1, 4, T6. Several rows may have the same name."""

    row: str
    fix: Mutant
    test: str
    """A pytest id, or ``folder::module::name`` of a test in programs/tests/tests/suite."""

    @property
    def in_suite(self) -> bool:
        """Whether the test is one of the program's Rust tests."""
        return ".py" not in self.test

    @property
    def is_quick(self) -> bool:
        """Whether the test needs neither an API server nor a chain."""
        return self.in_suite or self.test.startswith("tests/unit/")
