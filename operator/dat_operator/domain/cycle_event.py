"""A landed cycle, from the program's event."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class CycleEvent:
    """The program's CycleCompleted event. Lamports, token base units, Unix seconds."""

    state: str
    mint: str
    cycle_id: bytes
    cycle: int
    carried_in: int
    inflow: int
    treasury_in: int
    to_root: int
    spent: int
    carried_out: int
    tokens_bought: int
    tokens_burned: int
    supply_before: int
    supply_after: int
    timestamp: int

    @property
    def conserved(self) -> bool:
        """Whether every lamport and every token unit of the cycle is accounted for."""
        received = self.carried_in + self.inflow + self.treasury_in
        paid = self.to_root + self.spent + self.carried_out
        return received == paid and self.supply_before - self.supply_after == self.tokens_burned


@dataclass(frozen=True, slots=True)
class Landed:
    """A landed cycle and its transaction."""

    signature: str
    slot: int
    event: CycleEvent
