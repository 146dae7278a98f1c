"""Transactions that bring fees to the authorities before a run's cycles."""

from collections.abc import Sequence

import structlog
from solders.instruction import Instruction
from solders.pubkey import Pubkey

from dat_operator.chain.session import Session
from dat_operator.chain.spl.wrapped_sol import with_wrapped
from dat_operator.chain.tx import message as tx
from dat_operator.chain.tx.sender import Ready, Sender
from dat_operator.chain.tx.simulator import Simulator
from dat_operator.cycle.assemble import TokenCycle
from dat_operator.cycle.batches import LookupTables, tables_of

log = structlog.get_logger()


async def unwrap_shared_fees(session: Session) -> None:
    """Unwrap the shared authority's wrapped SOL, in all accounts where strangers have collected it.

    Raises RpcUnavailable.
    """
    chain = await with_wrapped(session.rpc, await session.read())
    accounts = chain.shared.wrapped if chain.shared else ()
    if accounts:
        unwraps = (session.ecosystem.unwrap(Pubkey.from_string(address)) for address, _ in accounts)
        ready = await _simulated(session, tuple(unwraps), [], warning="wrapped SOL not unwrapped")
        await session.sender.land_all(ready)


async def prepay_fees(
    session: Session, sender: Sender, batches: Sequence[Sequence[TokenCycle]], tables: LookupTables
) -> None:
    """Land the prepayment transactions. If one fails, the cycles that need its fees will be refused."""
    ready: list[Ready] = []
    for cycles in batches:
        instructions = tuple(i for cycle in cycles for i in cycle.fee_instructions)
        used = tables_of(cycles, tables)
        ready += await _simulated(session, instructions, used, warning="fees not prepaid")
    await sender.land_all(ready)


async def _simulated(
    session: Session, instructions: tuple[Instruction, ...], tables: tx.Tables, *, warning: str
) -> list[Ready]:
    """The transaction if its simulation accepts it; otherwise nothing, and a warning in the log."""
    simulation = await Simulator(session.rpc, session.signer.pubkey()).run(instructions, tables)
    if simulation.refusal:
        log.warning(warning, error=str(simulation.refusal))
        return []
    return [Ready(instructions, tables, simulation.units)]
