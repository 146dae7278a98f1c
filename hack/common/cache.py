"""Builds that happen once per machine: keyed by the digest of their inputs, safe under two clones."""

import fcntl
import hashlib
import shutil
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from hack.common.paths import cache_root
from hack.common.steps import say, step


def digest(inputs: Iterable[Path | str]) -> str:
    """Sixteen hex digits over texts and files; a directory counts with every file below it."""
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
    """Hold a machine-wide lock of this user; it ends with the process, however that ends."""
    path = cache_root() / "locks" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say(f"  … waiting for another run that holds {path}")
            fcntl.flock(file, fcntl.LOCK_EX)
        yield


def built(name: str, inputs: Iterable[Path | str], build: Callable[[Path], None], *, note: str = "") -> Path:
    """The directory of a finished build, built now if no run has built these inputs before.

    ``build`` fills the directory it is given, which is its final place; only a finished build gets the
    mark that later runs look for. ``note`` says what a first build costs.
    """
    target = cache_root() / "built" / f"{name}-{digest(inputs)}"
    mark = target / ".built"
    if mark.exists():
        return target
    with lock(target.name):
        if mark.exists():
            return target
        shutil.rmtree(target, ignore_errors=True)
        target.mkdir(parents=True)
        with step(f"build {name}" + (f" ({note})" if note else "")):
            build(target)
        mark.touch()
    return target
