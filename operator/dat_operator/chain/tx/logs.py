"""Errors in the logs of a transaction. A node cuts logs at 10,000 bytes."""

import re
from collections.abc import Sequence

ERROR = re.compile(r"Error Code: (\w+)\. Error Number: (\d+)\. Error Message: (.*?)\.?$")
"""A line of Anchor."""
FAILED = re.compile(r"Program (\w+) failed")
"""The start of a line that only the runtime writes."""
TRUNCATED = "Log truncated"
"""Stands for the first line that did not fit; shorter lines may follow (Agave, LogCollector)."""


def anchor_error(logs: Sequence[str]) -> tuple[str, str, str, int] | None:
    """Program, name, message and number of the Anchor error in a transaction's logs; None without one.

    The name comes from the program that failed, so it stays right when the program renumbers its errors.
    """
    for i, line in enumerate(logs):
        if match := ERROR.search(line):
            failed = next((FAILED.match(rest) for rest in logs[i:] if " failed" in rest), None)
            program = failed.group(1) if failed else "a program"
            return program, match.group(1), match.group(3), int(match.group(2))
    return None


def failed_program(logs: Sequence[str]) -> str | None:
    """The first program whose failure the logs show."""
    matches = (FAILED.match(line) for line in logs)
    return next((match.group(1) for match in matches if match), None)


def complete(logs: Sequence[str]) -> list[str]:
    """The logs; none if they were cut, because the rest may be about another instruction."""
    return [] if TRUNCATED in logs else list(logs)


def last_lines(logs: Sequence[str]) -> str:
    """The last three lines."""
    return "\n".join(logs[-3:])
