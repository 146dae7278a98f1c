"""The PumpSwap pool of a graduated coin."""

from dataclasses import dataclass

MAYHEM_SUPPLY = 10**15
"""What PumpSwap takes for the supply of a mayhem coin, base units."""


@dataclass(frozen=True, slots=True)
class Pool:
    """The account of a pool with what lies in its token accounts. Base units, base58."""

    base_amount: int
    quote_amount: int
    virtual_quote_reserves: int
    """Signed: fees that wait in the quote account for a sweep are taken off by it, boosts added."""
    coin_creator: str
    is_mayhem_mode: bool
    is_cashback_coin: bool
    quote_mint: str
    creator_fee_bps: int
    """0 unless the coin has a creator's fee of its own."""
    creator_fees: int
    """Creator fees that wait in the pool for a sweep, lamports."""
    length: int
    """Bytes of the account: old ones are short, and whoever trades first pays for their growth."""

    @property
    def quote_reserves(self) -> int:
        """What the price is made of, lamports."""
        return self.quote_amount + self.virtual_quote_reserves

    def market_cap(self, mint_supply: int) -> int:
        """Market cap in lamports, as PumpSwap computes it to choose the fee tier."""
        supply = MAYHEM_SUPPLY if self.is_mayhem_mode else mint_supply
        return self.quote_reserves * supply // self.base_amount
