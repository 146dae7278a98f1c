"""Reads a whole ecosystem in one batch, and what graduated and shared coins have besides in a second."""

import base64
import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from solders.pubkey import Pubkey

from dat_operator.chain import addresses as at
from dat_operator.chain import program as dat
from dat_operator.chain import pump
from dat_operator.chain.rpc import RpcClient
from dat_operator.domain.allocation import allocate
from dat_operator.domain.chain_state import ChainState, Mint, SharedFees, TokenState
from dat_operator.domain.curve import BondingCurve
from dat_operator.domain.errors import DatError
from dat_operator.domain.pool import Pool

BATCH = 100
"""Keys a call of getMultipleAccounts takes."""
PER_TOKEN = 5


@dataclass(frozen=True, slots=True)
class Account:
    """An account as RPC gives it."""

    lamports: int
    owner: str
    data: bytes
    executable: bool


@dataclass(frozen=True, slots=True)
class Subject:
    """What to read: an ecosystem's keys, base58."""

    program_id: str
    admin: str
    name: str
    operator: str
    mints: tuple[str, ...]


Accounts = Mapping[Pubkey, Account | None]


async def read_accounts(
    rpc: RpcClient, keys: Sequence[Pubkey], *, head: int | None = None
) -> tuple[int, list[Account | None]]:
    """Accounts, None where there is none, and the lowest slot of the answers; of data only ``head`` bytes."""
    slots, found = [], []
    options: dict[str, Any] = {"encoding": "base64", "commitment": rpc.commitment}
    if head is not None:
        options["dataSlice"] = {"offset": 0, "length": head}
    for start in range(0, len(keys), BATCH):
        batch = [str(key) for key in keys[start : start + BATCH]]
        answer = await rpc.call("getMultipleAccounts", batch, options)
        slots.append(int(answer["context"]["slot"]))
        found += [_account(value) for value in answer["value"]]
    return min(slots, default=0), found


async def read_chain(rpc: RpcClient, subject: Subject) -> ChainState:
    """An ecosystem and all of its tokens.

    Raises RpcUnavailable or RpcRefused when the chain cannot be read, DatError when what it holds
    cannot be understood.
    """
    program, admin = Pubkey.from_string(subject.program_id), Pubkey.from_string(subject.admin)
    state_key = at.state_address(program, admin, subject.name)
    treasury_key = at.treasury_address(program, state_key)
    common = [at.CLOCK, at.RENT, at.PUMP_GLOBAL, at.FEE_CONFIG, program, state_key, treasury_key]
    common.append(Pubkey.from_string(subject.operator))
    coins = [_Coin(program, state_key, Pubkey.from_string(mint)) for mint in subject.mints]
    # A token's accounts stay in one batch: they are of one slot, so its numbers fit together.
    keys = common + [at.SYSTEM] * (-len(common) % PER_TOKEN)
    keys += [key for coin in coins for key in coin.keys]
    slot, values = await read_accounts(rpc, keys)
    accounts = dict(zip(keys, values, strict=True))
    more = list(dict.fromkeys(key for coin in coins for key in coin.more_keys(accounts)))
    accounts |= dict(zip(more, (await read_accounts(rpc, more))[1], strict=True))

    clock, rent_account, pump_global, fee_config, program_account, state, treasury, operator = values[
        : len(common)
    ]
    if clock is None or rent_account is None:
        raise DatError("the chain shows no clock and rent sysvars: is this a Solana RPC endpoint?")
    rent = _rent_of_empty(rent_account.data)
    decoded = dat.decode_state(state.data) if state and state.owner == subject.program_id else None
    tokens = [coin.token(accounts, rent) for coin in coins]
    shared = _shared_fees(accounts, at.shared_authority_address(program, state_key), rent)
    if decoded and shared:
        # A part of the tokens must not divide what is everybody's.
        whole = sum(token.stats is not None for token in tokens) == decoded.token_count
        parts = allocate(tokens, decoded.shared_authority, shared if whole else None)
        tokens = [replace(token, credit_lamports=parts.get(token.mint, 0)) for token in tokens]
    amm_config, amm_global = accounts.get(at.AMM_FEE_CONFIG), accounts.get(at.AMM_GLOBAL)
    return ChainState(
        slot=slot,
        time=struct.unpack_from("<q", clock.data, 32)[0],
        program_deployed=bool(program_account and program_account.executable),
        state_address=str(state_key),
        treasury_address=str(treasury_key),
        state=decoded,
        treasury_lamports=_above(treasury, rent),
        operator_lamports=operator.lamports if operator else 0,
        rent_lamports=rent,
        pump_global=pump.decode_global(pump_global.data) if pump_global else None,
        pool_global=pump.decode_pool_global(amm_global.data) if amm_global else None,
        curve_tiers=pump.decode_fee_tiers(fee_config.data) if fee_config else (),
        pool_tiers=pump.decode_fee_tiers(amm_config.data) if amm_config else (),
        tokens={token.mint: token for token in tokens},
        shared=shared,
        grown=_grown(tokens),
    )


