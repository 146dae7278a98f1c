"""Wrapped SOL of our PDAs, wherever somebody has put it."""

from typing import Any

import pytest
from solders.pubkey import Pubkey

from dat_operator.chain import addresses as at
from dat_operator.chain.spl.wrapped_sol import (
    DUST_LAMPORTS,
    MAX_ACCOUNTS,
    with_earlier_wrapped,
    with_wrapped,
    wrapped_of,
)
from dat_operator.domain.chain_state import ChainState
from dat_operator.domain.token_state import SharedFees
from tests.support.chain_state import SHARED, SOL, chain, curve, graduated, key, token
from tests.support.fakes.accounts import Accounts, token_account
from tests.support.fakes.rpc import Refusal

MINT = key("mint")
OWN = str(at.authority_address(key("program"), at.state_address(key("program"), key("admin"), "fruit"), MINT))


def answering(owners: dict[str, list[tuple[Pubkey, int]]]) -> Accounts:
    """A node that knows these accounts of wrapped SOL."""

    def accounts(owner: str, only: Any, _options: Any) -> Any:
        assert only == {"mint": str(at.WSOL)}
        held = owners.get(owner, [])
        return {"value": [{"pubkey": str(k), "account": token_account(amount)} for k, amount in held]}

    return Accounts({}, getTokenAccountsByOwner=accounts)


async def found(node: Accounts, state: ChainState) -> ChainState:
    async with node.client() as rpc:
        return await with_wrapped(rpc, state)


async def test_the_fullest_accounts_come_first_and_dust_stays() -> None:
    held = [(key(f"account {n}"), n * SOL) for n in range(1, 9)] + [(key("dust"), DUST_LAMPORTS - 1)]
    node = answering({OWN: held})
    async with node.client() as rpc:
        best = await wrapped_of(rpc, OWN)
    assert best == tuple((str(key(f"account {n}")), n * SOL) for n in (8, 7, 6, 5))
    assert len(best) == MAX_ACCOUNTS


async def test_a_graduated_coins_authority_is_asked_about() -> None:
    aside = key("aside")
    node = answering({OWN: [(aside, SOL)]})
    state = await found(node, chain(graduated(MINT)))
    assert state.tokens[str(MINT)].wrapped == ((str(aside), SOL),)
    assert state.tokens[str(MINT)].uncollected_lamports == SOL


@pytest.mark.parametrize(
    "state",
    [token(MINT), graduated(MINT, pool={"coin_creator": str(key("stranger"))}, curve=curve(complete=True))],
    ids=["on its curve", "another's coin"],
)
async def test_nobody_else_is(state: Any) -> None:
    node = answering({})
    await found(node, chain(state))
    assert not [method for method, _ in node.asked if method == "getTokenAccountsByOwner"]


async def test_the_shared_authority_is_once_a_coin_of_its_has_graduated() -> None:
    pooled = graduated(
        MINT, pool={"coin_creator": str(SHARED)}, curve=curve(creator=str(SHARED), complete=True)
    )
    node = answering({str(SHARED): [(key("aside"), SOL)]})
    state = await found(node, chain(pooled, shared=SharedFees(0, 0, 0, 0, 0)))
    assert state.shared is not None
    assert state.shared.wrapped == ((str(key("aside")), SOL),)


async def test_a_later_reading_keeps_what_was_found() -> None:
    node = answering({OWN: [(key("aside"), SOL)]})
    earlier = await found(node, chain(graduated(MINT)))
    assert with_earlier_wrapped(chain(graduated(MINT)), earlier).tokens == earlier.tokens


async def test_an_owner_that_no_node_tells_about_costs_no_other_token() -> None:
    """A stranger may give it more accounts than an answer holds; and not every endpoint serves the call."""
    other, known = key("other"), ((str(at.wrapped_sol(Pubkey.from_string(OWN))), 7 * SOL),)

    def accounts(owner: str, _only: Any, _options: Any) -> Any:
        if owner == OWN:
            raise Refusal(-32601, "too many")
        return {"value": [{"pubkey": str(key("aside")), "account": token_account(SOL)}]}

    node = Accounts({}, getTokenAccountsByOwner=accounts)
    state = await found(node, chain(graduated(MINT, wrapped=known), graduated(other)))
    assert state.tokens[str(MINT)].wrapped == known
    assert state.tokens[str(other)].wrapped == ((str(key("aside")), SOL),)
