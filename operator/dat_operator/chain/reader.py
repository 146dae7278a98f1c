"""Reads a whole ecosystem in one batch, and what graduated and shared coins have besides in a second."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from solders.clock import Clock
from solders.pubkey import Pubkey
from solders.rent import Rent
from solders.token.state import Mint as MintAccount

from dat_operator.chain import addresses as at
from dat_operator.chain.accounts import (
    Account,
    data_of,
    decoded,
    is_token_account,
    read_accounts,
    token_amount,
)
from dat_operator.chain.dat import codec as dat
from dat_operator.chain.pump import layouts as pump
from dat_operator.chain.rpc.client import RpcClient
from dat_operator.chain.spl.wrapped_sol import in_account
from dat_operator.domain.allocation import allocate
from dat_operator.domain.chain_state import ChainState, PumpGlobal
from dat_operator.domain.curve import BondingCurve
from dat_operator.domain.dat_accounts import TokenStats
from dat_operator.domain.errors import DatError
from dat_operator.domain.fees import FeeTier
from dat_operator.domain.pool import Pool
from dat_operator.domain.token_state import Mint, SharedFees, Sharing, TokenState

PER_TOKEN = 5


@dataclass(frozen=True, slots=True)
class EcosystemKeys:
    """The public keys (base58) of one ecosystem, by which all of its accounts are found."""

    program_id: str
    admin: str
    name: str
    operator: str
    mints: tuple[str, ...]
    payer: str | None = None
    """The admin of now, who pays rents; ``admin`` is the one whom the state's address is made of."""


Accounts = Mapping[Pubkey, Account | None]
T = TypeVar("T")


async def read_chain(rpc: RpcClient, subject: EcosystemKeys) -> ChainState:
    """An ecosystem and all of its tokens.

    Raises RpcUnavailable or RpcRefused when the chain cannot be read, DatError when what all tokens need
    cannot be understood. What one token needs and cannot be understood makes that token ``unreadable``.
    """
    program, admin = Pubkey.from_string(subject.program_id), Pubkey.from_string(subject.admin)
    state_key = at.state_address(program, admin, subject.name)
    treasury_key = at.treasury_address(program, state_key)
    common = [at.CLOCK, at.RENT, at.PUMP_GLOBAL, at.FEE_CONFIG, program, state_key, treasury_key]
    common += [Pubkey.from_string(subject.operator), Pubkey.from_string(subject.payer or subject.admin)]
    coins = [_Coin(program, state_key, Pubkey.from_string(mint)) for mint in subject.mints]
    # A token's accounts stay in one batch: they are of one slot, so its numbers fit together.
    keys = common + [at.SYSTEM] * (-len(common) % PER_TOKEN)
    keys += [key for coin in coins for key in coin.keys]
    slot, values = await read_accounts(rpc, keys)
    accounts = dict(zip(keys, values, strict=True))
    more = list(dict.fromkeys(key for coin in coins for key in coin.more_keys(accounts)))
    accounts |= dict(zip(more, (await read_accounts(rpc, more))[1], strict=True))

    clock, rent_account, pump_global, fee_config, program_account, state, treasury, operator, payer = values[
        : len(common)
    ]
    clock_data, rent_data = data_of(clock, at.SYSVAR, least=40), data_of(rent_account, at.SYSVAR, least=17)
    if clock_data is None or rent_data is None:
        raise DatError("the chain shows no clock and rent sysvars: is this a Solana RPC endpoint?")
    rent = Rent.from_bytes(rent_data).minimum_balance(0)
    dat_state = decoded(state, program, dat.decode_state, f"the ecosystem's state {state_key}")
    at_pools = _AtPools.of(accounts)
    tokens = [at_pools.checked(coin.token(accounts, rent)) for coin in coins]
    shared = _shared_fees(accounts, at.shared_authority_address(program, state_key), rent)
    if dat_state and shared:
        # A part of the tokens must not divide what is everybody's.
        admitted = sum(token.stats is not None and not token.stats.closed for token in tokens)
        whole = admitted == dat_state.token_count
        parts = allocate(tokens, dat_state.shared_authority, shared if whole else None)
        tokens = [replace(token, credit_lamports=parts.get(token.mint, 0)) for token in tokens]
    return ChainState(
        slot=slot,
        time=Clock.from_bytes(clock_data).unix_timestamp,
        program_deployed=bool(program_account and program_account.executable),
        state_address=str(state_key),
        treasury_address=str(treasury_key),
        state=dat_state,
        treasury_lamports=_above(treasury, rent),
        operator_lamports=operator.lamports if operator else 0,
        admin_lamports=payer.lamports if payer else 0,
        rent_lamports=rent,
        pump_global=decoded(pump_global, at.PUMP, pump.decode_global, "pump.fun's Global account"),
        pool_global=at_pools.known,
        curve_tiers=decoded(fee_config, at.PUMP_FEES, pump.decode_fee_tiers, "pump.fun's fees") or (),
        pool_tiers=at_pools.tiers,
        tokens={token.mint: token for token in tokens},
        shared=shared,
        grown=_grown(tokens),
    )


