"""The accounts that all tokens of an ecosystem have in common: state, wallets, settings of pump.fun."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeVar

from solders.clock import Clock
from solders.pubkey import Pubkey
from solders.rent import Rent

from dat_operator.chain import addresses as at
from dat_operator.chain.accounts import (
    Account,
    Encoded,
    account_of,
    data_of,
    decoded,
    fingerprint,
    lamports_above,
    lamports_below,
    token_amount,
)
from dat_operator.chain.dat import codec as dat
from dat_operator.chain.pump import layouts as pump
from dat_operator.chain.spl.wrapped_sol import in_account
from dat_operator.domain.chain_state import PumpGlobal
from dat_operator.domain.dat_accounts import DatState
from dat_operator.domain.errors import DatError
from dat_operator.domain.fees import FeeTier
from dat_operator.domain.token_state import SharedFees

PUMPSWAP_KEYS = (at.AMM_FEE_CONFIG, at.AMM_GLOBAL)
"""Read only if a coin has graduated."""
T = TypeVar("T")
EncodedAccounts = Mapping[Pubkey, Encoded | None]


@dataclass(frozen=True, slots=True)
class EcosystemKeys:
    """The public keys (base58) of one ecosystem, by which all of its accounts are found."""

    program_id: str
    admin: str
    """The key from which the address of the state is derived: the first admin."""
    name: str
    operator: str
    mints: tuple[str, ...]
    payer: str | None = None
    """The present admin, who pays rents; None if it is still ``admin``."""

    @property
    def program(self) -> Pubkey:
        """The address of our program."""
        return Pubkey.from_string(self.program_id)

    @property
    def state(self) -> Pubkey:
        """The address of the ecosystem's state."""
        return at.state_address(self.program, Pubkey.from_string(self.admin), self.name)

    @property
    def treasury(self) -> Pubkey:
        """The address of the ecosystem's treasury."""
        return at.treasury_address(self.program, self.state)

    @property
    def common(self) -> list[Pubkey]:
        """The accounts that all tokens have in common."""
        wallets = [Pubkey.from_string(self.operator), Pubkey.from_string(self.payer or self.admin)]
        settings = [at.CLOCK, at.RENT, at.PUMP_GLOBAL, at.FEE_CONFIG]
        return [*settings, self.program, self.state, self.treasury, *wallets]


class RememberedAccounts:
    """Decodes an account again only if it has changed since the last read."""

    def __init__(self) -> None:
        self._known: dict[Pubkey, tuple[bytes, object]] = {}

    def decoded(
        self, key: Pubkey, encoded: Encoded | None, owner: Pubkey, decode: Callable[[bytes], T], what: str
    ) -> T | None:
        """Decode the data that ``owner`` keeps at ``key``. Returns None and raises as ``decoded`` does."""
        mark = fingerprint([encoded])
        known = self._known.get(key)
        if known is None or known[0] != mark:
            known = self._known[key] = mark, decoded(account_of(encoded), owner, decode, what)
        return known[1]  # type: ignore[return-value]  # of the same decoder


@dataclass(frozen=True, slots=True)
class PumpSettings:
    """The fees and fee recipients of pump.fun, or of PumpSwap."""

    recipients: PumpGlobal | None = None
    tiers: tuple[FeeTier, ...] = ()
    fault: str | None = None
    """Why they cannot be read, if they cannot."""


@dataclass(frozen=True, slots=True)
class CommonAccounts:
    """Decodes the accounts that all tokens of an ecosystem have in common."""

    keys: EcosystemKeys
    accounts: EncodedAccounts
    remembered: RememberedAccounts

    @property
    def time(self) -> int:
        """The clock of the chain, Unix seconds. Raises DatError if there is none."""
        return Clock.from_bytes(self._sysvar(at.CLOCK, least=40)).unix_timestamp

    @property
    def rent(self) -> int:
        """The rent of an account without data, lamports. Raises DatError if the chain does not say it."""
        return Rent.from_bytes(self._sysvar(at.RENT, least=17)).minimum_balance(0)

    @property
    def program_deployed(self) -> bool:
        """Whether our program is on this chain."""
        program = self._account(self.keys.program)
        return bool(program and program.executable)

    @property
    def state(self) -> DatState | None:
        """The ecosystem's state; None before set-up. Raises DatError for an unknown layout."""
        key = self.keys.state
        return self._decoded(key, self.keys.program, dat.decode_state, f"the ecosystem's state {key}")

    def lamports(self, key: Pubkey) -> int:
        """All lamports at an address."""
        account = self._account(key)
        return account.lamports if account else 0

    def pump(self) -> PumpSettings:
        """The settings of pump.fun. Raises DatError for an unknown layout: all tokens need them."""
        recipients = self._decoded(at.PUMP_GLOBAL, at.PUMP, pump.decode_global, "pump.fun's Global account")
        tiers = self._decoded(at.FEE_CONFIG, at.PUMP_FEES, pump.decode_fee_tiers, "pump.fun's fees")
        return PumpSettings(recipients, tiers or ())

    def pumpswap(self) -> PumpSettings:
        """The settings of PumpSwap. An unknown layout is a fault, as only graduated coins need them."""
        try:
            recipients = self._decoded(
                at.AMM_GLOBAL, at.PUMP_AMM, pump.decode_pool_global, "PumpSwap's GlobalConfig account"
            )
            tiers = self._decoded(at.AMM_FEE_CONFIG, at.PUMP_FEES, pump.decode_fee_tiers, "PumpSwap's fees")
        except DatError as error:
            return PumpSettings(fault=str(error))
        return PumpSettings(recipients, tiers or ())

    def shared_fees(self, rent: int) -> SharedFees | None:
        """The fees of the creator that tokens share; None if no token has that creator."""
        authority = at.shared_authority_address(self.keys.program, self.keys.state)
        vault = at.creator_vault(authority)
        if vault not in self.accounts:
            return None
        amm_vault, wrapped = at.wrapped_sol(at.amm_creator_vault(authority)), at.wrapped_sol(authority)
        return SharedFees(
            authority_lamports=lamports_above(self._account(authority), rent),
            vault_lamports=lamports_above(self._account(vault), rent),
            amm_vault_lamports=token_amount(self._account(amm_vault)),
            authority_missing_lamports=lamports_below(self._account(authority), rent),
            vault_missing_lamports=lamports_below(self._account(vault), rent),
            wrapped=in_account(wrapped, self._account(wrapped)),
        )

    def _account(self, key: Pubkey) -> Account | None:
        return account_of(self.accounts.get(key))

    def _sysvar(self, key: Pubkey, *, least: int) -> bytes:
        data = data_of(self._account(key), at.SYSVAR, least=least)
        if data is None:
            raise DatError("the chain shows no clock and rent sysvars: is this a Solana RPC endpoint?")
        return data

    def _decoded(self, key: Pubkey, owner: Pubkey, decode: Callable[[bytes], T], what: str) -> T | None:
        return self.remembered.decoded(key, self.accounts.get(key), owner, decode, what=what)
