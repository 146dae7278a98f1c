"""The accounts of one coin: their addresses, and the token that they make up."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeVar

from solders.pubkey import Pubkey
from solders.token.state import Mint as MintAccount

from dat_operator.chain import addresses as at
from dat_operator.chain.accounts import (
    Account,
    data_of,
    decoded,
    is_token_account,
    lamports_above,
    lamports_below,
    token_amount,
)
from dat_operator.chain.dat import codec as dat
from dat_operator.chain.pump import layouts as pump
from dat_operator.chain.spl.wrapped_sol import in_account
from dat_operator.domain.curve import BondingCurve
from dat_operator.domain.errors import DatError
from dat_operator.domain.pool import Pool
from dat_operator.domain.token_state import Mint, Sharing, TokenState

MINT_LENGTH = 82
"""Bytes in a mint account of the token program. Token-2022 adds extensions behind them."""
Accounts = Mapping[Pubkey, Account | None]
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class CoinKeys:
    """The addresses of one coin in an ecosystem."""

    program: Pubkey
    state: Pubkey
    mint: Pubkey
    authority: Pubkey
    curve: Pubkey
    stats: Pubkey
    vault: Pubkey

    @classmethod
    def of(cls, program: Pubkey, state: Pubkey, mint: Pubkey) -> "CoinKeys":
        """Derive the addresses of a mint."""
        authority = at.authority_address(program, state, mint)
        return cls(
            program=program,
            state=state,
            mint=mint,
            authority=authority,
            curve=at.bonding_curve(mint),
            stats=at.stats_address(program, state, mint),
            vault=at.creator_vault(authority),
        )

    @property
    def first(self) -> tuple[Pubkey, ...]:
        """The accounts that every coin has; the first read asks for them."""
        return (self.mint, self.curve, self.stats, self.authority, self.vault)

    def needed_on_pumpswap(self, *, cashback: bool) -> dict[str, Pubkey]:
        """The accounts that the authority needs for a buy on PumpSwap, by their names in messages."""
        volume = at.user_volume_accumulator(self.authority, at.PUMP_AMM)
        return {
            "wrapped SOL account": at.wrapped_sol(self.authority),
            "PumpSwap volume accumulator": volume,
            **({"PumpSwap cashback account": at.wrapped_sol(volume)} if cashback else {}),
        }


class CoinAccounts:
    """Decodes the accounts of one coin. ``accounts`` holds the answers to ``keys.first`` at least."""

    def __init__(self, keys: CoinKeys, accounts: Accounts) -> None:
        self._keys = keys
        self._accounts = accounts
        self._faults: dict[str, None] = {}
        self._mint = _decode_mint(accounts[keys.mint])
        self._curve = self._decoded(keys.curve, at.PUMP, pump.decode_curve, "the bonding curve")

    @property
    def has_graduated(self) -> bool:
        """Whether the coin trades on PumpSwap, or is about to."""
        return bool(self._mint and self._curve and self._curve.complete)

    def second_keys(self) -> list[Pubkey]:
        """The further accounts of a graduated coin, and of a coin that shares its fees or pays cashback."""
        mint, curve, keys = self._mint, self._curve, list[Pubkey]()
        if mint is None or curve is None:
            return []
        config = at.sharing_config(self._keys.mint)
        shared = at.shared_authority_address(self._keys.program, self._keys.state)
        if curve.creator == str(config):
            keys += [config, at.creator_vault(config)]
        if curve.creator == str(shared):
            keys += shared_fee_keys(shared)
        if curve.is_cashback_coin:
            keys.append(at.user_volume_accumulator(self._keys.authority))
        if curve.complete:
            keys += self._pumpswap_keys(mint, curve)
        return keys

    def token(self, rent: int) -> TokenState:
        """The token. ``accounts`` must hold the answers to ``second_keys`` too. ``rent`` is in lamports.

        An account of an unknown layout makes the token ``unreadable`` and counts as absent.
        """
        keys, accounts, curve = self._keys, self._accounts, self._curve
        token_program = Pubkey.from_string(self._mint.token_program) if self._mint else None
        sharing, pool = self._decode_sharing(), self._decode_pool(token_program)
        stats = self._decoded(keys.stats, keys.program, dat.decode_stats, "the token's stats")
        cashback = self._decode_cashback()
        authority = accounts[keys.authority]
        vault = accounts[at.creator_vault(at.sharing_config(keys.mint)) if sharing else keys.vault]
        creator = Pubkey.from_string(curve.creator) if curve else keys.authority
        wrapped = at.wrapped_sol(keys.authority)
        return TokenState(
            mint=at.text_of(keys.mint),
            addresses=at.token_addresses(keys.program, keys.state, keys.mint, token_program),
            mint_account=self._mint,
            curve=curve,
            pool=pool,
            sharing=sharing,
            stats=stats,
            authority_lamports=lamports_above(authority, rent),
            authority_missing_lamports=lamports_below(authority, rent),
            vault_lamports=lamports_above(vault, rent),
            vault_missing_lamports=lamports_below(vault, rent),
            amm_vault_lamports=self._token_amount(at.wrapped_sol(at.amm_creator_vault(creator))),
            missing=self._missing(curve) if curve and pool else (),
            cashback_lamports=cashback,
            amm_cashback_lamports=self._token_amount(
                at.wrapped_sol(at.user_volume_accumulator(keys.authority, at.PUMP_AMM))
            ),
            wrapped=in_account(wrapped, accounts.get(wrapped)),
            unreadable="; ".join(self._faults) or None,
        )

    def _pumpswap_keys(self, mint: Mint, curve: BondingCurve) -> list[Pubkey]:
        pool, creator = at.pool(self._keys.mint), Pubkey.from_string(curve.creator)
        token_program = Pubkey.from_string(mint.token_program)
        return [
            pool,
            at.associated_token(pool, self._keys.mint, token_program),
            at.wrapped_sol(pool),
            at.wrapped_sol(at.amm_creator_vault(creator)),
            *self._keys.needed_on_pumpswap(cashback=curve.is_cashback_coin).values(),
        ]

    def _missing(self, curve: BondingCurve) -> tuple[str, ...]:
        """The names of the missing accounts. Set-up creates all of them, so a cycle never pays their rent."""
        needed = self._keys.needed_on_pumpswap(cashback=curve.is_cashback_coin)
        return tuple(name for name, key in needed.items() if not _is_created(self._accounts.get(key)))

    def _token_amount(self, key: Pubkey) -> int:
        return token_amount(self._accounts.get(key))

    def _decode_sharing(self) -> Sharing | None:
        key = at.sharing_config(self._keys.mint)
        return self._decoded(key, at.PUMP_FEES, pump.decode_sharing, "the sharing config")

    def _decode_cashback(self) -> int:
        key = at.user_volume_accumulator(self._keys.authority)
        return self._decoded(key, at.PUMP, pump.decode_cashback, "the volume accumulator") or 0

    def _decode_pool(self, token_program: Pubkey | None) -> Pool | None:
        key = at.pool(self._keys.mint)
        if self._accounts.get(key) is None or token_program is None:
            return None
        base = self._token_amount(at.associated_token(key, self._keys.mint, token_program))
        quote = self._token_amount(at.wrapped_sol(key))
        return self._decoded(key, at.PUMP_AMM, lambda data: pump.decode_pool(data, base, quote), "the pool")

    def _decoded(self, key: Pubkey, owner: Pubkey, decode: Callable[[bytes], T], what: str) -> T | None:
        """Decode one account; if that fails, note a fault of this token and return None."""
        try:
            return decoded(self._accounts.get(key), owner, decode, f"{what} {key}")
        except DatError as error:
            self._faults[str(error)] = None
            return None


def shared_fee_keys(authority: Pubkey) -> list[Pubkey]:
    """The accounts with the fees of a shared creator."""
    return [
        authority,
        at.creator_vault(authority),
        at.wrapped_sol(at.amm_creator_vault(authority)),
        at.wrapped_sol(authority),
    ]


def _decode_mint(account: Account | None) -> Mint | None:
    data = data_of(account, at.TOKEN, at.TOKEN_2022, least=MINT_LENGTH)
    if account is None or data is None:
        return None
    try:
        mint = MintAccount.from_bytes(data[:MINT_LENGTH])
    except ValueError:
        return None
    return Mint(token_program=account.owner, supply=mint.supply, decimals=mint.decimals)


def _is_created(account: Account | None) -> bool:
    """Whether set-up has created an account for buys on PumpSwap: a token account, or one of PumpSwap."""
    least = pump.VOLUME_ACCUMULATOR.row.size
    return is_token_account(account) or data_of(account, at.PUMP_AMM, least=least) is not None
