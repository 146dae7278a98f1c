"""Copies of the repository where mutants are applied."""

import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from hack.common.cache import lock
from hack.common.paths import REPO, instance_dir, instance_id


@contextmanager
def scratch(name: str) -> Iterator[Path]:
    """Yield a copy of the tracked files, and remove it afterwards. Only one copy of a name exists at a time.

    The path is always the same, so that tests find their caches of earlier runs.
    """
    with lock(f"mutants-{instance_id()}-{name}"):
        root = instance_dir() / "mutants" / name
        shutil.rmtree(root, ignore_errors=True)
        try:
            for file in _tracked():
                (root / file).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(REPO / file, root / file)
            yield root
        finally:
            shutil.rmtree(root, ignore_errors=True)


def _tracked() -> list[str]:
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    done = subprocess.run(command, cwd=REPO, capture_output=True, text=True, check=True)
    return [file for file in done.stdout.split("\0") if file and (REPO / file).is_file()]
