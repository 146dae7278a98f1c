"""Address lookup tables: an account that lists addresses, so that a transaction names each by one byte."""

import struct
from collections.abc import Sequence

from solders.address_lookup_table_account import AddressLookupTableAccount
from solders.instruction import Instruction
from solders.pubkey import Pubkey

from dat_operator.chain import addresses as at
from dat_operator.chain.account import data_of
from dat_operator.chain.metas import payer, read, write
from dat_operator.chain.reader import read_accounts
from dat_operator.chain.rpc import RpcClient

CAPACITY = 256
"""Addresses a table holds."""
EXTENSION = 25
"""Addresses that surely go into one transaction."""
HEADER = 56
ACTIVE = 2**64 - 1


async def read_tables(rpc: RpcClient, keys: Sequence[str]) -> dict[str, AddressLookupTableAccount]:
    """The tables that exist and are not being closed, by address."""
    wanted = [Pubkey.from_string(key) for key in dict.fromkeys(keys)]
    _, accounts = await read_accounts(rpc, wanted)
    found = {}
    for key, account in zip(wanted, accounts, strict=True):
        data = data_of(account, at.LOOKUP_TABLES, least=HEADER)
        if data and struct.unpack_from("<Q", data, 4)[0] == ACTIVE:
            body = data[HEADER:]
            listed = [Pubkey(body[i : i + 32]) for i in range(0, len(body), 32)]
            found[str(key)] = AddressLookupTableAccount(key, listed)
    return found


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
