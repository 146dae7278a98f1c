"""python3 -m hack.program build | path | record | check."""

import argparse
import os

from hack.common.steps import main
from hack.program import artifacts


def _build() -> None:
    print(artifacts.build_so())


def _path() -> None:
    print(artifacts.program_so())


def _check() -> None:
    artifacts.check(strict="CI" in os.environ)


COMMANDS = {
    "build": (_build, "build the program (and, once per machine, the toolchain)"),
    "path": (_path, "print the .so to use: recorded, cached or built now"),
    "record": (artifacts.record, "build the program and its IDLs and write programs/artifacts"),
    "check": (
        _check,
        "fail unless programs/artifacts is what the sources make; with CI set, also by other tools",
    ),
}


def run() -> None:
    """Run the command that the arguments name."""
    parser = argparse.ArgumentParser(prog="python3 -m hack.program", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    for name, (_, description) in COMMANDS.items():
        commands.add_parser(name, help=description)
    COMMANDS[parser.parse_args().command][0]()


if __name__ == "__main__":
    main(run)
