"""``python3 -m hack.pump``: print the directory of pump.fun's programs and IDLs."""

import contextlib
import sys

from hack.common.steps import main
from hack.pump.artifacts import pump_artifacts


def _print() -> None:
    with contextlib.redirect_stdout(sys.stderr):  # standard output is for the path only
        path = pump_artifacts()
    sys.stdout.write(f"{path}\n")


if __name__ == "__main__":
    main(_print)
