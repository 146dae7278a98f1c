"""Build the image with Docker, if its daemon answers. Kept short: no test runs this file."""

import shutil
import subprocess
from functools import cache
from pathlib import Path

from hack.common.paths import REPO
from hack.common.steps import run


@cache
def is_available() -> bool:
    """Whether Docker is installed and its daemon answers."""
    if shutil.which("docker") is None:
        return False
    command = ["docker", "version", "--format", "{{.Server.Version}}"]
    try:
        return subprocess.run(command, capture_output=True, timeout=10, check=False).returncode == 0
    except subprocess.TimeoutExpired:
        return False


def build(name: str, archive: Path, log: Path) -> None:
    """Build the Dockerfile from its public base and the package index; write the archive."""
    run(["docker", "build", "--tag", name, REPO], log=log, env={"DOCKER_BUILDKIT": "1"})
    run(["docker", "save", "--output", archive, name], log=log)
