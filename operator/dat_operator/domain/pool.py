"""The PumpSwap pool of a graduated coin."""

from dataclasses import dataclass

MAYHEM_SUPPLY = 10**15
"""The supply of a mayhem coin in PumpSwap's formulas, base units."""


@dataclass(frozen=True, slots=True)
class Pool:
    """A pool's account and the balances of its token accounts. Amounts are base units, keys base58."""

    base_amount: int
    quote_amount: int
    virtual_quote_reserves: int
    """Signed: minus the fees in the quote account that wait for a sweep, plus boosts."""
    coin_creator: str
    is_mayhem_mode: bool
    is_cashback_coin: bool
    quote_mint: str
    creator_fee_bps: int
    """0 unless the coin has a creator's fee of its own."""
    creator_fees: int
    """The bucket: creator fees in the pool, lamports."""
    length: int
    """Bytes of the account. Old accounts are short; the first trade pays for their growth."""

    @property
    def quote_reserves(self) -> int:
        """The reserves that make the price, lamports."""
        return self.quote_amount + self.virtual_quote_reserves

    def market_cap(self, mint_supply: int) -> int:
        """Market cap in lamports, by PumpSwap's formula for the fee tier."""
        supply = MAYHEM_SUPPLY if self.is_mayhem_mode else mint_supply
        return self.quote_reserves * supply // self.base_amount
