"""A fix or a check that is taken out of a file of the repository, and put back."""

import ast
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from hack.common.steps import StepError


@dataclass(frozen=True)
class Mutant:
    """What stands in ``file`` (a path in the repository) exactly once, and what stands there instead."""

    name: str
    """What is taken out, in a few words."""
    file: str
    check: str
    instead: str = ""

    def fault(self, root: Path) -> str | None:
        """Why it does not fit the files below ``root``, if it does not."""
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
        """Take it out below ``root``, and put it back in the end. Raises StepError if it does not fit."""
        if fault := self.fault(root):
            raise StepError(fault)
        file = root / self.file
        source = file.read_text()
        file.write_text(source.replace(self.check, self.instead))
        try:
            yield
        finally:
            file.write_text(source)
