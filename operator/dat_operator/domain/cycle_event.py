"""A finished cycle, as the chain reports it."""

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
        came = self.carried_in + self.inflow + self.treasury_in
        went = self.to_root + self.spent + self.carried_out
        return came == went and self.supply_before - self.supply_after == self.tokens_burned


@dataclass(frozen=True, slots=True)
class Landed:
    """A cycle with the transaction that ran it."""

    signature: str
    slot: int
    event: CycleEvent
