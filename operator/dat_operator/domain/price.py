"""Prices and observations, in the program's own arithmetic (``programs/dat/src/arithmetic.rs``)."""

from dataclasses import dataclass

from dat_operator.domain.money import BPS

MIN_AGE_SLOTS = 8
"""The least number of slots between an observation and the buy: twice the four slots of a slot leader."""
MAX_AGE_SLOTS = 150
"""Slots after which an observation expires."""
LANDING_SLOTS = 40
"""The slots that a buy needs for simulation, sending and landing."""
ONE = 1_000_000
"""The unit of a price rise: a millionth."""


@dataclass(frozen=True, slots=True)
class Price:
    """A price as a ratio, unrounded: lamports (``quote``) for token base units (``base``)."""

    quote: int
    base: int

    def rise(self, earlier: "Price", reserves: int) -> int:
        """How far this price is above an earlier one, parts of ``ONE``, rounded up; 0 if it is not above.

        ``reserves``: the reserves that bound the buy, lamports. If the reserves were larger at the earlier
        price, the rise is scaled up by as much (programs/dat/src/arithmetic.rs).
        """
        above = self.quote * earlier.base - earlier.quote * self.base
        return above * ONE // (self.base * min(reserves, earlier.quote)) + 1 if above > 0 else 0

    def worth(self, tokens: int) -> int:
        """The cost of token base units at this price, lamports, rounded down."""
        return tokens * self.quote // self.base

    def room(self, earlier: "Price", rise_bps: int) -> int:
        """The most that a buy may spend, lamports, to end at most ``rise_bps`` above the price ``earlier``.

        With reserves ``q``, a buy of ``s`` raises the price by ``(1 + s/q)^2 - 1``. That is at most ``r`` for
        ``s = q r / (2 + r)`` (programs/dat/src/arithmetic.rs).
        """
        may = earlier.quote * self.base * (ONE + rise_bps * (ONE // BPS))
        room = max(0, may // (self.quote * earlier.base) - ONE)
        return self.quote * room // (room + 2 * ONE)


@dataclass(frozen=True, slots=True)
class PriceObservation:
    """The lowest price that the operator has observed for a token's next buy, from the token's stats."""

    slot: int
    """The slot of the last observation; 0 if there is none since the last buy."""
    quote: int
    base: int
    supply: int
    """The mint's supply at the first observation, base units."""

    @property
    def price(self) -> Price:
        """The lowest price."""
        return Price(self.quote, self.base)

    def is_fresh(self, slot: int) -> bool:
        """Whether the program still uses it at a slot. A new observation cannot replace a fresh one."""
        return self.slot != 0 and slot <= self.slot + MAX_AGE_SLOTS

    def is_usable(self, slot: int) -> bool:
        """Whether it will still be fresh when the buy lands, if its simulation begins at this slot."""
        return self.slot != 0 and slot + LANDING_SLOTS <= self.slot + MAX_AGE_SLOTS
