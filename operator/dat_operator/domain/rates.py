"""A token's mean inflow and burn of a day, from one of its cycles to its last one."""

from dataclasses import dataclass

from dat_operator.domain.timestamp import DAY_SECONDS


@dataclass(frozen=True, slots=True)
class Mark:
    """A token's totals at the end of one of its cycles, from its TokenStats."""

    cycle: int
    """The token's count of cycles."""
    at: int
    """When the cycle landed, Unix seconds."""
    burned: int
    """Token base units."""
    inflow_lamports: int

    def precedes(self, later: "Mark") -> bool:
        """Whether ``later`` can follow this mark. False if the chain has lost its state since."""
        mine = self.cycle, self.at, self.burned, self.inflow_lamports
        others = later.cycle, later.at, later.burned, later.inflow_lamports
        return all(a <= b for a, b in zip(mine, others, strict=True))


@dataclass(frozen=True, slots=True)
class DailyRates:
    """Means, rounded down."""

    burned_per_day: int
    """Token base units."""
    inflow_lamports_per_day: int


def rates(since: Mark, last: Mark) -> DailyRates | None:
    """The means from ``since`` to ``last``. None if less than a day lies between them."""
    seconds = last.at - since.at
    if seconds < DAY_SECONDS:
        return None
    return DailyRates(
        (last.burned - since.burned) * DAY_SECONDS // seconds,
        (last.inflow_lamports - since.inflow_lamports) * DAY_SECONDS // seconds,
    )
