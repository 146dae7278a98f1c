"""Lookup tables are made, filled and named; what is complete is left alone."""

import struct
from collections.abc import Sequence
from typing import Any

from solders.pubkey import Pubkey

from dat_operator.chain import addresses as at
from dat_operator.chain.tx.lookup_tables import CAPACITY, EXTENSION
from dat_operator.setup.token_tables import keep_tables
from tests.support.chain_state import ADMIN, PROGRAM, STATE, key
from tests.support.fakes.accounts import account
from tests.support.fakes.assembled import Laid, mints
from tests.support.fakes.job_chain import World, curve_of, ours, session, state_account, stats_of, vault_of
from tests.support.vectors.dat_bytes import option
from tests.unit.chain.tx.test_lookup_tables import table_bytes


class Tables(World):
    """Makes and fills tables as the native program would, and names them in stats."""

    def __init__(self, *tokens: Pubkey) -> None:
        self.tokens = tokens
        table = state_account()
        for mint in tokens:
            table |= {**curve_of(mint), **vault_of(mint), **stats_of(mint)}
        super().__init__(table)
        self.held: dict[Pubkey, list[Pubkey]] = {}
        self.named: dict[Pubkey, Pubkey] = {}
        self.lands = self._land

    async def keep(self, *tokens: Pubkey) -> None:
        async with self.client() as rpc:
            await keep_tables(session(rpc, *tokens, signer="admin"))

    def put(
        self, table: Pubkey, addresses: list[Pubkey], *, closing: bool = False, authority: Pubkey = ADMIN
    ) -> None:
        self.held[table] = addresses
        data = table_bytes(addresses, closing=closing, authority=authority)
        self.table[str(table)] = account(owner=at.LOOKUP_TABLES, data=data)

    def name(self, mint: Pubkey, table: Pubkey) -> None:
        self.named[mint] = table
        self.table |= {str(k): v for k, v in stats_of(mint, lookup_table=option(table)).items()}

    def _land(self, transaction: Sequence[Laid]) -> None:
        for one in transaction:
            if one.program == at.LOOKUP_TABLES:
                self._change(one)
            elif ours(one) == "set_lookup_table":
                self.name(self._whose(one), Pubkey(one.data[9:]))

    def _whose(self, one: Laid) -> Pubkey:
        _, state, stats, *_ = one.accounts
        (mint,) = [m for m in self.tokens if at.stats_address(one.program, state, m) == stats]
        return mint

    def _change(self, one: Laid) -> None:
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
    """Some of what every cycle of a token names."""
    authority = at.authority_address(PROGRAM, STATE, mint)
    return {mint, authority, at.bonding_curve(mint), at.creator_vault(authority)}


async def test_a_single_token_needs_one_too() -> None:
    """The older forms of buy are too large without."""
    world = Tables(*mints(1))
    await world.keep(*mints(1))
    ((table, held),) = world.held.items()
    assert world.named == {mints(1)[0]: table}
    assert wanted(mints(1)[0]) <= set(held)


async def test_without_tokens_there_is_none() -> None:
    world = Tables()
    await world.keep()
    assert world.sent == {}


async def test_the_first_table_is_shared() -> None:
    world = Tables(*mints(3))
    await world.keep(*mints(3))
    ((table, held),) = world.held.items()
    assert world.named == dict.fromkeys(mints(3), table)
    assert len(held) == len(set(held)) <= CAPACITY
    for mint in mints(3):
        assert wanted(mint) <= set(held)


async def test_what_is_complete_is_left_alone() -> None:
    world = Tables(*mints(3))
    await world.keep(*mints(3))
    sent = len(world.sent)
    await world.keep(*mints(3))
    assert len(world.sent) == sent


async def test_a_new_token_joins_the_table() -> None:
    world = Tables(*mints(3))
    await world.keep(*mints(2))
    await world.keep(*mints(3))
    (table,) = world.held
    assert world.named == dict.fromkeys(mints(3), table)


async def test_a_full_table_is_followed_by_another() -> None:
    many = mints(30)
    world = Tables(*many)
    await world.keep(*many)
    assert len(world.held) == 2
    assert set(world.named) == set(many)
    for mint in many:
        assert wanted(mint) <= set(world.held[world.named[mint]]), "all of a token's accounts in one table"
    assert all(len(held) <= CAPACITY for held in world.held.values())


async def test_a_table_that_is_being_closed_is_replaced() -> None:
    world = Tables(*mints(2))
    old = key("old table")
    world.put(old, [], closing=True)
    for mint in mints(2):
        world.name(mint, old)
    await world.keep(*mints(2))
    assert old not in world.named.values()
    assert len(set(world.named.values())) == 1


async def test_what_a_table_holds_already_is_not_added_again() -> None:
    world = Tables(*mints(2))
    mine = key("my table")
    world.put(mine, [at.PUMP_GLOBAL, mints(2)[0]])
    world.name(mints(2)[0], mine)
    await world.keep(*mints(2))
    assert set(world.named.values()) == {mine}
    assert world.held[mine][:2] == [at.PUMP_GLOBAL, mints(2)[0]]


async def test_a_table_that_is_in_no_stats_is_never_taken_for_a_tokens_own() -> None:
    """Each token stays in its own table, though another one would have room for it."""
    apple, pear = mints(2)
    world = Tables(apple, pear)
    await world.keep(apple)
    (first,) = world.held
    second = key("second table")
    world.put(second, list(world.held[first]))
    world.name(pear, second)
    await world.keep(apple, pear)
    assert world.named == {apple: first, pear: second}
    assert wanted(pear) <= set(world.held[second])
    assert not wanted(pear) <= set(world.held[first])


async def test_a_table_of_an_admin_before_is_used_but_not_added_to() -> None:
    """Only its authority can extend it; after a transfer that is somebody else."""
    apple, pear = mints(2)
    world = Tables(apple, pear)
    await world.keep(apple)
    (old,) = world.held
    world.put(old, world.held[old], authority=key("admin before"))
    held = list(world.held[old])
    await world.keep(apple, pear)
    assert world.held[old] == held
    assert world.named[apple] == old
    assert world.named[pear] != old
    assert wanted(pear) <= set(world.held[world.named[pear]])


async def test_a_table_begins_with_the_ecosystems_state_from_the_start() -> None:
    """In one transaction, so that it is found whatever becomes of the set-up."""
    world = Tables(*mints(1))
    await world.keep(*mints(1))
    ((_, held),) = world.held.items()
    assert held[0] == STATE
    create, extend = next(iter(world.sent.values()))
    assert (create.program, extend.program) == (at.LOOKUP_TABLES, at.LOOKUP_TABLES)


async def test_a_table_is_made_at_a_slot_that_is_final() -> None:
    """A table's address follows from a slot, which must be one that stays."""
    world = Tables(*mints(2))
    await world.keep(*mints(2))
    slots: list[Any] = [params for method, params in world.asked if method == "getSlot"]
    assert slots == [[{"commitment": "finalized"}]]
