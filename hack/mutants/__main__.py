"""python3 -m hack.mutants search | rows | unmutated [name ...]."""

import argparse

from hack.common.steps import main
from hack.mutants.rows import run_rows, run_unmutated
from hack.mutants.search import search

COMMANDS = {
    "search": (search, "remove checks of the program: the search for attacks must find nine of ten"),
    "rows": (run_rows, "remove the fix of each row of the audit: its test must fail"),
    "unmutated": (run_unmutated, "run the tests of the rows without mutants: all must pass"),
}


def run() -> None:
    """Run the command that the arguments name."""
    parser = argparse.ArgumentParser(prog="python3 -m hack.mutants", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    for name, (command, description) in COMMANDS.items():
        subparser = commands.add_parser(name, help=description)
        subparser.add_argument("names", nargs="*", metavar="name", help="only these mutants; default: all")
        subparser.set_defaults(run=command)
    options = parser.parse_args()
    options.run(options.names)


if __name__ == "__main__":
    main(run)
