"""Address lookup tables: an account that lists addresses, so that a transaction names each by one byte."""

from collections.abc import Sequence
from dataclasses import dataclass

import based58
from solders.address_lookup_table_account import (
    LOOKUP_TABLE_MAX_ADDRESSES,
    LOOKUP_TABLE_META_SIZE,
    AddressLookupTable,
    AddressLookupTableAccount,
)
from solders.instruction import Instruction
from solders.pubkey import Pubkey
from solders.system_program import (
    close_lookup_table,
    create_lookup_table,
    deactivate_lookup_table,
    extend_lookup_table,
)

from dat_operator.chain import addresses as at
from dat_operator.chain.accounts import data_of, find_accounts, read_accounts
from dat_operator.chain.rpc.client import RpcClient

CAPACITY = LOOKUP_TABLE_MAX_ADDRESSES
"""Addresses that a table holds."""
EXTENSION = 25
"""Addresses that certainly fit into one transaction."""
HEADER = LOOKUP_TABLE_META_SIZE
"""Bytes before the first address."""
AUTHORITY_OFFSET = 22
"""Byte at which the key of the authority begins, for the filters of getProgramAccounts."""
NOT_DEACTIVATED = 2**64 - 1
"""Slot of deactivation of a table that is in use."""
COOLDOWN_SLOTS = 1_000
"""From the deactivation of a table until it can be closed: 512 blocks, and some slots have no block.

Transactions can use the table in the meantime.
"""


@dataclass(frozen=True, slots=True)
class Header:
    """The state of a table."""

    deactivated_at: int | None
    """Slot; None while the table is active."""
    extended_at: int
    """Slot of the last extension."""
    authority: Pubkey | None
    """The key that may extend and close the table; None if no key may."""

    @classmethod
    def of(cls, table: AddressLookupTable) -> "Header":
        """The header of a table."""
        meta = table.meta
        deactivated_at = None if meta.deactivation_slot == NOT_DEACTIVATED else meta.deactivation_slot
        return cls(deactivated_at, meta.last_extended_slot, meta.authority)


async def read_tables(
    rpc: RpcClient, keys: Sequence[str], *, of: Pubkey | None = None
) -> dict[str, AddressLookupTableAccount]:
    """The tables that exist and are active, by address; ``of``: only the tables of this authority."""
    wanted = [Pubkey.from_string(key) for key in dict.fromkeys(keys)]
    _, accounts = await read_accounts(rpc, wanted)
    found = {}
    for key, account in zip(wanted, accounts, strict=True):
        table = _decode(data_of(account, at.LOOKUP_TABLES))
        header = Header.of(table) if table else None
        if table and header and header.deactivated_at is None and of in (None, header.authority):
            found[str(key)] = AddressLookupTableAccount(key, table.addresses)
    return found


async def tables_that_begin(rpc: RpcClient, authority: Pubkey, first: Pubkey) -> dict[Pubkey, Header]:
    """The tables of an authority whose first address is ``first``, active or not.

    Anybody can create a table in another key's name, but only the authority can put an address into it.
    Raises RpcRefused or RpcUnavailable: not every endpoint answers getProgramAccounts.
    """
    held = ((AUTHORITY_OFFSET, authority), (HEADER, first))
    filters = [
        {"memcmp": {"offset": offset, "bytes": based58.b58encode(bytes(key)).decode()}}
        for offset, key in held
    ]
    found = await find_accounts(rpc, at.LOOKUP_TABLES, filters, head=HEADER)
    tables = {key: _decode(data) for key, data in found.items()}
    return {key: Header.of(table) for key, table in tables.items() if table}


def _decode(data: bytes | None) -> AddressLookupTable | None:
    """The table in an account; None if there is none."""
    try:
        return AddressLookupTable.deserialize(data) if data else None
    except ValueError:
        return None


def create(authority: Pubkey, slot: int) -> tuple[Instruction, Pubkey]:
    """Creates a table that ``authority`` pays for and extends, and its address; ``slot`` is a recent one."""
    return create_lookup_table(
        {"authority_address": authority, "payer_address": authority, "recent_slot": slot}
    )


def extend(authority: Pubkey, table: Pubkey, addresses: Sequence[Pubkey]) -> Instruction:
    """Adds addresses to a table; ``authority`` signs and pays the rent."""
    return extend_lookup_table(
        {
            "lookup_table_address": table,
            "authority_address": authority,
            "payer_address": authority,
            "new_addresses": list(addresses),
        }
    )


def deactivate(authority: Pubkey, table: Pubkey) -> Instruction:
    """Begins to close a table: after ``COOLDOWN_SLOTS`` no transaction can use it."""
    return deactivate_lookup_table({"lookup_table_address": table, "authority_address": authority})


def close(authority: Pubkey, table: Pubkey) -> Instruction:
    """Closes a table ``COOLDOWN_SLOTS`` after its deactivation; ``authority`` gets the rent."""
    return close_lookup_table(
        {"lookup_table_address": table, "authority_address": authority, "recipient_address": authority}
    )
