"""The project's virtual environments, built once per machine from the locked requirements."""

import sys
import venv
from pathlib import Path

from hack.common.cache import Build
from hack.common.paths import REPO
from hack.common.steps import StepError, main, run


def venv_build(lock: str = "dev") -> Build:
    """The build of the environment of a lock file. Raises StepError if this Python is too old.

    ``dev`` has everything; ``runtime`` has the packages of the image.
    """
    if sys.version_info < (3, 11):  # noqa: UP036 (the system's interpreter may be older)
        raise StepError(f"Python 3.11 or newer is needed, this is {sys.version.split()[0]}")
    requirements = REPO / "requirements" / f"{lock}.txt"

    def make(target: Path) -> None:
        venv.create(target, with_pip=True)
        # Bytecode is written when a module is first imported: few modules of kubernetes are.
        pip: list[str | Path] = [target / "bin/python", "-m", "pip", "install", "--no-compile"]
        run([*pip, "--require-hashes", "-r", requirements], log=target / "build.log")

    return Build("venv", "Python environment", [requirements, sys.version], make, seconds=40)


def environment() -> Path:
    """The Python interpreter of the environment."""
    return venv_build().directory() / "bin/python"


if __name__ == "__main__":
    main(lambda: print(environment()))
