"""python3 -m hack.program build | path | record | check."""

import argparse

from hack.common.steps import main
from hack.program import artifacts


def _build() -> None:
    print(artifacts.build_so())


def _path() -> None:
    print(artifacts.program_so())


COMMANDS = {
    "build": (_build, "build the program (and, once per machine, the toolchain)"),
    "path": (_path, "print the .so to use: recorded, cached or built now"),
    "record": (artifacts.record, "build the program and its IDLs and write programs/artifacts"),
    "check": (artifacts.check, "fail unless programs/artifacts is what the sources make"),
}


def run() -> None:
    """Run the command of the arguments."""
    parser = argparse.ArgumentParser(prog="python3 -m hack.program", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    for name, (command, description) in COMMANDS.items():
        subparser = commands.add_parser(name, help=description)
        subparser.set_defaults(run=command)
        if name == "check":
            text = "fail also where the tools are other versions, so that the bytes cannot be compared"
            subparser.add_argument("--strict", action="store_true", help=text)
    options = vars(parser.parse_args())
    del options["command"]
    options.pop("run")(**options)


if __name__ == "__main__":
    main(run)
