"""One token as the chain shows it, and the undivided fees of a shared creator. Amounts are base units."""

from dataclasses import dataclass
from enum import StrEnum

from dat_operator.domain.curve import BondingCurve
from dat_operator.domain.dat_accounts import TokenStats
from dat_operator.domain.pool import Pool


@dataclass(frozen=True, slots=True)
class Addresses:
    """A token's accounts."""

    stats: str
    authority: str
    token_account: str | None
    """None as long as the mint, and with it its token program, is unknown."""
    bonding_curve: str
    creator_vault: str
    """Where pump.fun keeps the fees of the authority."""
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
    """How a coin's fees are shared: pump.fun's sharing config."""

    shareholders: tuple[tuple[str, int], ...]
    """Addresses and their shares, basis points."""
    admin_revoked: bool
    """Whether it is final."""

    def share_of(self, address: str) -> int:
        """An address's share, basis points."""
        return sum(bps for holder, bps in self.shareholders if holder == address)


class FeeSource(StrEnum):
    """Whose the creator's fees of a coin are."""

    OWN = "Own"
    """The token's authority is the creator."""
    SHARED = "Shared"
    """The ecosystem's shared authority is: fees are credited to the token."""
    SHARING = "Sharing"
    """The coin's sharing config is, and pays the authority its share."""
    FOREIGN = "Foreign"
    """Somebody else is, or nobody."""


@dataclass(frozen=True, slots=True)
class TokenState:
    """One token as the chain has it. Balances are above rent."""

    mint: str
    addresses: Addresses
    mint_account: Mint | None
    curve: BondingCurve | None
    pool: Pool | None
    """Where it trades since it has graduated."""
    sharing: Sharing | None
    stats: TokenStats | None
    authority_lamports: int
    vault_lamports: int
    """Of the vault that is the token's alone: its authority's or its sharing config's."""
    vault_missing_lamports: int
    """What that vault lacks of its rent."""
    amm_vault_lamports: int
    """The same vault at PumpSwap, wrapped."""
    missing: tuple[str, ...]
    """What buys need and set-up has yet to make."""
    cashback_lamports: int = 0
    """What its own buys of a cashback coin on its curve have earned; it comes back as lamports."""
    amm_cashback_lamports: int = 0
    """The same on PumpSwap; it comes back wrapped."""
    credit_lamports: int = 0
    """Its part of the fees of a shared creator, which it gets once they are collected."""
    authority_missing_lamports: int = 0
    """What its authority lacks of its rent."""
    wrapped: tuple[tuple[str, int], ...] = ()
    """Accounts of wrapped SOL that its authority has, and what lies in each, lamports.

    Anybody may have paid it there: PumpSwap pays a creator's fees to wherever the sender says.
    """
    has_token_account: bool = True
    """False once its authority's account for the token was looked for and not found."""
    unreadable: str | None = None
    """Which of its accounts are of a form that is not known; they count as absent."""

    @property
    def creator(self) -> str | None:
        """The coin's creator."""
        if self.pool:
            return self.pool.coin_creator
        return self.curve.creator if self.curve else None

    def fee_source(self, shared_authority: str | None) -> FeeSource:
        """Whose the creator's fees are."""
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
        """Fees that wait in the curve and the pool for a sweep, whosever they are."""
        return (self.curve.creator_fee if self.curve else 0) + (self.pool.creator_fees if self.pool else 0)

    @property
    def creator_fees_lamports(self) -> int:
        """Of the creator's fees that wait at pump.fun, in buckets and vaults, what is this token's."""
        waiting = self.bucket_lamports + self.vault_lamports + self.amm_vault_lamports
        if self.creator == self.addresses.authority:
            return waiting
        share = self.sharing.share_of(self.addresses.authority) if self.sharing else 0
        return waiting * share // 10_000 + self.credit_lamports

    @property
    def uncollected_lamports(self) -> int:
        """What a cycle brings to the authority as lamports before it begins."""
        return self.creator_fees_lamports + self.cashback_lamports + self.wrapped_lamports

    @property
    def wrapped_lamports(self) -> int:
        """What is unwrapped into the authority before a cycle, what waits for it at PumpSwap included."""
        return self.amm_cashback_lamports + sum(lamports for _, lamports in self.wrapped)

    @property
    def pending_lamports(self) -> int:
        """Fees since the last cycle, wherever they lie: at pump.fun, or with the authority (less carried)."""
        carried = self.stats.carried_lamports if self.stats else 0
        return self.uncollected_lamports + max(0, self.authority_lamports - carried)


@dataclass(frozen=True, slots=True)
class SharedFees:
    """What lies with a creator that tokens share, undivided; lamports above rent."""

    authority_lamports: int
    vault_lamports: int
    amm_vault_lamports: int
    authority_missing_lamports: int
    """What the authority lacks of its rent."""
    vault_missing_lamports: int
    wrapped: tuple[tuple[str, int], ...] = ()
    """Accounts of wrapped SOL that the authority has; a run unwraps them before anything else."""

    @property
    def lamports(self) -> int:
        """All of it but what is wrapped."""
        return self.authority_lamports + self.vault_lamports + self.amm_vault_lamports
