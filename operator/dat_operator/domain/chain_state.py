"""What was read from the chain, at one slot. Keys are base58, amounts base units."""

from dataclasses import dataclass
from enum import StrEnum

from dat_operator.domain.curve import BondingCurve, FeeTier


class Role(StrEnum):
    """What a token is in its ecosystem."""

    ROOT = "Root"
    SECONDARY = "Secondary"


@dataclass(frozen=True, slots=True)
class Parameters:
    """The limits an ecosystem's cycles keep to, as the program holds them."""

    operator: str
    root_share_bps: int
    min_fees_root_lamports: int
    min_fees_secondary_lamports: int
    max_fees_per_cycle_lamports: int
    min_interval_seconds: int
    max_price_impact_bps: int


@dataclass(frozen=True, slots=True)
class DatState:
    """An ecosystem's account on chain."""

    admin: str
    treasury: str
    parameters: Parameters
    root_mint: str | None
    name: str


@dataclass(frozen=True, slots=True)
class TokenStats:
    """A token's account on chain. Lamports, token base units, Unix seconds."""

    mint: str
    role: Role
    carried_lamports: int
    cycle_count: int
    last_cycle_at: int
    last_cycle_id: bytes
    total_inflow_lamports: int
    total_from_treasury_lamports: int
    total_to_root_lamports: int
    total_spent_lamports: int
    total_burned: int
    root_share_bps: int | None


@dataclass(frozen=True, slots=True)
class Addresses:
    """A token's accounts."""

    stats: str
    authority: str
    token_account: str | None
    """None as long as the mint, and with it its token program, is unknown."""
    bonding_curve: str
    creator_vault: str


@dataclass(frozen=True, slots=True)
class Mint:
    """A token's mint account."""

    token_program: str
    supply: int
    decimals: int


@dataclass(frozen=True, slots=True)
class TokenState:
    """One token as the chain has it. Balances are above rent."""

    mint: str
    addresses: Addresses
    mint_account: Mint | None
    curve: BondingCurve | None
    stats: TokenStats | None
    authority_lamports: int
    vault_lamports: int

    @property
    def pending_lamports(self) -> int:
        """Fees since the last cycle, wherever they lie: curve, vault, authority (less carried)."""
        carried = self.stats.carried_lamports if self.stats else 0
        bucket = self.curve.creator_fee if self.curve else 0
        return bucket + self.vault_lamports + max(0, self.authority_lamports - carried)


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
    fee_tiers: tuple[FeeTier, ...]
    tokens: dict[str, TokenState]
    """By mint."""
