"""A fix or a check that is removed from a file of the repository and restored."""

import ast
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from hack.common.steps import StepError


@dataclass(frozen=True)
class Mutant:
    """Replaces ``check``, which occurs once in ``file`` (a path in the repository), by ``instead``."""

    name: str
    """The property that the removed code provides."""
    file: str
    check: str
    instead: str = ""

    def fault(self, root: Path) -> str | None:
        """Return why the mutant does not fit the files below ``root``; None if it fits."""
        source = (root / self.file).read_text()
        if (count := source.count(self.check)) != 1:
            return f"{self.file} has {self.check!r} {count} times, not once: renew the mutant {self.name!r}"
        if self.file.endswith(".py"):
            try:
                ast.parse(source.replace(self.check, self.instead))
            except SyntaxError as error:
                return f"the mutant {self.name!r} is no Python: {error}"
        return None

    @contextmanager
    def applied(self, root: Path) -> Iterator[None]:
        """Apply the mutant below ``root``, then restore the file. Raises StepError if it does not fit."""
        if fault := self.fault(root):
            raise StepError(fault)
        file = root / self.file
        source = file.read_text()
        file.write_text(source.replace(self.check, self.instead))
        try:
            yield
        finally:
            file.write_text(source)
