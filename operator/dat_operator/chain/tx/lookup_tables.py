"""Address lookup tables: an account that lists addresses, so that a transaction names each by one byte."""

import struct
from collections.abc import Sequence
from dataclasses import dataclass

import based58
from solders.address_lookup_table_account import AddressLookupTableAccount
from solders.instruction import Instruction
from solders.pubkey import Pubkey

from dat_operator.chain import addresses as at
from dat_operator.chain.accounts import data_of, find_accounts, read_accounts
from dat_operator.chain.rpc.client import RpcClient
from dat_operator.chain.tx.account_metas import payer, read, write

CAPACITY = 256
"""Addresses a table holds."""
EXTENSION = 25
"""Addresses that surely go into one transaction."""
HEADER = 56
"""Bytes before the first address."""
AUTHORITY_OFFSET = 22
ACTIVE = 2**64 - 1
COOLDOWN_SLOTS = 1_000
"""From a table's deactivation until it can be closed, with a margin: 512 blocks, and not every slot has one.

Transactions can use it meanwhile.
"""


@dataclass(frozen=True, slots=True)
class Header:
    """What a table says of itself."""

    deactivated_at: int | None
    """Slot; None while it is active."""
    extended_at: int
    """Slot of the last extension."""
    authority: Pubkey | None
    """Who may extend and close it; None if nobody may."""

    @classmethod
    def of(cls, data: bytes) -> "Header":
        """Read a table's first ``HEADER`` bytes."""
        deactivated_at, extended_at = struct.unpack_from("<QQ", data, 4)
        held = data[AUTHORITY_OFFSET - 1] == 1
        authority = Pubkey(data[AUTHORITY_OFFSET : AUTHORITY_OFFSET + 32]) if held else None
        return cls(None if deactivated_at == ACTIVE else deactivated_at, extended_at, authority)


async def read_tables(
    rpc: RpcClient, keys: Sequence[str], *, of: Pubkey | None = None
) -> dict[str, AddressLookupTableAccount]:
    """The tables that exist and are not being closed, by address; ``of``: only this authority's."""
    wanted = [Pubkey.from_string(key) for key in dict.fromkeys(keys)]
    _, accounts = await read_accounts(rpc, wanted)
    found = {}
    for key, account in zip(wanted, accounts, strict=True):
        data = data_of(account, at.LOOKUP_TABLES, least=HEADER)
        header = Header.of(data) if data else None
        if data and header and header.deactivated_at is None and of in (None, header.authority):
            body = data[HEADER:]
            listed = [Pubkey(body[i : i + 32]) for i in range(0, len(body), 32)]
            found[str(key)] = AddressLookupTableAccount(key, listed)
    return found


async def tables_that_begin(rpc: RpcClient, authority: Pubkey, first: Pubkey) -> dict[Pubkey, Header]:
    """The tables of an authority whose first address is this one, being closed or not.

    Anybody can create a table in another's name, but only the authority can put an address into it.
    Raises RpcRefused or RpcUnavailable: not every endpoint answers getProgramAccounts.
    """
    held = ((AUTHORITY_OFFSET, authority), (HEADER, first))
    filters = [
        {"memcmp": {"offset": at_, "bytes": based58.b58encode(bytes(key)).decode()}} for at_, key in held
    ]
    found = await find_accounts(rpc, at.LOOKUP_TABLES, filters, head=HEADER)
    return {key: Header.of(data) for key, data in found.items() if len(data) == HEADER}


def create(authority: Pubkey, slot: int) -> tuple[Instruction, Pubkey]:
    """Creates a table that ``authority`` pays for and extends, and its address; ``slot`` is a recent one."""
    table, bump = Pubkey.find_program_address([bytes(authority), struct.pack("<Q", slot)], at.LOOKUP_TABLES)
    accounts = [write(table), payer(authority), payer(authority), read(at.SYSTEM)]
    return Instruction(at.LOOKUP_TABLES, struct.pack("<IQB", 0, slot, bump), accounts), table


def extend(authority: Pubkey, table: Pubkey, addresses: Sequence[Pubkey]) -> Instruction:
    """Adds addresses to a table; ``authority`` signs and pays the rent."""
    data = struct.pack("<IQ", 2, len(addresses)) + b"".join(map(bytes, addresses))
    accounts = [write(table), payer(authority), payer(authority), read(at.SYSTEM)]
    return Instruction(at.LOOKUP_TABLES, data, accounts)


def deactivate(authority: Pubkey, table: Pubkey) -> Instruction:
    """Begins to close a table: after ``COOLDOWN_SLOTS`` no transaction can use it."""
    return Instruction(at.LOOKUP_TABLES, struct.pack("<I", 3), [write(table), payer(authority)])


def close(authority: Pubkey, table: Pubkey) -> Instruction:
    """Closes a table that was deactivated long enough ago; ``authority`` gets the rent."""
    accounts = [write(table), payer(authority), payer(authority)]
    return Instruction(at.LOOKUP_TABLES, struct.pack("<I", 4), accounts)
