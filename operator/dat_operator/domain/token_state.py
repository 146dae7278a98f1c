"""One token as the chain shows it, and the undivided fees of a shared creator. Amounts are base units."""

from dataclasses import dataclass
from enum import StrEnum

from dat_operator.domain.curve import BondingCurve
from dat_operator.domain.dat_accounts import TokenStats
from dat_operator.domain.pool import Pool


@dataclass(frozen=True, slots=True)
class Addresses:
    """The addresses of a token's accounts."""

    stats: str
    authority: str
    token_account: str | None
    """None while the mint, and so its token program, is unknown."""
    bonding_curve: str
    creator_vault: str
    """The vault: pump.fun keeps the authority's fees there."""
    pool: str
    sharing_config: str


@dataclass(frozen=True, slots=True)
class Mint:
    """A token's mint account."""

    token_program: str
    supply: int
    decimals: int


@dataclass(frozen=True, slots=True)
class Sharing:
    """The shareholders of a coin's fees: pump.fun's sharing config."""

    shareholders: tuple[tuple[str, int], ...]
    """Addresses and their shares, basis points."""
    admin_revoked: bool
    """Whether the config is final."""

    def share_of(self, address: str) -> int:
        """An address's share, basis points."""
        return sum(bps for holder, bps in self.shareholders if holder == address)


class FeeSource(StrEnum):
    """The owner of a coin's creator fees."""

    OWN = "Own"
    """The token's authority is the creator."""
    SHARED = "Shared"
    """The ecosystem's shared authority is the creator. Its fees are credited to the token."""
    SHARING = "Sharing"
    """The coin's sharing config is the creator. It pays the authority a share."""
    FOREIGN = "Foreign"
    """Another address is the creator, or there is none."""


@dataclass(frozen=True, slots=True)
class TokenState:
    """One token's accounts on chain. Balances are lamports above rent."""

    mint: str
    addresses: Addresses
    mint_account: Mint | None
    curve: BondingCurve | None
    pool: Pool | None
    """The pool of a graduated coin; otherwise None."""
    sharing: Sharing | None
    stats: TokenStats | None
    authority_lamports: int
    vault_lamports: int
    """Fees in the token's own vault: its authority's, or its sharing config's."""
    vault_missing_lamports: int
    """Rent that this vault is short of."""
    amm_vault_lamports: int
    """Fees in the vault on PumpSwap, as wrapped SOL."""
    missing: tuple[str, ...]
    """Names of accounts that buys need and that do not exist yet. Set-up creates them."""
    cashback_lamports: int = 0
    """Cashback that its own buys on a curve have earned. A claim pays it in lamports."""
    amm_cashback_lamports: int = 0
    """Cashback that its own buys on PumpSwap have earned. A claim pays it in wrapped SOL."""
    credit_lamports: int = 0
    """Its part of a shared creator's fees. The token gets it when the fees are collected."""
    authority_missing_lamports: int = 0
    """Rent that its authority is short of."""
    wrapped: tuple[tuple[str, int], ...] = ()
    """The authority's accounts of wrapped SOL, and the lamports in each.

    A stranger can fill them: PumpSwap pays a creator's fees into the account that the sender names.
    """
    has_token_account: bool = True
    """False if the authority's account for the token was read and does not exist."""
    unreadable: str | None = None
    """The accounts that cannot be decoded. They count as absent."""

    @property
    def creator(self) -> str | None:
        """The coin's creator."""
        if self.pool:
            return self.pool.coin_creator
        return self.curve.creator if self.curve else None

    def fee_source(self, shared_authority: str | None) -> FeeSource:
        """The owner of the creator fees."""
        match self.creator:
            case self.addresses.authority:
                return FeeSource.OWN
            case self.addresses.sharing_config:
                return FeeSource.SHARING
            case creator if creator and creator == shared_authority:
                return FeeSource.SHARED
        return FeeSource.FOREIGN

    @property
    def bucket_lamports(self) -> int:
        """Creator fees in the curve and in the pool, for any creator."""
        return (self.curve.creator_fee if self.curve else 0) + (self.pool.creator_fees if self.pool else 0)

    @property
    def creator_fees_lamports(self) -> int:
        """The token's part of the creator fees at pump.fun, in buckets and vaults."""
        waiting = self.bucket_lamports + self.vault_lamports + self.amm_vault_lamports
        if self.creator == self.addresses.authority:
            return waiting
        share = self.sharing.share_of(self.addresses.authority) if self.sharing else 0
        return waiting * share // 10_000 + self.credit_lamports

    @property
    def uncollected_lamports(self) -> int:
        """Lamports that a cycle brings to the authority before it begins."""
        return self.creator_fees_lamports + self.cashback_lamports + self.wrapped_lamports

    @property
    def wrapped_lamports(self) -> int:
        """Lamports that a cycle unwraps first: the authority's wrapped SOL and its cashback on PumpSwap."""
        return self.amm_cashback_lamports + sum(lamports for _, lamports in self.wrapped)

    @property
    def pending_lamports(self) -> int:
        """The pending fees: at pump.fun, or with the authority (without carried SOL)."""
        carried = self.stats.carried_lamports if self.stats else 0
        return self.uncollected_lamports + max(0, self.authority_lamports - carried)


@dataclass(frozen=True, slots=True)
class SharedFees:
    """The undivided fees of a shared creator. Lamports above rent."""

    authority_lamports: int
    vault_lamports: int
    amm_vault_lamports: int
    authority_missing_lamports: int
    """Rent that the authority is short of."""
    vault_missing_lamports: int
    wrapped: tuple[tuple[str, int], ...] = ()
    """The authority's accounts of wrapped SOL. A run unwraps them first."""

    @property
    def lamports(self) -> int:
        """All of them without wrapped SOL."""
        return self.authority_lamports + self.vault_lamports + self.amm_vault_lamports
