"""Keeps address lookup tables: with them four to five tokens' cycles go into one transaction.

Without one a single token's cycle does, but not by the forms of buy with the most accounts.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

import structlog
from solders.pubkey import Pubkey

from dat_operator.chain.session import Session
from dat_operator.chain.tx import lookup_tables
from dat_operator.chain.tx.lookup_tables import CAPACITY, EXTENSION, read_tables
from dat_operator.cycle.assemble import Assembler
from dat_operator.domain.token_state import TokenState

log = structlog.get_logger()


@dataclass
class _Table:
    key: Pubkey
    holds: set[Pubkey]
    ours: bool = True
    """Whether we may add to it."""
    adds: list[Pubkey] = field(default_factory=list)

    def take(self, wanted: Sequence[Pubkey]) -> bool:
        """Plan what is wanted and not there yet, if there is room for all of it."""
        new = [key for key in wanted if key not in self.holds]
        if new and (not self.ours or len(self.holds) + len(new) > CAPACITY):
            return False
        self.adds += new
        self.holds |= set(new)
        return True


async def keep_tables(session: Session) -> None:
    """Have each token's accounts in one table, named in its stats. Signs with the admin's key."""
    chain = await session.read()
    tokens = [state for state in chain.tokens.values() if state.stats]
    if not tokens:
        return
    operator = Pubkey.from_string(session.config.operator)
    assembler = Assembler(session.ecosystem, operator, chain)
    named = [state.stats.lookup_table for state in tokens if state.stats and state.stats.lookup_table]
    found = await read_tables(session.rpc, named)
    ours = await read_tables(session.rpc, named, of=session.signer.pubkey())
    tables = {key: _Table(table.key, set(table.addresses), key in ours) for key, table in found.items()}
    for state in tokens:
        assert state.stats is not None
        wanted = assembler.lookups(chain, state)
        own = tables.get(state.stats.lookup_table or "")
        candidates = [own, *tables.values()] if own else list(tables.values())
        chosen = next((table for table in candidates if table.take(wanted)), None)
        if chosen is None:
            chosen = await _create(session)
            tables[str(chosen.key)] = chosen
            chosen.take(wanted)
        await _extend(session, chosen)
        if str(chosen.key) != state.stats.lookup_table:
            await _name(session, state, chosen.key)


async def _create(session: Session) -> _Table:
    """Make a table. It begins with the ecosystem's state, by which it is found once nobody names it."""
    admin, state = session.signer.pubkey(), session.ecosystem.state
    slot = int(await session.rpc.call("getSlot", {"commitment": "finalized"}))
    instruction, key = lookup_tables.create(admin, slot)
    signature = await session.sender.land([instruction, lookup_tables.extend(admin, key, [state])])
    log.info("lookup table created", table=str(key), signature=signature)
    return _Table(key, {state})


async def _extend(session: Session, table: _Table) -> None:
    admin = session.signer.pubkey()
    for start in range(0, len(table.adds), EXTENSION):
        part = table.adds[start : start + EXTENSION]
        await session.sender.land([lookup_tables.extend(admin, table.key, part)])
    if table.adds:
        log.info("lookup table extended", table=str(table.key), addresses=len(table.adds))
    table.adds = []


async def _name(session: Session, state: TokenState, table: Pubkey) -> None:
    admin, mint = session.signer.pubkey(), Pubkey.from_string(state.mint)
    instruction = session.ecosystem.administer("set_lookup_table", admin, {"lookup_table": table}, mint=mint)
    await session.sender.land([instruction])
