"""Reads an ecosystem, and decodes only those tokens whose accounts have changed since the last read.

The first read asks for the accounts that every coin has. A second read asks for the further accounts of
graduated coins, of coins that share their fees, and of coins that pay cashback.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from solders.pubkey import Pubkey

from dat_operator.chain import addresses as at
from dat_operator.chain.accounts import Encoded, account_of, fingerprint, read_encoded
from dat_operator.chain.coin_accounts import CoinAccounts, CoinKeys
from dat_operator.chain.ecosystem_accounts import (
    PUMPSWAP_KEYS,
    CommonAccounts,
    EcosystemKeys,
    EncodedAccounts,
    RememberedAccounts,
)
from dat_operator.chain.pump import layouts as pump
from dat_operator.chain.rpc.client import RpcClient
from dat_operator.domain.allocation import allocate
from dat_operator.domain.chain_state import ChainState
from dat_operator.domain.dat_accounts import DatState
from dat_operator.domain.token_state import SharedFees, TokenState

ACCOUNTS_PER_COIN = 5
"""The length of CoinKeys.first. BATCH must be a multiple of it: no batch may cut a coin in two."""


async def read_chain(rpc: RpcClient, keys: EcosystemKeys) -> ChainState:
    """Read an ecosystem once; see IncrementalReader."""
    return await IncrementalReader().read(rpc, keys)


class IncrementalReader:
    """Reads ecosystems pass after pass. A token whose accounts are unchanged is the same object as before."""

    def __init__(self) -> None:
        self._remembered = RememberedAccounts()
        self._state: Pubkey | None = None
        self._coins: dict[str, _Coin] = {}
        """By mint; all of them belong to the ecosystem of ``_state``."""

    async def read(self, rpc: RpcClient, keys: EcosystemKeys) -> ChainState:
        """Read an ecosystem and all of its tokens.

        Raises RpcUnavailable or RpcRefused if the chain cannot be read, and DatError if an account that all
        tokens need has an unknown layout. An account of an unknown layout that only one token needs makes
        that token ``unreadable``.
        """
        coins = self._coins_of(keys)
        slot, accounts = await _first_read(rpc, keys, coins)
        for coin in coins:
            coin.take_first(accounts)
        # If both reads show an account, the first answer counts: take_first() has compared this answer.
        accounts = await _second_read(rpc, coins) | accounts
        return self._chain_state(keys, slot, accounts, coins)

    def _coins_of(self, keys: EcosystemKeys) -> list["_Coin"]:
        """The coins of an ecosystem. Coins that are no longer among them are forgotten."""
        program, state = keys.program, keys.state
        known = self._coins if state == self._state else {}
        self._state = state
        self._coins = {
            mint: known.get(mint) or _Coin(CoinKeys.of(program, state, Pubkey.from_string(mint)))
            for mint in keys.mints
        }
        return list(self._coins.values())

    def _chain_state(
        self, keys: EcosystemKeys, slot: int, accounts: EncodedAccounts, coins: Sequence["_Coin"]
    ) -> ChainState:
        common = CommonAccounts(keys, accounts, self._remembered)
        time, rent, state = common.time, common.rent, common.state
        pumpswap, shared, at_pump = common.pumpswap(), common.shared_fees(rent), common.pump()
        tokens = [_with_fault(coin.token(accounts, rent), pumpswap.fault) for coin in coins]
        tokens = _with_credits(tokens, state, shared)
        return ChainState(
            slot=slot,
            time=time,
            program_deployed=common.program_deployed,
            state_address=str(keys.state),
            treasury_address=str(keys.treasury),
            state=state,
            treasury_lamports=max(0, common.lamports(keys.treasury) - rent),
            operator_lamports=common.lamports(Pubkey.from_string(keys.operator)),
            admin_lamports=common.lamports(Pubkey.from_string(keys.payer or keys.admin)),
            rent_lamports=rent,
            pump_global=at_pump.recipients,
            pool_global=pumpswap.recipients,
            curve_tiers=at_pump.tiers,
            pool_tiers=pumpswap.tiers,
            tokens={token.mint: token for token in tokens},
            shared=shared,
            grown=_grown(tokens),
        )


class _Coin:
    """One coin, and its token as of the last time that its accounts were decoded."""

    __slots__ = ("_first_mark", "_mark", "_token", "has_graduated", "keys", "second_keys")

    def __init__(self, keys: CoinKeys) -> None:
        self.keys = keys
        self.has_graduated = False
        self._first_mark = b""
        self.second_keys: tuple[Pubkey, ...] = ()
        """The accounts of the second read. The answers of the first read decide which they are."""
        self._mark: tuple[bytes, bytes, int] | None = None
        self._token: TokenState | None = None

    def take_first(self, accounts: EncodedAccounts) -> None:
        """Take the answers of the first read."""
        mark = fingerprint(accounts[key] for key in self.keys.first)
        if mark != self._first_mark:
            decoded = self._decoder(self.keys.first, accounts)
            self._first_mark, self.second_keys = mark, tuple(decoded.second_keys())
            self.has_graduated = decoded.has_graduated

    def token(self, accounts: EncodedAccounts, rent: int) -> TokenState:
        """The token. ``accounts`` holds the answers of both reads; ``rent`` is in lamports."""
        mark = self._first_mark, fingerprint(accounts[key] for key in self.second_keys), rent
        if self._token is None or mark != self._mark:
            decoder = self._decoder([*self.keys.first, *self.second_keys], accounts)
            self._mark, self._token = mark, decoder.token(rent)
        return self._token

    def _decoder(self, keys: Iterable[Pubkey], accounts: EncodedAccounts) -> CoinAccounts:
        return CoinAccounts(self.keys, {key: account_of(accounts[key]) for key in keys})


async def _first_read(
    rpc: RpcClient, keys: EcosystemKeys, coins: Sequence[_Coin]
) -> tuple[int, dict[Pubkey, Encoded | None]]:
    """The lowest slot of the answers, and the accounts."""
    common = keys.common
    # A token's accounts stay in one batch, so they are of one slot.
    wanted = common + [at.SYSTEM] * (-len(common) % ACCOUNTS_PER_COIN)
    wanted += [key for coin in coins for key in coin.keys.first]
    slot, found = await read_encoded(rpc, wanted)
    return slot, dict(zip(wanted, found, strict=True))


async def _second_read(rpc: RpcClient, coins: Sequence[_Coin]) -> dict[Pubkey, Encoded | None]:
    wanted = dict.fromkeys(PUMPSWAP_KEYS if any(coin.has_graduated for coin in coins) else ())
    wanted |= dict.fromkeys(key for coin in coins for key in coin.second_keys)
    _, found = await read_encoded(rpc, list(wanted))
    return dict(zip(wanted, found, strict=True))


def _with_fault(token: TokenState, fault: str | None) -> TokenState:
    """The same token, but unreadable if it needs settings of PumpSwap that cannot be read."""
    if token.pool is None or fault is None or token.unreadable:
        return token
    return replace(token, unreadable=fault)


def _with_credits(
    tokens: list[TokenState], state: DatState | None, shared: SharedFees | None
) -> list[TokenState]:
    """The tokens, each with its part of the fees of the creator that they share."""
    if state is None or shared is None:
        return tokens
    # Without all tokens of the ecosystem, the shared fees stay undivided.
    admitted = sum(token.stats is not None and not token.stats.closed for token in tokens)
    parts = allocate(tokens, state.shared_authority, shared if admitted == state.token_count else None)
    return [_with_credit(token, parts.get(token.mint, 0)) for token in tokens]


def _with_credit(token: TokenState, lamports: int) -> TokenState:
    return replace(token, credit_lamports=lamports) if lamports else token


def _grown(tokens: Sequence[TokenState]) -> tuple[str, ...]:
    """The kinds of accounts that are longer than their known layouts: pump.fun has added fields."""
    curve = max((token.curve.length for token in tokens if token.curve), default=0)
    pool = max((token.pool.length for token in tokens if token.pool), default=0)
    lengths = (("a bonding curve", curve, pump.CURVE_LENGTH), ("a pool", pool, pump.POOL_LENGTH))
    return tuple(
        f"{what} has {length} bytes, not {known}" for what, length, known in lengths if length > known
    )
