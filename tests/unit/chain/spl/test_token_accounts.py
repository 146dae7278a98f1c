"""Looked at once a minute, at once for a new token, and at every pass while one is missing."""

from dataclasses import replace

from solders.pubkey import Pubkey

from dat_operator.chain import addresses as at
from dat_operator.chain.spl.token_accounts import TOKEN_ACCOUNT_CHECK_SECONDS, TokenAccounts
from dat_operator.domain.chain_state import ChainState
from tests.support.chain_state import PROGRAM, STATE, chain, key, token
from tests.support.fakes.accounts import Accounts, token_account

APPLE, PEAR, NEW = key("apple"), key("pear"), key("new")


def account_of(mint: Pubkey) -> Pubkey:
    return at.associated_token(at.authority_address(PROGRAM, STATE, mint), mint, at.TOKEN)


def without(state: ChainState) -> set[str]:
    return {mint for mint, token in state.tokens.items() if not token.has_token_account}


async def test_only_tokens_that_are_set_up_are_looked_for() -> None:
    accounts, state = Accounts(), chain(token(APPLE), token(NEW, stats=None))
    async with accounts.client() as rpc:
        assert without(await TokenAccounts().with_token_accounts(rpc, state)) == {str(APPLE)}
    assert accounts.batches == [[str(account_of(APPLE))]]


async def test_what_is_there_is_looked_at_seldom() -> None:
    accounts = Accounts({account_of(APPLE): token_account(0), account_of(PEAR): token_account(0)})
    checks, one = TokenAccounts(), chain(token(APPLE))
    async with accounts.client() as rpc:
        assert not without(await checks.with_token_accounts(rpc, one))
        await checks.with_token_accounts(rpc, replace(one, time=one.time + TOKEN_ACCOUNT_CHECK_SECONDS - 1))
        assert len(accounts.batches) == 1
        assert not without(await checks.with_token_accounts(rpc, chain(token(APPLE), token(PEAR))))
        assert len(accounts.batches) == 2, "at once for a new token"
        del accounts.table[str(account_of(APPLE))]
        later = replace(chain(token(APPLE), token(PEAR)), time=one.time + TOKEN_ACCOUNT_CHECK_SECONDS)
        assert without(await checks.with_token_accounts(rpc, later)) == {str(APPLE)}


async def test_what_is_missing_is_looked_for_at_every_pass() -> None:
    accounts, checks, state = Accounts(), TokenAccounts(), chain(token(APPLE))
    async with accounts.client() as rpc:
        assert without(await checks.with_token_accounts(rpc, state)) == {str(APPLE)}
        accounts.table[str(account_of(APPLE))] = token_account(0)
        assert not without(await checks.with_token_accounts(rpc, state))
        await checks.with_token_accounts(rpc, state)
    assert len(accounts.batches) == 2
