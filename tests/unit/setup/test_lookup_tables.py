"""Set-up creates, extends and names lookup tables, and does not change complete ones."""

import struct
from collections.abc import Sequence
from typing import Any

from solders.pubkey import Pubkey

from dat_operator.chain import addresses as at
from dat_operator.chain.tx.lookup_tables import CAPACITY, EXTENSION
from dat_operator.setup.lookup_tables import ensure_lookup_tables
from tests.support.chain_state import ADMIN, PROGRAM, STATE, key
from tests.support.fakes.accounts import account
from tests.support.fakes.assembled import DecodedInstruction, mints
from tests.support.fakes.job_chain import (
    JobChain,
    curve_of,
    dat_instruction,
    session,
    state_account,
    stats_of,
    vault_of,
)
from tests.support.vectors.dat_bytes import option
from tests.unit.chain.tx.test_lookup_tables import table_bytes


class LookupTableChain(JobChain):
    """Creates and extends tables by the native program's rules, and names them in stats."""

    def __init__(self, *tokens: Pubkey) -> None:
        self.tokens = tokens
        table = state_account()
        for mint in tokens:
            table |= {**curve_of(mint), **vault_of(mint), **stats_of(mint)}
        super().__init__(table)
        self.held: dict[Pubkey, list[Pubkey]] = {}
        self.named: dict[Pubkey, Pubkey] = {}
        self.lands = self._land

    async def ensure(self, *tokens: Pubkey) -> None:
        async with self.client() as rpc:
            await ensure_lookup_tables(session(rpc, *tokens, signer="admin"))

    def put(
        self, table: Pubkey, addresses: list[Pubkey], *, closing: bool = False, authority: Pubkey = ADMIN
    ) -> None:
        self.held[table] = addresses
        data = table_bytes(addresses, closing=closing, authority=authority)
        self.table[str(table)] = account(owner=at.LOOKUP_TABLES, data=data)

    def name(self, mint: Pubkey, table: Pubkey) -> None:
        self.named[mint] = table
        self.table |= {str(k): v for k, v in stats_of(mint, lookup_table=option(table)).items()}

    def _land(self, transaction: Sequence[DecodedInstruction]) -> None:
        for one in transaction:
            if one.program == at.LOOKUP_TABLES:
                self._change(one)
            elif dat_instruction(one) == "set_lookup_table":
                self.name(self._whose(one), Pubkey(one.data[9:]))

    def _whose(self, one: DecodedInstruction) -> Pubkey:
        _, state, stats, *_ = one.accounts
        (mint,) = [m for m in self.tokens if at.stats_address(one.program, state, m) == stats]
        return mint

    def _change(self, one: DecodedInstruction) -> None:
        (kind,) = struct.unpack_from("<I", one.data)
        table = one.accounts[0]
        if kind == 0:
            self.put(table, [])
            return
        (count,) = struct.unpack_from("<Q", one.data, 4)
        assert count <= EXTENSION
        added = [Pubkey(one.data[12 + 32 * n : 44 + 32 * n]) for n in range(count)]
        assert not set(added) & set(self.held[table])
        self.put(table, self.held[table] + added)


def wanted(mint: Pubkey) -> set[Pubkey]:
    """Some accounts of every cycle of a token."""
    authority = at.authority_address(PROGRAM, STATE, mint)
    return {mint, authority, at.bonding_curve(mint), at.creator_vault(authority)}


async def test_a_single_token_needs_one_too() -> None:
    """Without a table the older forms of buy are too large."""
    fake_chain = LookupTableChain(*mints(1))
    await fake_chain.ensure(*mints(1))
    ((table, held),) = fake_chain.held.items()
    assert fake_chain.named == {mints(1)[0]: table}
    assert wanted(mints(1)[0]) <= set(held)


async def test_without_tokens_there_is_none() -> None:
    fake_chain = LookupTableChain()
    await fake_chain.ensure()
    assert fake_chain.sent == {}


async def test_the_first_table_is_shared() -> None:
    fake_chain = LookupTableChain(*mints(3))
    await fake_chain.ensure(*mints(3))
    ((table, held),) = fake_chain.held.items()
    assert fake_chain.named == dict.fromkeys(mints(3), table)
    assert len(held) == len(set(held)) <= CAPACITY
    for mint in mints(3):
        assert wanted(mint) <= set(held)


