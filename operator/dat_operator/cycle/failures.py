"""Counts failed runs on chain: five in a row pause a token."""

from collections.abc import Mapping

import structlog
from solders.instruction import Instruction
from solders.pubkey import Pubkey

from dat_operator.chain.session import Session
from dat_operator.chain.tx.sender import Sender
from dat_operator.domain.errors import (
    CHAIN,
    NOT_THE_TOKENS_FAULT,
    DatError,
    ProgramError,
    PumpDrift,
    TransactionExpired,
)

log = structlog.get_logger()


async def record_failures(
    session: Session,
    sender: Sender,
    run_id: bytes,
    failed: Mapping[str, ProgramError | TransactionExpired],
) -> None:
    """Record each token's failure. ``failed``: by mint. ``run_id``: the run's id, 16 bytes.

    Failures that other people, the network or a change of pump.fun cause are not counted. A failure that
    cannot be recorded is logged only.
    """
    for mint, error in failed.items():
        if isinstance(error, ProgramError) and _counts(error):
            operator, key = session.signer.pubkey(), Pubkey.from_string(mint)
            instruction = session.ecosystem.record_failure(operator, key, run_id, error.number)
            await _land(sender, instruction, mint)


def _counts(error: ProgramError) -> bool:
    return not (
        isinstance(error, PumpDrift) or error.program == CHAIN or error.reason in NOT_THE_TOKENS_FAULT
    )


async def _land(sender: Sender, instruction: Instruction, mint: str) -> None:
    try:
        await sender.land([instruction])
    except DatError as error:
        if not (isinstance(error, ProgramError) and error.reason == "FailureAlreadyRecorded"):
            log.warning("failure not recorded on chain", mint=mint, error=str(error))
