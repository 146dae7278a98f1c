"""The project's virtual environment, built once per machine from the locked requirements."""

import sys
import venv
from pathlib import Path

from hack.common.cache import built
from hack.common.paths import REPO
from hack.common.steps import StepError, main, run


def environment() -> Path:
    """The Python interpreter of the environment."""
    if sys.version_info < (3, 11):  # noqa: UP036 (the system's interpreter may be older)
        raise StepError(f"Python 3.11 or newer is needed, this is {sys.version.split()[0]}")
    requirements = REPO / "requirements" / "dev.txt"

    def build(target: Path) -> None:
        venv.create(target, with_pip=True)
        run(
            [target / "bin/python", "-m", "pip", "install", "--require-hashes", "-r", requirements],
            log=target / "install.log",
        )

    return built("venv", [requirements, sys.version], build, note="about a minute") / "bin/python"


if __name__ == "__main__":
    main(lambda: print(environment()))
