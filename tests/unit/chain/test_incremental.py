"""A reader that decodes changes only shows the same chain as one that has never read before."""

import asyncio
import dataclasses
import struct
from collections.abc import Awaitable, Mapping
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from solders.pubkey import Pubkey

from dat_operator.chain import addresses as at
from dat_operator.chain import coin_accounts
from dat_operator.chain.ecosystem_accounts import EcosystemKeys
from dat_operator.chain.incremental import IncrementalReader, read_chain
from dat_operator.domain.chain_state import ChainState
from dat_operator.domain.errors import DatError
from tests.support.chain_state import ADMIN, OPERATOR, PROGRAM, RENT, SHARED, STATE, TREASURY, key
from tests.support.fakes.accounts import Accounts, account, mint_account, token_account
from tests.support.vectors.dat_bytes import state_bytes, stats_bytes, u32, u64
from tests.support.vectors.pump_bytes import curve_bytes, pool_bytes, sharing_bytes, volume_bytes

MINTS = (key("apple"), key("pear"), key("plum"))
STRANGER = key("stranger")


def keys(*mints: Pubkey, name: str = "fruit") -> EcosystemKeys:
    return EcosystemKeys(str(PROGRAM), str(ADMIN), name, str(OPERATOR), tuple(map(str, mints)))


async def shown(read: Awaitable[ChainState]) -> ChainState | str:
    """The chain without its slot, which differs from call to call; or the error."""
    try:
        return dataclasses.replace(await read, slot=0)
    except DatError as error:
        return str(error)


amounts = st.integers(0, 2 * RENT)
lamports = st.builds(account, amounts)
absent_or_foreign = st.sampled_from([None, account(RENT), account(owner=PROGRAM, data=b"\7" * 400)])


def curves(mint: Pubkey) -> st.SearchStrategy[Any]:
    own = at.authority_address(PROGRAM, STATE, mint)
    creators = st.sampled_from([own, at.sharing_config(mint), SHARED, STRANGER])
    return st.builds(
        lambda creator, complete, cashback, fee, room: account(
            owner=at.PUMP,
            data=curve_bytes(creator=creator, complete=complete, is_cashback_coin=cashback, creator_fee=fee)
            + bytes(room),
        ),
        creators,
        st.booleans(),
        st.booleans(),
        st.integers(0, 3),
        st.sampled_from([0, 10]),
    )


def pools(mint: Pubkey) -> st.SearchStrategy[Any]:
    creators = st.sampled_from([at.authority_address(PROGRAM, STATE, mint), SHARED, STRANGER])
    return st.builds(
        lambda creator, fees: account(
            owner=at.PUMP_AMM, data=pool_bytes(coin_creator=creator, creator_fees=fees)
        ),
        creators,
        st.integers(0, 3),
    )


def accounts_of(mint: Pubkey) -> dict[Pubkey, st.SearchStrategy[Any]]:
    """All accounts that a read of this coin may ask for, with contents that occur."""
    authority, config = at.authority_address(PROGRAM, STATE, mint), at.sharing_config(mint)
    pool, volume = at.pool(mint), at.user_volume_accumulator(authority, at.PUMP_AMM)
    tokens = st.builds(token_account, st.integers(0, 20_000))
    holders = st.sampled_from([[(STRANGER, 10_000)], [(STRANGER, 7_500), (authority, 2_500)]])
    return {
        mint: st.builds(mint_account, st.integers(1, 3), st.sampled_from([at.TOKEN, at.TOKEN_2022])),
        at.bonding_curve(mint): curves(mint),
        at.stats_address(PROGRAM, STATE, mint): st.builds(
            lambda carried: account(owner=PROGRAM, data=stats_bytes(mint, carried_lamports=u64(carried))),
            st.integers(0, 3),
        ),
        authority: lamports,
        at.creator_vault(authority): lamports,
        config: st.builds(lambda rows: account(owner=at.PUMP_FEES, data=sharing_bytes(rows)), holders),
        at.creator_vault(config): lamports,
        pool: pools(mint),
        at.associated_token(pool, mint, at.TOKEN): tokens,
        at.associated_token(pool, mint, at.TOKEN_2022): tokens,
        at.wrapped_sol(pool): tokens,
        at.wrapped_sol(at.amm_creator_vault(authority)): tokens,
        at.wrapped_sol(authority): tokens,
        at.wrapped_sol(volume): tokens,
        volume: st.just(account(owner=at.PUMP_AMM, data=volume_bytes(0, 0))),
        at.user_volume_accumulator(authority): st.builds(
            lambda earned: account(owner=at.PUMP, data=volume_bytes(earned, 1)), st.integers(1, 3)
        ),
    }


