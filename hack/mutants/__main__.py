"""python3 -m hack.mutants search | rows | unmutated [name ...]."""

import argparse

from hack.common.steps import main
from hack.mutants.rows import run_rows, run_unmutated
from hack.mutants.search import search

COMMANDS = {
    "search": (search, "take checks out of the program: the search of attackers' programs finds nine of ten"),
    "rows": (run_rows, "take the fix of each row of the audit out: its test fails"),
    "unmutated": (run_unmutated, "run the rows' tests as they are: all pass"),
}


def run() -> None:
    """Run the command that the arguments name."""
    parser = argparse.ArgumentParser(prog="python3 -m hack.mutants", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    for name, (command, description) in COMMANDS.items():
        subparser = commands.add_parser(name, help=description)
        subparser.add_argument("names", nargs="*", metavar="name", help="only these; all by default")
        subparser.set_defaults(run=command)
    options = parser.parse_args()
    options.run(options.names)


if __name__ == "__main__":
    main(run)
