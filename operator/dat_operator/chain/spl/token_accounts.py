"""Checks that the token accounts for buys exist. Checks are rare: only the dat program could close one."""

from dataclasses import replace

from solders.pubkey import Pubkey

from dat_operator.chain import addresses as at
from dat_operator.chain.accounts import data_of, read_accounts
from dat_operator.chain.rpc.client import RpcClient
from dat_operator.domain.chain_state import ChainState
from dat_operator.domain.token_state import TokenState

TOKEN_ACCOUNT_CHECK_SECONDS = 60
"""Between two checks while no account is missing, by the clock of the chain."""


class TokenAccounts:
    """Keeps the result of the last check, for one ecosystem."""

    def __init__(self) -> None:
        self._checked: frozenset[str] = frozenset()
        self._missing: frozenset[str] = frozenset()
        self._checked_at = 0

    async def with_token_accounts(self, rpc: RpcClient, chain: ChainState) -> ChainState:
        """The chain, with ``has_token_account`` of each token that is set up.

        Raises RpcUnavailable or RpcRefused.
        """
        wanted = {
            token.addresses.token_account: mint
            for mint, token in chain.tokens.items()
            if token.stats and token.addresses.token_account
        }
        due = chain.time >= self._checked_at + TOKEN_ACCOUNT_CHECK_SECONDS or bool(self._missing)
        if due or self._checked != wanted.keys():
            _, found = await read_accounts(rpc, [Pubkey.from_string(key) for key in wanted], head=0)
            there = dict(zip(wanted, found, strict=True))
            self._missing = frozenset(
                key for key, account in there.items() if data_of(account, at.TOKEN, at.TOKEN_2022) is None
            )
            self._checked, self._checked_at = frozenset(wanted), chain.time
        missing = {wanted[key] for key in self._missing}
        tokens = {mint: _marked(token, mint not in missing) for mint, token in chain.tokens.items()}
        return replace(chain, tokens=tokens)


def _marked(token: TokenState, has_token_account: bool) -> TokenState:
    """The same object, if the token says so already."""
    if token.has_token_account == has_token_account:
        return token
    return replace(token, has_token_account=has_token_account)
