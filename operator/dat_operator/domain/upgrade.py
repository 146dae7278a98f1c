"""When pump.fun's programs were last changed: nobody announces it, and forms of buys change with it."""

from dataclasses import dataclass

SHORTEST_SLOT_SECONDS = 0.2
"""No slot is expected to be shorter: mainnet's took 0.32 s in September 2026, and 0.2 s is the aim."""


@dataclass(frozen=True, slots=True)
class Upgrade:
    """The last upgrade of any of pump.fun's programs."""

    program: str
    slot: int
    time: int
    """When that was, Unix seconds; the latest that it can have been where no endpoint keeps its block."""

    def __str__(self) -> str:
        return f"pump.fun's program {self.program} was upgraded at slot {self.slot}"