async def test_a_complete_table_is_not_changed() -> None:
    fake_chain = LookupTableChain(*mints(3))
    await fake_chain.ensure(*mints(3))
    sent = len(fake_chain.sent)
    await fake_chain.ensure(*mints(3))
    assert len(fake_chain.sent) == sent


async def test_a_new_token_joins_the_table() -> None:
    fake_chain = LookupTableChain(*mints(3))
    await fake_chain.ensure(*mints(2))
    await fake_chain.ensure(*mints(3))
    (table,) = fake_chain.held
    assert fake_chain.named == dict.fromkeys(mints(3), table)


async def test_a_full_table_is_followed_by_another() -> None:
    many = mints(30)
    fake_chain = LookupTableChain(*many)
    await fake_chain.ensure(*many)
    assert len(fake_chain.held) == 2
    assert set(fake_chain.named) == set(many)
    for mint in many:
        assert wanted(mint) <= set(fake_chain.held[fake_chain.named[mint]]), (
            "all of a token's accounts in one table"
        )
    assert all(len(held) <= CAPACITY for held in fake_chain.held.values())


async def test_a_table_that_is_being_closed_is_replaced() -> None:
    fake_chain = LookupTableChain(*mints(2))
    old = key("old table")
    fake_chain.put(old, [], closing=True)
    for mint in mints(2):
        fake_chain.name(mint, old)
    await fake_chain.ensure(*mints(2))
    assert old not in fake_chain.named.values()
    assert len(set(fake_chain.named.values())) == 1


async def test_addresses_of_a_table_are_not_added_again() -> None:
    fake_chain = LookupTableChain(*mints(2))
    mine = key("my table")
    fake_chain.put(mine, [at.PUMP_GLOBAL, mints(2)[0]])
    fake_chain.name(mints(2)[0], mine)
    await fake_chain.ensure(*mints(2))
    assert set(fake_chain.named.values()) == {mine}
    assert fake_chain.held[mine][:2] == [at.PUMP_GLOBAL, mints(2)[0]]


async def test_a_table_that_is_in_no_stats_is_never_taken_for_a_tokens_own() -> None:
    """Each token keeps its own table although another table has room."""
    apple, pear = mints(2)
    fake_chain = LookupTableChain(apple, pear)
    await fake_chain.ensure(apple)
    (first,) = fake_chain.held
    second = key("second table")
    fake_chain.put(second, list(fake_chain.held[first]))
    fake_chain.name(pear, second)
    await fake_chain.ensure(apple, pear)
    assert fake_chain.named == {apple: first, pear: second}
    assert wanted(pear) <= set(fake_chain.held[second])
    assert not wanted(pear) <= set(fake_chain.held[first])


async def test_a_table_of_an_admin_before_is_used_but_not_added_to() -> None:
    """Only its authority can extend it. After a transfer of the admin that is another key."""
    apple, pear = mints(2)
    fake_chain = LookupTableChain(apple, pear)
    await fake_chain.ensure(apple)
    (old,) = fake_chain.held
    fake_chain.put(old, fake_chain.held[old], authority=key("admin before"))
    held = list(fake_chain.held[old])
    await fake_chain.ensure(apple, pear)
    assert fake_chain.held[old] == held
    assert fake_chain.named[apple] == old
    assert fake_chain.named[pear] != old
    assert wanted(pear) <= set(fake_chain.held[fake_chain.named[pear]])


async def test_a_table_begins_with_the_ecosystems_state_from_the_start() -> None:
    """In one transaction, so that a later set-up finds it even if this set-up fails."""
    fake_chain = LookupTableChain(*mints(1))
    await fake_chain.ensure(*mints(1))
    ((_, held),) = fake_chain.held.items()
    assert held[0] == STATE
    create, extend = next(iter(fake_chain.sent.values()))
    assert (create.program, extend.program) == (at.LOOKUP_TABLES, at.LOOKUP_TABLES)


async def test_a_table_is_made_at_a_slot_that_is_final() -> None:
    """A table's address depends on a slot, which must be finalized."""
    fake_chain = LookupTableChain(*mints(2))
    await fake_chain.ensure(*mints(2))
    slots: list[Any] = [params for method, params in fake_chain.asked if method == "getSlot"]
    assert slots == [[{"commitment": "finalized"}]]
