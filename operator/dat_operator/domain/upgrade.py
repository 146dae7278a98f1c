"""When pump.fun's programs were last changed: nobody announces it, and forms of buys change with it."""

from dataclasses import dataclass

SLOT_SECONDS = 0.4


@dataclass(frozen=True, slots=True)
class Upgrade:
    """The last upgrade of any of pump.fun's programs."""

    program: str
    slot: int
    time: int
    """About when that was, Unix seconds: from the slots since, of 0.4 s each."""

    def __str__(self) -> str:
        return f"pump.fun's program {self.program} was upgraded at slot {self.slot}"
