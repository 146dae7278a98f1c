"""Transactions: what they lock, how long they are, what they carry."""

import base64

from hypothesis import given
from hypothesis import strategies as st
from solders.address_lookup_table_account import AddressLookupTableAccount
from solders.hash import Hash
from solders.instruction import AccountMeta, Instruction
from solders.keypair import Keypair
from solders.message import MessageV0
from solders.signature import Signature
from solders.transaction import VersionedTransaction

from dat_operator.chain import addresses as at
from dat_operator.chain.tx import message as tx
from tests.support.chain_state import key

SIGNER, OTHER = Keypair.from_seed(b"s" * 32), Keypair.from_seed(b"o" * 32)
BLOCKHASH = Hash(bytes(range(32)))


def work(accounts: int, *, signed_by: Keypair | None = None) -> Instruction:
    metas = [
        AccountMeta(key(f"account {n}"), is_signer=False, is_writable=bool(n % 2)) for n in range(accounts)
    ]
    if signed_by:
        metas.append(AccountMeta(signed_by.pubkey(), is_signer=True, is_writable=False))
    return Instruction(key("program"), b"work", metas)


def table(listed: int) -> AddressLookupTableAccount:
    return AddressLookupTableAccount(key("table"), [key(f"account {n}") for n in range(listed)])


def compiled(accounts: int, listed: int = 0) -> MessageV0:
    tables = [table(listed)] if listed else []
    return tx.compile_message(SIGNER.pubkey(), [work(accounts)], tables, BLOCKHASH)


def test_the_budget_stands_in_front() -> None:
    message = tx.compile_message(SIGNER.pubkey(), [work(1)], (), BLOCKHASH, units=12_345, price=678)
    limit, price, mine = message.instructions
    assert [message.account_keys[i.program_id_index] for i in (limit, price)] == [at.COMPUTE_BUDGET] * 2
    assert limit.data == b"\2" + (12_345).to_bytes(4, "little")
    assert price.data == b"\3" + (678).to_bytes(8, "little")
    assert mine.data == b"work"


def test_without_a_budget_it_may_use_all_and_offers_nothing() -> None:
    limit, price, _ = compiled(1).instructions
    assert limit.data == b"\2" + tx.MAX_UNITS.to_bytes(4, "little")
    assert price.data == b"\3" + bytes(8)


@given(st.integers(0, 20), st.integers(0, 20))
def test_a_looked_up_account_is_locked_like_any_other(accounts: int, listed: int) -> None:
    """Payer, our program and the budget program are in the message itself, with any tables."""
    assert tx.locks(compiled(accounts, listed)) == accounts + 3


@given(st.integers(1, 20))
def test_a_table_makes_a_transaction_shorter_if_it_lists_much(accounts: int) -> None:
    """31 bytes for each account, less what naming the table costs."""
    saved = tx.size(compiled(accounts)) - tx.size(compiled(accounts, accounts))
    assert saved == 31 * accounts - 34


@given(st.integers(0, 20), st.booleans())
def test_the_size_is_that_of_the_signed_transaction(accounts: int, two: bool) -> None:
    message = tx.compile_message(
        SIGNER.pubkey(), [work(accounts, signed_by=OTHER if two else None)], (), BLOCKHASH
    )
    signed = tx.signed(message, [SIGNER, OTHER] if two else [SIGNER])
    assert tx.size(message) == len(bytes(signed)) == len(base64.b64decode(tx.encoded(signed)))


def test_a_transaction_is_signed_by_all() -> None:
    message = tx.compile_message(SIGNER.pubkey(), [work(1, signed_by=OTHER)], (), BLOCKHASH)
    assert tx.signed(message, [SIGNER, OTHER]).verify_with_results() == [True, True]


def test_a_simulation_needs_no_signature() -> None:
    message = tx.compile_message(SIGNER.pubkey(), [work(1, signed_by=OTHER)], (), BLOCKHASH)
    sent = VersionedTransaction.from_bytes(base64.b64decode(tx.encoded(tx.unsigned(message))))
    assert sent.signatures == [Signature.default()] * 2
    assert sent.message == message