COMMON: dict[Pubkey, st.SearchStrategy[Any]] = {
    STATE: st.builds(
        lambda count: account(owner=PROGRAM, data=state_bytes(token_count=u32(count))), st.integers(0, 3)
    ),
    TREASURY: lamports,
    OPERATOR: lamports,
    ADMIN: lamports,
    SHARED: lamports,
    at.creator_vault(SHARED): lamports,
    at.wrapped_sol(at.amm_creator_vault(SHARED)): st.builds(token_account, st.integers(0, 9)),
    at.wrapped_sol(SHARED): st.builds(token_account, st.integers(0, 20_000)),
}
CONTENTS = {**COMMON, **{k: v for mint in MINTS for k, v in accounts_of(mint).items()}}
whole_tables = st.fixed_dictionaries(CONTENTS)
some_changes = st.fixed_dictionaries(
    {}, optional={key: content | absent_or_foreign for key, content in CONTENTS.items()}
)
members = st.lists(st.sampled_from(MINTS), unique=True, min_size=1).map(lambda found: tuple(sorted(found)))


@settings(max_examples=60, deadline=None)
@given(whole_tables, st.lists(st.tuples(some_changes, members), min_size=1, max_size=4))
def test_a_reader_with_a_memory_shows_what_a_fresh_one_shows(
    table: Mapping[Pubkey, Any], passes: list[tuple[Mapping[Pubkey, Any], tuple[Pubkey, ...]]]
) -> None:
    accounts, reader = Accounts(dict(table)), IncrementalReader()

    async def compare() -> None:
        async with accounts.client() as rpc:
            for changes, mints in [({}, MINTS), *passes]:
                accounts.table |= {str(key): value for key, value in changes.items()}
                read = await shown(reader.read(rpc, keys(*mints)))
                assert read == await shown(read_chain(rpc, keys(*mints)))

    asyncio.run(compare())


async def test_only_the_token_that_has_changed_is_decoded(monkeypatch: Any) -> None:
    decoded: list[str] = []

    class Counting(coin_accounts.CoinAccounts):
        def token(self, rent: int) -> Any:
            found = super().token(rent)
            decoded.append(found.mint)
            return found

    monkeypatch.setattr("dat_operator.chain.incremental.CoinAccounts", Counting)
    apple, pear, _ = MINTS
    curve = account(owner=at.PUMP, data=curve_bytes(creator=STRANGER, complete=False))
    table = {mint: mint_account(1) for mint in MINTS} | {at.bonding_curve(mint): curve for mint in MINTS}
    accounts, reader = Accounts(table), IncrementalReader()
    async with accounts.client() as rpc:
        first = await reader.read(rpc, keys(*MINTS))
        assert len(decoded) == 3
        accounts.table[str(pear)] = mint_account(2)
        second = await reader.read(rpc, keys(*MINTS))
    assert decoded[3:] == [str(pear)]
    assert second.tokens[str(apple)] is first.tokens[str(apple)]
    assert second.tokens[str(pear)].mint_account != first.tokens[str(pear)].mint_account


async def test_another_rent_is_a_change_of_every_token() -> None:
    accounts, reader = Accounts(), IncrementalReader()
    async with accounts.client() as rpc:
        before = await reader.read(rpc, keys(MINTS[0]))
        doubled = struct.pack("<QdB", 2 * 3480, 2.0, 50)
        accounts.table[str(at.RENT)] = account(owner=at.SYSVAR, data=doubled)
        after = await reader.read(rpc, keys(MINTS[0]))
    assert after.rent_lamports == 2 * before.rent_lamports
    (token,) = after.tokens.values()
    assert token.authority_missing_lamports == after.rent_lamports


async def test_the_same_mint_in_another_ecosystem_is_another_token() -> None:
    accounts, reader = Accounts(), IncrementalReader()
    async with accounts.client() as rpc:
        one = await reader.read(rpc, keys(MINTS[0]))
        other = await reader.read(rpc, keys(MINTS[0], name="vegetables"))
    (first,), (second,) = one.tokens.values(), other.tokens.values()
    assert first.addresses.stats != second.addresses.stats
