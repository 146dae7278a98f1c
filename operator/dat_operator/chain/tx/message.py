"""Messages and transactions of version 0, with lookup tables."""

import base64
from collections.abc import Sequence
from typing import Any

from solders.address_lookup_table_account import AddressLookupTableAccount
from solders.compute_budget import set_compute_unit_limit, set_compute_unit_price
from solders.hash import Hash
from solders.instruction import Instruction
from solders.keypair import Keypair
from solders.message import MessageV0
from solders.pubkey import Pubkey
from solders.signature import Signature
from solders.transaction import VersionedTransaction

MAX_UNITS = 1_400_000
"""The most compute units of a transaction."""
MICRO_LAMPORTS = 1_000_000
"""In a lamport: a compute unit is priced in micro-lamports."""

Tables = Sequence[AddressLookupTableAccount]


def compile_message(
    payer: Pubkey,
    instructions: Sequence[Instruction],
    tables: Tables,
    blockhash: Hash,
    *,
    units: int = MAX_UNITS,
    price: int = 0,
) -> MessageV0:
    """A message that sets a compute limit of ``units`` and a ``price`` in micro-lamports a compute unit."""
    budget = [set_compute_unit_limit(units), set_compute_unit_price(price)]
    return MessageV0.try_compile(payer, [*budget, *instructions], list(tables), blockhash)


def unsigned(message: MessageV0) -> VersionedTransaction:
    """A transaction for a simulation, which checks no signature."""
    count = message.header.num_required_signatures
    return VersionedTransaction.populate(message, [Signature.default()] * count)


def signed(message: MessageV0, signers: Sequence[Keypair]) -> VersionedTransaction:
    """A transaction to send."""
    return VersionedTransaction(message, list(signers))


def encoded(transaction: VersionedTransaction) -> str:
    """The transaction in base64, for RPC."""
    return base64.b64encode(bytes(transaction)).decode()


def account_keys(transaction: Any) -> list[str]:
    """The accounts in an answer to getTransaction (encoding ``json``), in the order of its indexes."""
    static = transaction.get("transaction", {}).get("message", {}).get("accountKeys", [])
    loaded = transaction["meta"].get("loadedAddresses") or {}
    return [*static, *loaded.get("writable", []), *loaded.get("readonly", [])]


def locks(message: MessageV0) -> int:
    """Number of accounts that a transaction of this message locks."""
    looked_up = sum(len(t.writable_indexes) + len(t.readonly_indexes) for t in message.address_table_lookups)
    return len(message.account_keys) + looked_up


def size(message: MessageV0) -> int:
    """Bytes of a transaction of this message, signatures included."""
    return len(bytes(unsigned(message)))
