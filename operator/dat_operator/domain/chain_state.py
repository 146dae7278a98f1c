"""An ecosystem as the chain shows it at one slot. Keys are base58, amounts base units."""

from dataclasses import dataclass

from dat_operator.domain.dat_accounts import DatState
from dat_operator.domain.fees import FeeTier
from dat_operator.domain.token_state import SharedFees, TokenState
from dat_operator.domain.upgrade import Upgrade


@dataclass(frozen=True, slots=True)
class PumpGlobal:
    """The fee recipients that a trade may name, from the Global account of pump.fun or PumpSwap."""

    fee_recipients: tuple[str, ...]
    reserved_fee_recipients: tuple[str, ...]
    """The fee recipients for mayhem coins."""
    buyback_fee_recipients: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ChainState:
    """An ecosystem on chain at ``slot``. ``time``: the chain's clock, Unix seconds."""

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
    """The rent of an account without data: the least balance of an authority."""
    pump_global: PumpGlobal | None
    """None if this chain has no pump.fun."""
    pool_global: PumpGlobal | None
    """PumpSwap's recipients, which can differ; None unless a token has graduated."""
    curve_tiers: tuple[FeeTier, ...]
    pool_tiers: tuple[FeeTier, ...]
    """Empty unless a token has graduated."""
    tokens: dict[str, TokenState]
    """By mint."""
    shared: SharedFees | None = None
    """None unless a token's creator is the shared authority."""
    grown: tuple[str, ...] = ()
    """Kinds of pump.fun's accounts that are longer than the known layout."""
    upgrade: Upgrade | None = None
    """The last upgrade of pump.fun's programs; None unless it was read."""
