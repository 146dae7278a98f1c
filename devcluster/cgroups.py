"""The parent cgroup of a cluster's pods: one for each instance, in every hierarchy."""

import os
import time
from collections.abc import Iterator
from pathlib import Path

_ROOT = Path("/sys/fs/cgroup")
_SECONDS = 5.0
# On cgroup v1 a new cpuset has no CPU and no memory: no process can enter it.
_CPUSET = ("cpuset.cpus", "cpuset.mems")


def parent(tag: str) -> str:
    """Return the cgroup of the pods of instance ``tag``, as a path below each hierarchy."""
    return f"/dat-{tag}"


def create(tag: str) -> None:
    """Create the parent cgroup of an instance. Kubelet does not start without it."""
    for hierarchy, top in _places(tag):
        top.mkdir(exist_ok=True)
        for name in _CPUSET:
            if not _is_v2() and (top / name).exists():
                (top / name).write_text((hierarchy / name).read_text())


def remove(tag: str) -> None:
    """Remove the cgroups of an instance after its processes have ended. Nothing happens if none exist."""
    deadline = time.monotonic() + _SECONDS
    for _, top in _places(tag):
        while top.is_dir() and not _remove_tree(top) and time.monotonic() < deadline:
            time.sleep(0.02)


def _is_v2() -> bool:
    return (_ROOT / "cgroup.controllers").exists()


def _places(tag: str) -> Iterator[tuple[Path, Path]]:
    """Yield each hierarchy of this machine with the parent cgroup in it. cgroup v2 has one hierarchy."""
    hierarchies = [_ROOT] if _is_v2() else _ROOT.iterdir()
    for hierarchy in hierarchies:
        if (hierarchy / "cgroup.procs").exists():
            yield hierarchy, Path(f"{hierarchy}{parent(tag)}")


def _remove_tree(top: Path) -> bool:
    """Remove directories from the bottom up. False while the kernel still counts an ending process."""
    try:
        for directory, _, _ in os.walk(top, topdown=False):
            os.rmdir(directory)
    except OSError:
        return not top.exists()
    return True
