"""The last upgrade of pump.fun's programs. It comes without notice and can change the forms of buys."""

from dataclasses import dataclass

SHORTEST_SLOT_SECONDS = 0.2
"""The shortest slot to expect. Mainnet's slots took 0.32 s in September 2026, and its aim is 0.2 s."""


@dataclass(frozen=True, slots=True)
class Upgrade:
    """The last upgrade of any of pump.fun's programs."""

    program: str
    slot: int
    time: int
    """Unix seconds. If no endpoint keeps the slot's block: the latest time that the slot can have had."""

    def __str__(self) -> str:
        return f"pump.fun's program {self.program} was upgraded at slot {self.slot}"
