"""The price that a buy may pay: the program's price memory, in the program's own arithmetic."""

from dataclasses import dataclass

from dat_operator.domain.money import BPS

MIN_AGE_SLOTS = 8
"""Slots between a look at the price and the buy: twice as many as one leader has in a row."""
MAX_AGE_SLOTS = 150
"""Slots after which a look says nothing any more."""
LANDING_SLOTS = 40
"""What is left of those for a buy that is still to be simulated, sent and landed."""
ONE = 1_000_000
"""The unit of a price rise: a millionth."""


@dataclass(frozen=True, slots=True)
class Price:
    """Lamports for so many token base units: reserves, unrounded."""

    quote: int
    base: int

    def rise(self, earlier: "Price", reserves: int) -> int:
        """By how much this is above an earlier price, parts of ``ONE``, not less than it is; 0 if it is not.

        ``reserves`` are those that a buy goes by, lamports: where there were more, the rise counts for so
        much the more (programs/dat/src/arithmetic.rs).
        """
        above = self.quote * earlier.base - earlier.quote * self.base
        return above * ONE // (self.base * min(reserves, earlier.quote)) + 1 if above > 0 else 0

    def worth(self, tokens: int) -> int:
        """What so many token base units cost at this price, lamports."""
        return tokens * self.quote // self.base

    def room(self, earlier: "Price", rise_bps: int) -> int:
        """The most to spend, lamports, so that the price ends at most ``rise_bps`` above ``earlier``.

        Of reserves ``q``, a spend ``s`` lifts the price by ``(1 + s/q)^2 - 1``, which is at most ``r`` for
        ``s = q r / (2 + r)`` (programs/dat/src/arithmetic.rs).
        """
        may = earlier.quote * self.base * (ONE + rise_bps * (ONE // BPS))
        room = max(0, may // (self.quote * earlier.base) - ONE)
        return self.quote * room // (room + 2 * ONE)


@dataclass(frozen=True, slots=True)
class Observation:
    """The lowest price since the operator first looked for the next buy, as the program keeps it."""

    slot: int
    """0 if nobody has looked since the last buy."""
    quote: int
    base: int
    supply: int
    """The mint's supply at the first look, base units."""

    @property
    def price(self) -> Price:
        """The lowest price."""
        return Price(self.quote, self.base)

    def is_fresh(self, slot: int) -> bool:
        """Whether the program still goes by it at a slot; until then, another look cannot renew it."""
        return self.slot != 0 and slot <= self.slot + MAX_AGE_SLOTS

    def lasts(self, slot: int) -> bool:
        """Whether a buy that is sent at this slot, or a little later, will land in time."""
        return self.slot != 0 and slot + LANDING_SLOTS <= self.slot + MAX_AGE_SLOTS
