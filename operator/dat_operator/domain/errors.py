"""Errors of this project, each with what to do about it, and how a failed cycle is to be taken."""

from typing import ClassVar

from dat_operator.domain.exit_code import ExitCode
from dat_operator.domain.upgrade import Upgrade

CHAIN = "the chain"
"""Who refused, if no program did: a transaction as a whole."""


OTHER_TOKEN = "OtherTokenFailed"


class DatError(Exception):
    """Something that a person must know: the message names field, value and remedy."""

    exit_code: ClassVar[ExitCode] = ExitCode.BAD_INPUT
    """Of a command that ends with this error."""


class Refused(DatError):
    """A Job will not sign. ``reason`` (CamelCase) ends in the ecosystem's conditions."""

    def __init__(self, reason: str, message: str) -> None:
        super().__init__(message)
        self.reason = reason


class RpcUnavailable(DatError):
    """No endpoint gave an answer. Nothing is known about what was asked; asking again is safe."""

    exit_code = ExitCode.UNAVAILABLE


class RpcRefused(DatError):
    """An endpoint answered with an error: asking again, or elsewhere, would not help."""

    exit_code = ExitCode.REFUSED

    def __init__(self, method: str, code: int, message: str) -> None:
        super().__init__(f"{method} was refused ({code}): {message}")
        self.code = code


class ProgramError(DatError):
    """A program refused an instruction.

    ``reason`` is the error's name in that program's IDL: numbers move, so ``number`` is only for the record.
    ``unnamed``: nobody knows yet what the number means, nor for sure whose it is; alone it would be said.
    """

    exit_code = ExitCode.REFUSED

    def __init__(
        self,
        program: str,
        reason: str,
        message: str,
        *,
        number: int = 0,
        logs: tuple[str, ...] = (),
        unnamed: bool = False,
    ) -> None:
        super().__init__(f"{program} refused: {reason}" + (f": {message}" if message else ""))
        self.program = program
        self.reason = reason
        self.number = number
        self.logs = logs
        self.unnamed = unnamed

    @classmethod
    def of_another(cls) -> "ProgramError":
        """What became of a token whose transaction failed by another token."""
        return cls(CHAIN, OTHER_TOKEN, "another token's cycle failed in the same transaction")


class PumpDrift(ProgramError):
    """pump.fun refused the form of an instruction, not its content: its program is not the one we know."""

    @classmethod
    def of(cls, error: ProgramError, upgrade: Upgrade | None) -> "PumpDrift":
        """The same refusal, with what to do about it."""
        when = f" ({upgrade})" if upgrade else ""
        said = f"{error.reason}: its program has changed{when}; look for a newer dat-operator"
        return cls(error.program, "PumpDrift", said, number=error.number, logs=error.logs)


class TransactionExpired(DatError):
    """A transaction's blockhash expired before it landed: it never will, sending anew is safe."""

    exit_code = ExitCode.RETRY


NOT_FAILURES = frozenset(
    {
        "AwaitingMigration",
        "BreakerOpen",
        "CycleTooSoon",
        "DATNotActive",
        "InsufficientFees",
        "NotInitialized",
        "PriceNotObserved",
        "PriceTooHigh",
        "PoolMismatch",
        "RateLimited",
        "SetupIncomplete",
        "Suspended",
    }
)
"""Reasons for which a cycle does not run although nothing is wrong."""

RETRYABLE = frozenset(
    {
        "RpcUnavailable",
        "TransactionExpired",
        "TransactionRefused",
        OTHER_TOKEN,
        "CreditMismatch",
        "CycleMismatch",
        "BlockhashNotFound",
        "PriceNotObserved",
        "SlippageExceeded",
        "BuySlippageBelowMinTokensOut",
        "BuySlippageBelowMinBaseAmountOut",
        "ExceededSlippage",
        # Somebody has completed its curve meanwhile.
        "BondingCurveComplete",
        # What was too much for one transaction, since another form of buy takes more, is tried alone.
        "MaxInstructionTraceLengthExceeded",
        "TooManyAccountLocks",
    }
)
"""Reasons of a failed token for which trying again, from a fresh reading of the chain, may help."""

NOT_ITS_FAULT = NOT_FAILURES | frozenset(
    {
        # Others' trades, between the reading and the landing.
        "SlippageExceeded",
        "BuySlippageBelowMinTokensOut",
        "BuySlippageBelowMinBaseAmountOut",
        "ExceededSlippage",
        "TooMuchSolRequired",
        "NotEnoughTokensToBuy",
        "BondingCurveComplete",
        "InsufficientPoolLiquidity",
        # Others' sweeps, collections and transfers.
        "CreditMismatch",
        "CycleMismatch",
        # Others' transactions fill the blocks, or the network is away.
        "TransactionExpired",
        "BlockhashNotFound",
        "RpcUnavailable",
        # Another token of the same transaction.
        OTHER_TOKEN,
    }
)
"""Reasons of failures that anybody can bring about: none counts against a token, on chain or in its breaker.

Else a stranger pauses a token with five trades at the right time.
"""
