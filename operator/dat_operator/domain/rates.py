"""How much a token takes in and burns a day, on average, from one of its cycles to the last one."""

from dataclasses import dataclass

DAY_SECONDS = 86_400


@dataclass(frozen=True, slots=True)
class Mark:
    """What a token's cycles had done when one of them had ended, by its TokenStats."""

    cycle: int
    """The token's count of cycles."""
    at: int
    """When it landed, Unix seconds."""
    burned: int
    """Token base units."""
    inflow_lamports: int

    def precedes(self, later: "Mark") -> bool:
        """Whether the other one may follow on it; not if the chain has lost its state."""
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
    """The means of what came after ``since``, to the end of ``last``.

    None within the first day: the mean of a day cannot be told from less than one.
    """
    seconds = last.at - since.at
    if seconds < DAY_SECONDS:
        return None
    return DailyRates(
        (last.burned - since.burned) * DAY_SECONDS // seconds,
        (last.inflow_lamports - since.inflow_lamports) * DAY_SECONDS // seconds,
    )