@dataclass(frozen=True, slots=True)
class _AtPools:
    """What all graduated tokens need, and nobody else."""

    known: PumpGlobal | None = None
    tiers: tuple[FeeTier, ...] = ()
    fault: str | None = None

    @classmethod
    def of(cls, accounts: Accounts) -> "_AtPools":
        config, global_ = accounts.get(at.AMM_FEE_CONFIG), accounts.get(at.AMM_GLOBAL)
        try:
            known = decoded(global_, at.PUMP_AMM, pump.decode_pool_global, "PumpSwap's GlobalConfig account")
            tiers = decoded(config, at.PUMP_FEES, pump.decode_fee_tiers, "PumpSwap's fees") or ()
        except DatError as error:
            return cls(fault=str(error))
        return cls(known, tiers)

    def checked(self, token: TokenState) -> TokenState:
        """The token, unreadable if it needs what is not understood."""
        return replace(token, unreadable=token.unreadable or self.fault) if token.pool else token


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
        amm_vault_lamports=token_amount(accounts[amm_vault]),
        authority_missing_lamports=_below(accounts[authority], rent),
        vault_missing_lamports=_below(accounts[vault], rent),
        wrapped=in_account(wrapped := at.wrapped_sol(authority), accounts.get(wrapped)),
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
        self._faults: dict[str, None] = {}
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
            keys += [at.wrapped_sol(at.amm_creator_vault(self._shared)), at.wrapped_sol(self._shared)]
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
        mint, curve = _mint(accounts[self._mint]), self._read_curve(accounts)
        token_program = Pubkey.from_string(mint.token_program) if mint else None
        config = at.sharing_config(self._mint)
        sharing = self._read_sharing(accounts)
        pool = self._read_pool(accounts, token_program)
        creator = Pubkey.from_string(curve.creator) if curve else self._authority
        vault = accounts[at.creator_vault(config) if sharing else self._vault]
        amm_vault = accounts.get(at.wrapped_sol(at.amm_creator_vault(creator)))
        amm_volume = at.user_volume_accumulator(self._authority, at.PUMP_AMM)
        # Each pays its own rent when it is first needed, so all are made at set-up.
        made = self._bought_with(cashback=curve.is_cashback_coin) if curve and pool else {}
        return TokenState(
            mint=str(self._mint),
            addresses=at.token_addresses(self._program, self._state, self._mint, token_program),
            mint_account=mint,
            curve=curve,
            pool=pool,
            sharing=sharing,
            stats=self._read_stats(accounts),
            authority_lamports=_above(accounts[self._authority], rent),
            authority_missing_lamports=_below(accounts[self._authority], rent),
            vault_lamports=_above(vault, rent),
            vault_missing_lamports=_below(vault, rent),
            amm_vault_lamports=token_amount(amm_vault),
            missing=tuple(name for name, key in made.items() if not _is_made(accounts.get(key))),
            cashback_lamports=self._read_cashback(accounts),
            amm_cashback_lamports=token_amount(accounts.get(at.wrapped_sol(amm_volume))),
            wrapped=in_account(wrapped := at.wrapped_sol(self._authority), accounts.get(wrapped)),
            unreadable="; ".join(self._faults) or None,
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
        what = f"the bonding curve {self._curve}"
        return self._decoded(accounts[self._curve], at.PUMP, pump.decode_curve, what)

    def _read_stats(self, accounts: Accounts) -> TokenStats | None:
        what = f"the token's stats {self._stats}"
        return self._decoded(accounts[self._stats], self._program, dat.decode_stats, what)

    def _read_sharing(self, accounts: Accounts) -> Sharing | None:
        key = at.sharing_config(self._mint)
        what = f"the sharing config {key}"
        return self._decoded(accounts.get(key), at.PUMP_FEES, pump.decode_sharing, what)

    def _read_cashback(self, accounts: Accounts) -> int:
        key = at.user_volume_accumulator(self._authority)
        what = f"the volume accumulator {key}"
        return self._decoded(accounts.get(key), at.PUMP, pump.decode_cashback, what) or 0

    def _read_pool(self, accounts: Accounts, token_program: Pubkey | None) -> Pool | None:
        key = at.pool(self._mint)
        account = accounts.get(key)
        if account is None or token_program is None:
            return None
        base = token_amount(accounts[at.associated_token(key, self._mint, token_program)])
        quote = token_amount(accounts[at.wrapped_sol(key)])
        what = f"the pool {key}"
        return self._decoded(account, at.PUMP_AMM, lambda data: pump.decode_pool(data, base, quote), what)

    def _decoded(
        self, account: Account | None, owner: Pubkey, decode: Callable[[bytes], T], what: str
    ) -> T | None:
        """What lies in an account; None, and a fault of this token, if that is not understood."""
        try:
            return decoded(account, owner, decode, what)
        except DatError as error:
            self._faults[str(error)] = None
            return None


def _mint(account: Account | None) -> Mint | None:
    data = data_of(account, at.TOKEN, at.TOKEN_2022, least=82)
    if account is None or data is None:
        return None
    try:
        mint = MintAccount.from_bytes(data[:82])  # Token-2022 adds extensions behind it.
    except ValueError:
        return None
    return Mint(token_program=account.owner, supply=mint.supply, decimals=mint.decimals)


def _is_made(account: Account | None) -> bool:
    """Whether what set-up makes for buys on PumpSwap is there: token accounts, and one of PumpSwap's own."""
    return (
        is_token_account(account)
        or data_of(account, at.PUMP_AMM, least=pump.VOLUME_ACCUMULATOR.row.size) is not None
    )


def _above(account: Account | None, rent: int) -> int:
    return max(0, account.lamports - rent) if account else 0


def _below(account: Account | None, rent: int) -> int:
    return max(0, rent - (account.lamports if account else 0))
