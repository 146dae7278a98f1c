"""How a cycle splits an authority's SOL, by the program's formula (``programs/dat/src/arithmetic.rs``)."""

from dataclasses import dataclass

from dat_operator.domain.money import BPS


@dataclass(frozen=True, slots=True)
class Split:
    """The parts of an authority's SOL, lamports."""

    carried_in: int
    """Left by the last cycle. It was split then and is not split again."""
    inflow: int
    """Received since the last cycle. Only this part is split."""
    to_root: int
    """The root share: the part of the inflow that goes to the treasury."""


def split(available: int, carried: int, root_share_bps: int) -> Split:
    """Split ``available`` lamports, the authority's balance above its rent. Rounds down.

    ``carried``: lamports that the last cycle left. If rent has risen since, less of them is available.
    """
    carried_in = min(carried, available)
    inflow = available - carried_in
    return Split(carried_in, inflow, inflow * root_share_bps // BPS)