def _grown(tokens: Sequence[TokenState]) -> tuple[str, ...]:
    """Accounts that are longer than the layouts we know: pump.fun has added something."""
    curve = max((token.curve.length for token in tokens if token.curve), default=0)
    pool = max((token.pool.length for token in tokens if token.pool), default=0)
    lengths = (("a bonding curve", curve, pump.CURVE_LENGTH), ("a pool", pool, pump.POOL_LENGTH))
    return tuple(
        f"{what} has {length} bytes, not {known}" for what, length, known in lengths if length > known
    )


def _shared_fees(accounts: Accounts, authority: Pubkey, rent: int) -> SharedFees | None:
    """What lies with the shared authority, if it was asked about."""
    vault, amm_vault = at.creator_vault(authority), at.wrapped_sol(at.amm_creator_vault(authority))
    if vault not in accounts:
        return None
    return SharedFees(
        authority_lamports=_above(accounts[authority], rent),
        vault_lamports=_above(accounts[vault], rent),
        amm_vault_lamports=_amount(accounts[amm_vault]),
        authority_missing_lamports=_below(accounts[authority], rent),
        vault_missing_lamports=_below(accounts[vault], rent),
    )


class _Coin:
    """Where one token's accounts are, and what they say."""

    def __init__(self, program: Pubkey, state: Pubkey, mint: Pubkey) -> None:
        self._program, self._state, self._mint = program, state, mint
        self._authority = at.authority_address(program, state, mint)
        self._curve = at.bonding_curve(mint)
        self._stats = at.stats_address(program, state, mint)
        self._vault = at.creator_vault(self._authority)
        self._shared = at.shared_authority_address(program, state)
        self.keys = (mint, self._curve, self._stats, self._authority, self._vault)

    def more_keys(self, accounts: Accounts) -> list[Pubkey]:
        """What a second reading takes, once the first shows that the coin has graduated or shares fees."""
        mint, curve = _mint(accounts[self._mint]), self._read_curve(accounts)
        config, keys = at.sharing_config(self._mint), []
        if mint is None or curve is None:
            return []
        if curve.creator == str(config):
            keys += [config, at.creator_vault(config)]
        if curve.creator == str(self._shared):
            keys += [self._shared, at.creator_vault(self._shared)]
            keys.append(at.wrapped_sol(at.amm_creator_vault(self._shared)))
        if curve.is_cashback_coin:
            keys.append(at.user_volume_accumulator(self._authority))
        if curve.complete:
            pool, creator = at.pool(self._mint), Pubkey.from_string(curve.creator)
            token_program = Pubkey.from_string(mint.token_program)
            keys += [
                at.AMM_FEE_CONFIG,
                at.AMM_GLOBAL,
                pool,
                at.associated_token(pool, self._mint, token_program),
            ]
            keys += [at.wrapped_sol(pool), at.wrapped_sol(at.amm_creator_vault(creator))]
            keys += self._bought_with(cashback=curve.is_cashback_coin).values()
        return keys

    def token(self, accounts: Accounts, rent: int) -> TokenState:
        """The token."""
        mint, curve, stats = _mint(accounts[self._mint]), self._read_curve(accounts), accounts[self._stats]
        token_program = Pubkey.from_string(mint.token_program) if mint else None
        config = at.sharing_config(self._mint)
        sharing, pool = accounts.get(config), self._read_pool(accounts, token_program)
        creator = Pubkey.from_string(curve.creator) if curve else self._authority
        vault = accounts[at.creator_vault(config) if sharing else self._vault]
        amm_vault = accounts.get(at.wrapped_sol(at.amm_creator_vault(creator)))
        volume = accounts.get(at.user_volume_accumulator(self._authority))
        amm_volume = at.user_volume_accumulator(self._authority, at.PUMP_AMM)
        # Each pays its own rent when it is first needed, so all are made at set-up.
        made = self._bought_with(cashback=curve.is_cashback_coin) if curve and pool else {}
        return TokenState(
            mint=str(self._mint),
            addresses=at.token_addresses(self._program, self._state, self._mint, token_program),
            mint_account=mint,
            curve=curve,
            pool=pool,
            sharing=pump.decode_sharing(sharing.data) if sharing else None,
            stats=dat.decode_stats(stats.data) if stats and stats.owner == str(self._program) else None,
            authority_lamports=_above(accounts[self._authority], rent),
            authority_missing_lamports=_below(accounts[self._authority], rent),
            vault_lamports=_above(vault, rent),
            vault_missing_lamports=_below(vault, rent),
            amm_vault_lamports=_amount(amm_vault),
            missing=tuple(name for name, key in made.items() if accounts.get(key) is None),
            cashback_lamports=pump.decode_cashback(volume.data) if volume else 0,
            amm_cashback_lamports=_amount(accounts.get(at.wrapped_sol(amm_volume))),
        )

    def _bought_with(self, *, cashback: bool) -> dict[str, Pubkey]:
        """What the authority needs to buy on PumpSwap."""
        volume = at.user_volume_accumulator(self._authority, at.PUMP_AMM)
        return {
            "wrapped SOL account": at.wrapped_sol(self._authority),
            "PumpSwap volume accumulator": volume,
            **({"PumpSwap cashback account": at.wrapped_sol(volume)} if cashback else {}),
        }

    def _read_curve(self, accounts: Accounts) -> BondingCurve | None:
        curve = accounts[self._curve]
        return pump.decode_curve(curve.data) if curve and curve.owner == str(at.PUMP) else None

    def _read_pool(self, accounts: Accounts, token_program: Pubkey | None) -> Pool | None:
        key = at.pool(self._mint)
        account = accounts.get(key)
        if account is None or token_program is None or account.owner != str(at.PUMP_AMM):
            return None
        base = accounts[at.associated_token(key, self._mint, token_program)]
        return pump.decode_pool(account.data, _amount(base), _amount(accounts[at.wrapped_sol(key)]))


def _mint(account: Account | None) -> Mint | None:
    if account is None or account.owner not in at.TOKEN_PROGRAMS or len(account.data) < 82:
        return None
    (supply,) = struct.unpack_from("<Q", account.data, 36)
    return Mint(token_program=account.owner, supply=supply, decimals=account.data[44])


def _amount(account: Account | None) -> int:
    """What a token account holds, base units."""
    return int(struct.unpack_from("<Q", account.data, 64)[0]) if account else 0


def _rent_of_empty(rent: bytes) -> int:
    per_byte, threshold = struct.unpack_from("<Qd", rent)
    return int(128 * per_byte * threshold)


def _above(account: Account | None, rent: int) -> int:
    return max(0, account.lamports - rent) if account else 0


def _below(account: Account | None, rent: int) -> int:
    return max(0, rent - (account.lamports if account else 0))


def _account(value: Any) -> Account | None:
    if value is None:
        return None
    data = base64.b64decode(value["data"][0])
    return Account(int(value["lamports"]), value["owner"], data, bool(value["executable"]))
