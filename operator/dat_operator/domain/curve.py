"""A pump.fun bonding curve."""

from dataclasses import dataclass

MAX_IMPACT_DIVISOR = 10
"""A buy with the largest price impact that parameters allow takes less than a tenth of a curve's tokens."""


@dataclass(frozen=True, slots=True)
class BondingCurve:
    """A bonding curve's account. Reserves are base units, keys base58."""

    virtual_token_reserves: int
    virtual_quote_reserves: int
    real_token_reserves: int
    real_quote_reserves: int
    token_total_supply: int
    complete: bool
    creator: str
    is_mayhem_mode: bool
    is_cashback_coin: bool
    quote_mint: str
    creator_fee_bps: int
    """0 unless the coin has a creator's fee of its own."""
    is_holder_reward: bool
    creator_fee: int
    """The bucket: creator fees in the curve, lamports."""
    length: int
    """Bytes of the account. Old accounts are short; the first trade pays for their growth."""

    def market_cap(self, mint_supply: int) -> int:
        """Market cap in lamports, by pump.fun's formula for the fee tier.

        ``mint_supply``: the present supply, which falls with each burn. For a mayhem coin, the supply in its
        curve counts.
        """
        supply = self.token_total_supply if self.is_mayhem_mode else mint_supply
        return self.virtual_quote_reserves * supply // self.virtual_token_reserves

    @property
    def may_complete(self) -> bool:
        """Whether a buy, alone or with another one, can complete the curve and go on in the pool."""
        return self.real_token_reserves * MAX_IMPACT_DIVISOR <= self.virtual_token_reserves

    @property
    def depth(self) -> int:
        """The reserves that bound a buy, lamports: virtual, near the curve's end not above the real ones."""
        if self.may_complete:
            return min(self.virtual_quote_reserves, self.real_quote_reserves)
        return self.virtual_quote_reserves
