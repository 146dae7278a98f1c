"""The exit codes of ``dat``. The ``podFailurePolicy`` of a Job decides by them."""

from enum import IntEnum


class ExitCode(IntEnum):
    """How a command ended. ``meaning``: a sentence for docs/cli.md."""

    meaning: str

    def __new__(cls, value: int, meaning: str) -> "ExitCode":
        """A code with its meaning."""
        code = int.__new__(cls, value)
        code._value_ = value
        code.meaning = meaning
        return code

    OK = 0, "The command succeeded."
    RETRY = 1, "A temporary failure, or an unexpected error. The same command may succeed later."
    BAD_INPUT = 2, "Bad input: an option, a file, a wallet, or the answer to a prompt. Change it."
    REFUSED = 3, "A program, an RPC node or the API server refused. Another attempt fails in the same way."
    UNAVAILABLE = 4, "No RPC endpoint, or no API server, answers. The same command may succeed later."


FINAL = (ExitCode.BAD_INPUT, ExitCode.REFUSED)
"""Codes after which a Job starts no further pod."""
