"""The accounts of the dat program, decoded. Keys are base58, amounts base units."""

from dataclasses import dataclass
from enum import StrEnum

from dat_operator.domain.price import Observation


class Role(StrEnum):
    """What a token is in its ecosystem."""

    ROOT = "Root"
    SECONDARY = "Secondary"


@dataclass(frozen=True, slots=True)
class Parameters:
    """The limits an ecosystem's cycles keep to, as the program holds them."""

    min_fees_root_lamports: int
    min_fees_secondary_lamports: int
    max_fees_per_cycle_lamports: int
    min_interval_seconds: int
    max_price_impact_bps: int
    max_price_rise_bps: int


@dataclass(frozen=True, slots=True)
class RootShare:
    """The share of a secondary's inflow that goes to the root, and the change of it that is on its way."""

    bps: int
    next_bps: int
    next_at: int
    """Unix time from which ``next_bps`` holds."""

    def at(self, now: int) -> int:
        """The share that holds at a time, basis points."""
        return self.next_bps if now >= self.next_at else self.bps


@dataclass(frozen=True, slots=True)
class TimelockedRole:
    """Who holds a role, and who takes it over after the timelock. Addresses."""

    now: str | None
    next: str | None
    next_at: int
    """Unix time from which ``next`` holds."""

    def at(self, now: int) -> str | None:
        """Who holds it at a time."""
        return self.next if now >= self.next_at else self.now


@dataclass(frozen=True, slots=True)
class DatState:
    """An ecosystem's account on chain."""

    admin: str
    operator: str
    treasury: str
    shared_authority: str
    active: bool
    paused: bool
    paused_at: int
    closed: bool
    """Only its last admin can open it again."""
    root_share: RootShare
    parameters: Parameters
    token_count: int
    withdraw_from: int
    root_from: int
    """From when ``pending_root_mint`` may become the root, Unix seconds."""
    root_mint: str | None
    pending_root_mint: str | None
    emergency_admin: TimelockedRole
    pending_admin: str | None
    withdraw_address: str | None
    pending_withdraw_address: str | None
    name: str


@dataclass(frozen=True, slots=True)
class TokenStats:
    """A token's account on chain. Lamports, token base units, Unix seconds."""

    mint: str
    role: Role
    active: bool
    paused: bool
    paused_at: int
    closed: bool
    """Out of its ecosystem; set-up brings it back as what it was."""
    shares_creator: bool
    """Whether fees of the shared authority may be credited to it."""
    observation: Observation
    consecutive_failures: int
    failed_cycles: int
    last_failed_id: bytes
    carried_lamports: int
    cycle_count: int
    last_cycle_at: int
    cycles_in_hour: int
    """In the hour of the clock, UTC, that the last one was in."""
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
