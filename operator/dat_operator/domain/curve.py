"""A pump.fun bonding curve."""

from dataclasses import dataclass

MAX_IMPACT_DIVISOR = 10
"""The largest price impact that parameters allow takes less than this part of a curve's tokens."""


@dataclass(frozen=True, slots=True)
class BondingCurve:
    """The account of a curve. Reserves in base units, keys in base58."""

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
    """Creator fees that wait in the curve for a sweep, lamports."""
    length: int
    """Bytes of the account: old ones are short, and whoever trades first pays for their growth."""

    def market_cap(self, mint_supply: int) -> int:
        """Market cap in lamports, as pump.fun computes it to choose the fee tier.

        ``mint_supply`` is the live supply, which burning lowers; a mayhem coin's is stored.
        """
        supply = self.token_total_supply if self.is_mayhem_mode else mint_supply
        return self.virtual_quote_reserves * supply // self.virtual_token_reserves

    @property
    def may_complete(self) -> bool:
        """Whether a buy, or one beside it, may complete the curve and go on in the pool-to-be."""
        return self.real_token_reserves * MAX_IMPACT_DIVISOR <= self.virtual_token_reserves

    @property
    def depth(self) -> int:
        """What bounds a buy, lamports: what the price is made of, near the end only what is really there."""
        if self.may_complete:
            return min(self.virtual_quote_reserves, self.real_quote_reserves)
        return self.virtual_quote_reserves
