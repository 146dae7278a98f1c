"""Counts failed runs on chain: five in a row pause a token, whoever runs its cycles."""

from collections.abc import Mapping

import structlog
from solders.pubkey import Pubkey

from dat_operator.chain.session import Session
from dat_operator.chain.tx.sender import Sender
from dat_operator.domain.errors import (
    CHAIN,
    NOT_ITS_FAULT,
    DatError,
    ProgramError,
    PumpDrift,
    TransactionExpired,
)

log = structlog.get_logger()


async def record_failures(
    session: Session,
    sender: Sender,
    cycle_id: bytes,
    failed: Mapping[str, ProgramError | TransactionExpired],
) -> None:
    """Record each token's failure, by mint.

    What others, the network or pump.fun's makers did is no token's fault.
    """
    for mint, error in failed.items():
        if not isinstance(error, ProgramError) or isinstance(error, PumpDrift) or error.program == CHAIN:
            continue
        if error.reason in NOT_ITS_FAULT:
            continue
        operator, key = session.signer.pubkey(), Pubkey.from_string(mint)
        instruction = session.ecosystem.record_failure(operator, key, cycle_id, error.number)
        try:
            await sender.land([instruction])
        except ProgramError as refusal:
            if refusal.reason != "FailureAlreadyRecorded":
                log.warning("the failure could not be recorded on chain", mint=mint, error=str(refusal))
        except DatError as refusal:
            log.warning("the failure could not be recorded on chain", mint=mint, error=str(refusal))
