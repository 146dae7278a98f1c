"""Wrapped SOL that belongs to authorities of graduated coins or to the shared authority, in any account."""

import base64
from collections.abc import Collection, Sequence
from dataclasses import replace

import structlog
from solders.pubkey import Pubkey

from dat_operator.chain import addresses as at
from dat_operator.chain.accounts import Account, token_amount
from dat_operator.chain.rpc.client import RpcClient
from dat_operator.domain.chain_state import ChainState
from dat_operator.domain.errors import RpcRefused, RpcUnavailable
from dat_operator.domain.token_state import FeeSource, TokenState

log = structlog.get_logger()

DUST_LAMPORTS = 5_000
"""The least amount worth unwrapping: wrapped SOL of the shared authority takes a transaction of its own."""
MAX_ACCOUNTS = 4
"""The most accounts of one owner that a run unwraps, the fullest first. Anybody can create more."""

Wrapped = tuple[tuple[str, int], ...]


def in_account(address: Pubkey, account: Account | None) -> Wrapped:
    """Address and lamports of one account; empty if it is not worth unwrapping."""
    lamports = token_amount(account)
    return ((str(address), lamports),) if lamports >= DUST_LAMPORTS else ()


async def with_wrapped(rpc: RpcClient, chain: ChainState) -> ChainState:
    """The same chain, with the fullest accounts of wrapped SOL of each creator of graduated coins.

    Costs one call for each creator. If no endpoint lists the accounts of an owner (there are too many, or the
    endpoint does not offer the call), the associated account stays as the only one.
    """
    tokens = {}
    shared = chain.shared
    for mint, token in chain.tokens.items():
        own = token.pool and token.fee_source(None) is FeeSource.OWN
        found = await _found(rpc, token.addresses.authority, token.wrapped) if own else token.wrapped
        tokens[mint] = replace(token, wrapped=found)
    if shared and chain.state and any(map(_is_in_pool, chain.tokens.values())):
        shared = replace(shared, wrapped=await _found(rpc, chain.state.shared_authority, shared.wrapped))
    return replace(chain, tokens=tokens, shared=shared)


async def _found(rpc: RpcClient, owner: str, known: Wrapped) -> Wrapped:
    """The result of ``wrapped_of``; ``known`` if the call fails, so that a failure affects one token only."""
    try:
        return await wrapped_of(rpc, owner)
    except (RpcRefused, RpcUnavailable) as error:
        log.warning("cannot list accounts of wrapped SOL", owner=owner, error=str(error))
        return known


def with_earlier_wrapped(
    chain: ChainState, earlier: ChainState, unwrapped: Collection[str] = ()
) -> ChainState:
    """The same chain, with the accounts of wrapped SOL of an earlier reading.

    ``unwrapped``: mints of tokens whose accounts were emptied since.
    """
    known = {mint: () if mint in unwrapped else token.wrapped for mint, token in earlier.tokens.items()}
    tokens = {m: replace(t, wrapped=known.get(m, t.wrapped)) for m, t in chain.tokens.items()}
    return replace(chain, tokens=tokens)


async def wrapped_of(rpc: RpcClient, owner: str) -> Wrapped:
    """The fullest accounts of wrapped SOL of an owner, with their lamports."""
    only = {"mint": str(at.WSOL)}
    options = {"encoding": "base64", "commitment": rpc.commitment}
    answer = await rpc.call("getTokenAccountsByOwner", owner, only, options)
    found: list[tuple[str, int]] = []
    for entry in answer["value"]:
        value = entry["account"]
        data = base64.b64decode(value["data"][0])
        account = Account(int(value["lamports"]), value["owner"], data, executable=False)
        found += in_account(Pubkey.from_string(entry["pubkey"]), account)
    return fullest(found)


def fullest(found: Sequence[tuple[str, int]]) -> Wrapped:
    """The accounts with the most lamports."""
    return tuple(sorted(found, key=lambda account: -account[1])[:MAX_ACCOUNTS])


def _is_in_pool(token: TokenState) -> bool:
    return token.pool is not None
