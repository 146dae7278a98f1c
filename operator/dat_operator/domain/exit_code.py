"""The exit codes of ``dat``. The ``podFailurePolicy`` of a Job decides by them."""

from enum import IntEnum


class ExitCode(IntEnum):
    """How a command ended. ``docs/cli.md`` has the table."""

    OK = 0
    RETRY = 1
    """A temporary failure: the same command may succeed later."""
    BAD_INPUT = 2
    """An option, a file, the configuration, a wallet, or the answer to a prompt. Nothing was sent."""
    REFUSED = 3
    """A program or an RPC node refused the request. Another attempt fails in the same way."""
    UNAVAILABLE = 4
    """No RPC endpoint, or no API server, answers. The same command may succeed later."""


FINAL = (ExitCode.BAD_INPUT, ExitCode.REFUSED)
"""Codes after which a Job starts no further pod."""
