"""The locked packages as files, fetched by this machine's pip with its settings, for the image's Python."""

import os
from pathlib import Path

from hack.common.cache import built
from hack.common.steps import run
from hack.image.inputs import BUILD_REQUIREMENTS, RUNTIME_REQUIREMENTS
from hack.venv import environment

PYTHON = "3.11"
GLIBC_MINORS = range(36, 16, -1)
"""Debian 12 has glibc 2.36; packages built for 2.17 and later are taken."""


def directory() -> Path:
    """The directory with every package of both lock files."""
    machine = os.uname().machine
    platforms = [f"--platform=manylinux_2_{minor}_{machine}" for minor in GLIBC_MINORS]
    platforms.append(f"--platform=manylinux2014_{machine}")
    target = [f"--python-version={PYTHON}", "--implementation=cp", *platforms]

    def fetch(directory: Path) -> None:
        pip: list[str | Path] = [environment(), "-m", "pip", "download", "--no-deps", "--require-hashes"]
        for lock in (BUILD_REQUIREMENTS, RUNTIME_REQUIREMENTS):
            run(
                [*pip, *target, f"--requirement={lock}", f"--dest={directory}"],
                log=directory / "download.log",
            )

    inputs: list[Path | str] = [BUILD_REQUIREMENTS, RUNTIME_REQUIREMENTS, " ".join(target)]
    return built("image-wheels", inputs, fetch, note="half a minute")
