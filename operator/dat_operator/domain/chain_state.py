"""An ecosystem as the chain shows it at one slot. Keys are base58, amounts base units."""

from dataclasses import dataclass

from dat_operator.domain.dat_accounts import DatState
from dat_operator.domain.fees import FeeTier
from dat_operator.domain.token_state import SharedFees, TokenState
from dat_operator.domain.upgrade import Upgrade


@dataclass(frozen=True, slots=True)
class PumpGlobal:
    """What trades need from the Global account of pump.fun or PumpSwap: who may be named for which fee."""

    fee_recipients: tuple[str, ...]
    reserved_fee_recipients: tuple[str, ...]
    """Of mayhem coins."""
    buyback_fee_recipients: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ChainState:
    """An ecosystem as the chain has it, at ``slot``; ``time`` is the chain's clock, Unix seconds."""

    slot: int
    time: int
    program_deployed: bool
    state_address: str
    treasury_address: str
    state: DatState | None
    treasury_lamports: int
    operator_lamports: int
    admin_lamports: int
    rent_lamports: int
    """Of an account without data: what a bare one must keep."""
    pump_global: PumpGlobal | None
    """None if pump.fun is not on this chain."""
    pool_global: PumpGlobal | None
    """The same of PumpSwap, which need not name the same recipients; None unless a token has graduated."""
    curve_tiers: tuple[FeeTier, ...]
    pool_tiers: tuple[FeeTier, ...]
    """Empty unless a token has graduated."""
    tokens: dict[str, TokenState]
    """By mint."""
    shared: SharedFees | None = None
    """None unless a token's creator is the shared authority."""
    grown: tuple[str, ...] = ()
    """Kinds of pump.fun's accounts that are longer than we know them."""
    upgrade: Upgrade | None = None
    """Of pump.fun's programs; None unless it was asked for."""
