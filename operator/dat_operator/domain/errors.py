"""The project's errors, and the meaning of each reason for a failed cycle."""

from typing import ClassVar

from dat_operator.domain.exit_code import ExitCode
from dat_operator.domain.upgrade import Upgrade

CHAIN = "the chain"
"""The ``program`` of a ProgramError if the chain refused a whole transaction."""
OTHER_TOKEN = "OtherTokenFailed"
"""The reason of a token whose transaction failed because of another token."""


class DatError(Exception):
    """An error for a person to read: the message names the field, the value and the remedy."""

    exit_code: ClassVar[ExitCode] = ExitCode.BAD_INPUT
    """Of a command that ends with this error."""


class Refused(DatError):
    """A Job refuses to sign. ``reason`` (CamelCase) appears in the ecosystem's conditions."""

    def __init__(self, reason: str, message: str) -> None:
        super().__init__(message)
        self.reason = reason


class RpcUnavailable(DatError):
    """No endpoint answered. The result is unknown, and a new request is safe."""

    exit_code = ExitCode.UNAVAILABLE


class RpcRefused(DatError):
    """An endpoint answered with an error. A new request, here or elsewhere, would not help."""

    exit_code = ExitCode.REFUSED

    def __init__(self, method: str, code: int, message: str) -> None:
        super().__init__(f"{method} was refused ({code}): {message}")
        self.code = code


class ProgramError(DatError):
    """A program refused an instruction.

    ``reason``: the error's name in the program's IDL. ``number``: for the record, because numbers change.
    ``unnamed``: the logs were cut, so the name is unknown and the program uncertain. A simulation of the
    token alone shows the name.
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
    def by_other_token(cls) -> "ProgramError":
        """The error of a token whose transaction failed because of another token."""
        return cls(CHAIN, OTHER_TOKEN, "another token's cycle failed in the same transaction")


class PumpDrift(ProgramError):
    """pump.fun rejected the form of an instruction, not its content, so its program has changed."""

    @classmethod
    def of(cls, error: ProgramError, upgrade: Upgrade | None) -> "PumpDrift":
        """The same refusal with a remedy. ``upgrade``: the last upgrade, if one is known."""
        when = f" ({upgrade})" if upgrade else ""
        message = f"{error.reason}: its program has changed{when}; look for a newer dat-operator"
        return cls(error.program, "PumpDrift", message, number=error.number, logs=error.logs)


class TransactionExpired(DatError):
    """A transaction's blockhash expired before it landed. It can never land, so a new one is safe."""

    exit_code = ExitCode.RETRY


SKIP_REASONS = frozenset(
    {
        "AwaitingMigration",
        "BreakerOpen",
        "CycleTooSoon",
        "DATNotActive",
        "InsufficientFees",
        "InsufficientPoolLiquidity",
        "NotInitialized",
        "PriceNotObserved",
        "PriceTooHigh",
        "PoolMismatch",
        "RateLimited",
        "SetupIncomplete",
        "Suspended",
    }
)
"""Reasons why a cycle does not run although nothing has failed: the token is Skipped."""

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
        # Another trade has completed the curve meanwhile.
        "BondingCurveComplete",
        # Another form of buy needs more of a transaction; the token is tried alone.
        "MaxInstructionTraceLengthExceeded",
        "TooManyAccountLocks",
    }
)
"""Reasons of failures for which another attempt, from a new reading of the chain, can succeed."""

NOT_THE_TOKENS_FAULT = SKIP_REASONS | frozenset(
    {
        # Others' trades, between the reading and the landing.
        "SlippageExceeded",
        "BuySlippageBelowMinTokensOut",
        "BuySlippageBelowMinBaseAmountOut",
        "ExceededSlippage",
        "TooMuchSolRequired",
        "NotEnoughTokensToBuy",
        "BondingCurveComplete",
        # Others' sweeps, collections and transfers.
        "CreditMismatch",
        "CycleMismatch",
        # Others' transactions fill the blocks, or the network is down.
        "TransactionExpired",
        "BlockhashNotFound",
        "RpcUnavailable",
        # Another token of the same transaction.
        OTHER_TOKEN,
    }
)
"""Reasons of failures that any stranger can cause. They count neither on chain nor in a breaker.

Otherwise a stranger could pause a token with five trades at the right time.
"""
