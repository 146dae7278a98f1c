"""The money of a cycle, as the program computes it (``programs/dat/src/arithmetic.rs``)."""

from dataclasses import dataclass

from dat_operator.domain.money import BPS


@dataclass(frozen=True, slots=True)
class Split:
    """What an authority has at hand, split; lamports."""

    carried_in: int
    """Left by the last cycle, which has split it already."""
    inflow: int
    """Came in since; only this is split."""
    to_root: int
    """The root's share of the inflow."""


def split(available: int, carried: int, root_share_bps: int) -> Split:
    """Split ``available`` lamports, the authority's balance above its rent. Rounds down.

    ``carried`` is what the last cycle left; if rent has risen since, less of it may be there.
    """
    carried_in = min(carried, available)
    inflow = available - carried_in
    return Split(carried_in, inflow, inflow * root_share_bps // BPS)
