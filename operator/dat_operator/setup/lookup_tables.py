"""Creates and extends address lookup tables. With them, four to five cycles fit into one transaction.

Without a table one cycle fits, but not with the forms of buy that need the most accounts.
"""

from collections.abc import Mapping, Sequence
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
    addresses: set[Pubkey]
    extendable: bool = True
    """Whether the admin's key may extend it."""
    pending: list[Pubkey] = field(default_factory=list)
    """Addresses to add."""

    def add(self, wanted: Sequence[Pubkey]) -> bool:
        """Plan to add the missing addresses. False, and no change, if they do not all fit."""
        new = [key for key in wanted if key not in self.addresses]
        if new and (not self.extendable or len(self.addresses) + len(new) > CAPACITY):
            return False
        self.pending += new
        self.addresses |= set(new)
        return True


async def ensure_lookup_tables(session: Session) -> None:
    """Ensure that each token's stats name a table with all of the token's accounts.

    Signs with the admin's key. Raises ProgramError or another DatError if a transaction fails.
    """
    chain = await session.read()
    tokens = [state for state in chain.tokens.values() if state.stats]
    if not tokens:
        return
    operator = Pubkey.from_string(session.config.operator)
    assembler = Assembler(session.ecosystem, operator, chain)
    tables = await _read_tables(session, tokens)
    for state in tokens:
        wanted = assembler.lookup_table_accounts(chain, state)
        chosen = _with_room(tables, state, wanted) or await _create(session, tables, wanted)
        await _extend(session, chosen)
        if str(chosen.key) != _named_table(state):
            await _name(session, state, chosen.key)


async def _read_tables(session: Session, tokens: Sequence[TokenState]) -> dict[str, _Table]:
    """The tables that the tokens' stats name, by their addresses."""
    named = [table for state in tokens if (table := _named_table(state))]
    found = await read_tables(session.rpc, named)
    extendable = await read_tables(session.rpc, named, of=session.signer.pubkey())
    return {key: _Table(table.key, set(table.addresses), key in extendable) for key, table in found.items()}


def _with_room(tables: Mapping[str, _Table], state: TokenState, wanted: Sequence[Pubkey]) -> _Table | None:
    """A table that takes the addresses: the token's own if possible; None if no table has room."""
    own = tables.get(_named_table(state) or "")
    candidates = [own, *tables.values()] if own else list(tables.values())
    return next((table for table in candidates if table.add(wanted)), None)


def _named_table(state: TokenState) -> str | None:
    return state.stats.lookup_table if state.stats else None


async def _create(session: Session, tables: dict[str, _Table], wanted: Sequence[Pubkey]) -> _Table:
    """Create a table. Its first address, the ecosystem's state, identifies it when no token names it."""
    admin, state = session.signer.pubkey(), session.ecosystem.state
    slot = int(await session.rpc.call("getSlot", {"commitment": "finalized"}))
    instruction, key = lookup_tables.create(admin, slot)
    signature = await session.sender.land([instruction, lookup_tables.extend(admin, key, [state])])
    log.info("lookup table created", table=str(key), signature=signature)
    table = tables[str(key)] = _Table(key, {state})
    table.add(wanted)
    return table


async def _extend(session: Session, table: _Table) -> None:
    admin = session.signer.pubkey()
    for start in range(0, len(table.pending), EXTENSION):
        part = table.pending[start : start + EXTENSION]
        await session.sender.land([lookup_tables.extend(admin, table.key, part)])
    if table.pending:
        log.info("lookup table extended", table=str(table.key), addresses=len(table.pending))
    table.pending = []


async def _name(session: Session, state: TokenState, table: Pubkey) -> None:
    admin, mint = session.signer.pubkey(), Pubkey.from_string(state.mint)
    instruction = session.ecosystem.administer("set_lookup_table", admin, {"lookup_table": table}, mint=mint)
    await session.sender.land([instruction])
