"""python3 -m hack.program build | path | record | check."""

import argparse
import sys
from contextlib import redirect_stdout

from hack.common.steps import main, say
from hack.program import artifacts


def _build() -> None:
    say(str(artifacts.build_so()))


def _path() -> None:
    with redirect_stdout(sys.stderr):  # steps of a build, so that the path alone is the answer
        path = artifacts.program_so()
    say(str(path))


COMMANDS = {
    "build": (_build, "build the program (and, once per machine, the toolchain)"),
    "path": (_path, "print the .so to use: recorded, cached or built now"),
    "record": (artifacts.record, "build the program and its IDLs and write programs/artifacts"),
    "check": (artifacts.check, "fail unless programs/artifacts is what the sources make"),
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
