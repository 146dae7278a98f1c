"""Builds that run once per machine: named by the digest of their inputs, safe for two clones at once."""

import fcntl
import hashlib
import shutil
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from hack.common.paths import cache_root
from hack.common.steps import say, step


def digest(inputs: Iterable[Path | str]) -> str:
    """Compute sixteen hex digits over texts and files. A directory counts with every file below it."""
    total = hashlib.sha256()
    for item in inputs:
        if isinstance(item, str):
            total.update(b"text\0" + item.encode() + b"\0")
            continue
        files = sorted(p for p in item.rglob("*") if p.is_file()) if item.is_dir() else [item]
        for file in files:
            name = file.relative_to(item) if item.is_dir() else file.name
            total.update(f"file\0{name}\0".encode() + hashlib.sha256(file.read_bytes()).digest())
    return total.hexdigest()[:16]


@contextmanager
def lock(name: str) -> Iterator[None]:
    """Hold a machine-wide lock of this user. The lock ends with the process, also after a kill."""
    path = cache_root() / "locks" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say(f"  … waiting for another run that holds {path}")
            fcntl.flock(file, fcntl.LOCK_EX)
        yield


@dataclass(frozen=True, eq=False)
class Build:
    """A directory that is built once per machine.

    ``make`` fills the directory that it is given, which is the final place; it writes its log to
    ``build.log`` there. ``seconds`` (of a first build alone on two cores) and ``lines`` (of its log,
    without downloads) are estimates for the person who waits.
    """

    name: str
    title: str
    inputs: Sequence[Path | str]
    make: Callable[[Path], None]
    seconds: int
    lines: int = 0

    @cached_property
    def target(self) -> Path:
        """The directory, built or not."""
        return cache_root() / "built" / f"{self.name}-{digest(self.inputs)}"

    @property
    def log(self) -> Path:
        """The log of the build."""
        return self.target / "build.log"

    @property
    def mark(self) -> Path:
        """A file that exists once the build is finished."""
        return self.target / ".built"

    def lines_so_far(self) -> int:
        """Count the lines of the log. Downloads do not count: they are many and fast."""
        lines = self.log.read_bytes().splitlines() if self.log.exists() else []
        return sum(b"ownload" not in line for line in lines)

    def directory(self) -> Path:
        """Return the directory. It is built now if no run has built these inputs before."""
        if not self.mark.exists():
            with step(f"build {self.title} (about {self.seconds} s the first time)"):
                self.build()
        return self.target

    def build(self) -> None:
        """Build the directory, unless another run does so at the same time."""
        with lock(self.target.name):
            if self.mark.exists():
                return
            shutil.rmtree(self.target, ignore_errors=True)
            self.target.mkdir(parents=True)
            self.make(self.target)
            self.mark.touch()


def built(name: str, inputs: Sequence[Path | str], make: Callable[[Path], None], *, seconds: int) -> Path:
    """Return the directory of a build. It is built now if no run has built these inputs before."""
    return Build(name, name, inputs, make, seconds).directory()
