"""Takes the rent of lookup tables back that no token names any more.

Two set-ups do it: one deactivates a table, a later one closes it. Transactions that use the table can land
meanwhile: the chain keeps it for longer than a blockhash lives.
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
"""About an hour. A table that was extended since may belong to a set-up that has yet to name it."""
AT_ONCE = 10
"""Instructions in a transaction."""

log = structlog.get_logger()


async def take_back_tables(session: Session) -> None:
    """Deactivate tables of this ecosystem that are not named, and close those that were deactivated.

    Nothing depends on it: what fails is logged, and a later set-up tries again.
    """
    admin, state = session.signer.pubkey(), session.ecosystem.state
    try:
        tables = await tables_that_begin(session.rpc, admin, state)
        stats = await read_all_stats(session.rpc, session.program, state) if tables else []
        slot = int(await session.rpc.call("getSlot", {"commitment": "confirmed"}))
        todo = _instructions(tables, {one.lookup_table for one in stats}, slot, admin)
        for start in range(0, len(todo), AT_ONCE):
            signature = await session.sender.land(todo[start : start + AT_ONCE])
            log.info("unused lookup tables taken back", signature=signature)
    except DatError as error:
        log.warning("unused lookup tables were not taken back", error=str(error))


def _instructions(
    tables: Mapping[Pubkey, Header], named: set[str | None], slot: int, admin: Pubkey
) -> list[Instruction]:
    todo = []
    for key, table in tables.items():
        if str(key) in named:
            continue
        if table.deactivated_at is None and table.extended_at + IDLE_SLOTS < slot:
            todo.append(lookup_tables.deactivate(admin, key))
        elif table.deactivated_at is not None and table.deactivated_at + COOLDOWN_SLOTS < slot:
            todo.append(lookup_tables.close(admin, key))
    return todo
