"""The locked packages as files for the image's Python. This machine's pip downloads them."""

import os
from pathlib import Path

from hack.common.cache import Build
from hack.common.steps import run
from hack.image.inputs import BUILD_REQUIREMENTS, RUNTIME_REQUIREMENTS
from hack.venv import environment

PYTHON = "3.11"
GLIBC_MINORS = range(36, 16, -1)
"""Debian 12 has glibc 2.36. Packages for 2.17 and later are accepted."""


def wheels_build() -> Build:
    """The download of every package of both lock files."""
    machine = os.uname().machine
    platforms = [f"--platform=manylinux_2_{minor}_{machine}" for minor in GLIBC_MINORS]
    platforms.append(f"--platform=manylinux2014_{machine}")
    wanted = [f"--python-version={PYTHON}", "--implementation=cp", *platforms]

    def fetch(target: Path) -> None:
        pip: list[str | Path] = [environment(), "-m", "pip", "download", "--no-deps", "--require-hashes"]
        for lock in (BUILD_REQUIREMENTS, RUNTIME_REQUIREMENTS):
            run(
                [*pip, *wanted, f"--requirement={lock}", f"--dest={target}"],
                log=target / "build.log",
            )

    inputs: list[Path | str] = [BUILD_REQUIREMENTS, RUNTIME_REQUIREMENTS, " ".join(wanted)]
    return Build("image-wheels", "packages of the image", inputs, fetch, seconds=20)
