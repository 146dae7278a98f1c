"""Reclaims the rent of address lookup tables that no token names any more.

That takes two set-ups: the first deactivates a table, a later one closes it. Transactions that use the table
can still land in between, because the chain keeps a deactivated table for longer than a blockhash is valid.
"""

from collections.abc import Mapping

import structlog
from solders.instruction import Instruction
from solders.pubkey import Pubkey

from dat_operator.chain.dat.admitted_tokens import read_all_stats
from dat_operator.chain.session import Session
from dat_operator.chain.tx import lookup_tables
from dat_operator.chain.tx.lookup_tables import COOLDOWN_SLOTS, Header, tables_that_begin
from dat_operator.domain.errors import DatError

IDLE_SLOTS = 9_000
"""About an hour. A table that was extended later may belong to a set-up that will name it."""
MAX_INSTRUCTIONS = 10
"""Instructions in one transaction."""

log = structlog.get_logger()


async def reclaim_unused_tables(session: Session) -> None:
    """Deactivate this ecosystem's unused tables, and close those that a former set-up deactivated.

    Raises nothing: an error is logged, and a later set-up tries again.
    """
    admin, state = session.signer.pubkey(), session.ecosystem.state
    try:
        tables = await tables_that_begin(session.rpc, admin, state)
        stats = await read_all_stats(session.rpc, session.program, state) if tables else []
        slot = int(await session.rpc.call("getSlot", {"commitment": "confirmed"}))
        named = {one.lookup_table for one in stats}
        instructions = _instructions(tables, named, slot, admin)
        for start in range(0, len(instructions), MAX_INSTRUCTIONS):
            signature = await session.sender.land(instructions[start : start + MAX_INSTRUCTIONS])
            log.info("unused lookup tables reclaimed", signature=signature)
    except DatError as error:
        log.warning("unused lookup tables not reclaimed", error=str(error))


def _instructions(
    tables: Mapping[Pubkey, Header], named: set[str | None], slot: int, admin: Pubkey
) -> list[Instruction]:
    instructions = []
    for key, table in tables.items():
        if str(key) in named:
            continue
        if table.deactivated_at is None and table.extended_at + IDLE_SLOTS < slot:
            instructions.append(lookup_tables.deactivate(admin, key))
        elif table.deactivated_at is not None and table.deactivated_at + COOLDOWN_SLOTS < slot:
            instructions.append(lookup_tables.close(admin, key))
    return instructions
