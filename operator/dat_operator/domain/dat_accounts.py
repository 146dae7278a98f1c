"""The accounts of the dat program, decoded. Keys are base58, amounts base units."""

from dataclasses import dataclass
from enum import StrEnum

from dat_operator.domain.price import PriceObservation


class Role(StrEnum):
    """The role of a token in its ecosystem."""

    ROOT = "Root"
    SECONDARY = "Secondary"


@dataclass(frozen=True, slots=True)
class Parameters:
    """The program's limits of an ecosystem's cycles. Lamports, seconds, basis points."""

    min_fees_root_lamports: int
    min_fees_secondary_lamports: int
    max_fees_per_cycle_lamports: int
    min_interval_seconds: int
    max_price_impact_bps: int
    max_price_rise_bps: int


@dataclass(frozen=True, slots=True)
class RootShare:
    """The part of a secondary's inflow that goes to the treasury, and its pending change."""

    bps: int
    next_bps: int
    next_at: int
    """Unix seconds from which ``next_bps`` holds."""

    def at(self, now: int) -> int:
        """The share at a time (Unix seconds), basis points."""
        return self.next_bps if now >= self.next_at else self.bps


@dataclass(frozen=True, slots=True)
class TimelockedRole:
    """The address that has a role, and the address that gets it after the timelock."""

    now: str | None
    next: str | None
    next_at: int
    """Unix seconds from which ``next`` has the role."""

    def at(self, now: int) -> str | None:
        """The address that has the role at a time (Unix seconds); None if it is empty."""
        return self.next if now >= self.next_at else self.now


@dataclass(frozen=True, slots=True)
class DatState:
    """The state: an ecosystem's account on chain."""

    admin: str
    operator: str
    treasury: str
    shared_authority: str
    active: bool
    paused: bool
    paused_at: int
    closed: bool
    """Whether the ecosystem is closed. Only its last admin can open it again."""
    root_share: RootShare
    parameters: Parameters
    token_count: int
    withdraw_from: int
    root_from: int
    """Unix seconds from which ``pending_root_mint`` can become the root."""
    root_mint: str | None
    pending_root_mint: str | None
    emergency_admin: TimelockedRole
    pending_admin: str | None
    withdraw_address: str | None
    pending_withdraw_address: str | None
    name: str


@dataclass(frozen=True, slots=True)
class TokenStats:
    """The stats: a token's account on chain. Lamports, token base units, Unix seconds."""

    mint: str
    role: Role
    active: bool
    paused: bool
    paused_at: int
    closed: bool
    """Whether the stats are closed. Set-up opens them again in the same role."""
    shares_creator: bool
    """Whether fees of the shared authority can be credited to the token."""
    observation: PriceObservation
    consecutive_failures: int
    failed_cycles: int
    last_failed_id: bytes
    carried_lamports: int
    cycle_count: int
    last_cycle_at: int
    cycles_in_hour: int
    """Cycles in the hour of the clock (UTC) of the last cycle."""
    cycles_in_day: int
    last_cycle_id: bytes
    total_inflow_lamports: int
    total_from_treasury_lamports: int
    total_to_root_lamports: int
    total_spent_lamports: int
    total_withdrawn_lamports: int
    total_credited_lamports: int
    total_burned: int
    root_share: RootShare | None
    lookup_table: str | None
