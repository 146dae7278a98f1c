"""Command line: ``python3 -m hack.image build`` prints the path of the image's archive; see README.md."""

import argparse

from hack.common.steps import main, say
from hack.image.archive import image


def _run() -> None:
    parser = argparse.ArgumentParser(prog="python3 -m hack.image", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("build", help="build the image if needed, and print the path of its archive")
    parser.parse_args()
    built = image()
    say(f"  {built.name}")
    print(built.archive)


if __name__ == "__main__":
    main(_run)
