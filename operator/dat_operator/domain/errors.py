"""Errors of this project, each with what to do about it, and how a failed cycle is to be taken."""


class DatError(Exception):
    """Something that a person must know: the message names field, value and remedy."""


class RpcUnavailable(DatError):
    """No endpoint gave an answer. Nothing is known about what was asked; asking again is safe."""


class RpcRefused(DatError):
    """An endpoint answered with an error: asking again, or elsewhere, would not help."""

    def __init__(self, method: str, code: int, message: str) -> None:
        super().__init__(f"{method} was refused ({code}): {message}")
        self.code = code


class ProgramError(DatError):
    """A program refused an instruction.

    ``reason`` is the error's name in that program's IDL, never its number: numbers move.
    """

    def __init__(self, program: str, reason: str, message: str, logs: tuple[str, ...] = ()) -> None:
        super().__init__(f"{program} refused: {reason}" + (f": {message}" if message else ""))
        self.program = program
        self.reason = reason
        self.logs = logs


class TransactionExpired(DatError):
    """A transaction's blockhash expired before it landed: it never will, sending anew is safe."""


NOT_FAILURES = frozenset({"InsufficientFees", "CycleTooSoon", "NotInitialized"})
"""Reasons for which a cycle does not run although nothing is wrong."""

RETRYABLE = frozenset(
    {
        "RpcUnavailable",
        "TransactionExpired",
        "CycleMismatch",
        "BlockhashNotFound",
        "SlippageExceeded",
        "BuySlippageBelowMinTokensOut",
    }
)
"""Reasons of a failed token for which the same Job may try again."""
