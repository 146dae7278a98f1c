"""Packs cycles into as few transactions as the chain's limits allow.

A cycle is *self-contained* if its own transaction also brings its fees. A cycle with *prepaid fees* gets them
from a prepayment transaction that lands before. Four self-contained cycles leave room for one cycle with
prepaid fees in a transaction. So with enough tokens, prepaying every fifth token's fees saves transactions.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

T = TypeVar("T")

MAX_LOCKS = 64
"""Accounts that a transaction may name."""
MAX_TRACE = 64
"""Instructions that a transaction may run, calls by programs included."""
MAX_TRANSACTION_BYTES = 1232
"""Size of a signed transaction."""


@dataclass(frozen=True, slots=True)
class PackedCycle(Generic[T]):
    """A cycle in its transaction."""

    cycle: T
    fees_prepaid: bool
    """False: the cycle is self-contained."""


@dataclass(frozen=True, slots=True)
class Packing(Generic[T]):
    """The transactions to send: first the prepayments, then the cycles."""

    prepayments: tuple[tuple[T, ...], ...] = ()
    """The cycles whose fees each prepayment transaction brings."""
    cycles: tuple[tuple[PackedCycle[T], ...], ...] = ()
    """The cycles of each further transaction."""

    @property
    def transactions(self) -> int:
        """The number of transactions."""
        return len(self.prepayments) + len(self.cycles)


Fits = Callable[[Sequence[PackedCycle[T]]], bool]
"""Whether these cycles fit into one transaction."""
PrepaymentFits = Callable[[Sequence[T]], bool]
"""Whether the fees of these cycles fit into one prepayment transaction."""


def pack(cycles: Sequence[T], fits: Fits[T], prepayment_fits: PrepaymentFits[T]) -> Packing[T]:
    """Pack cycles in their order; the last cycle is in the last transaction.

    A self-contained cycle that exceeds a transaction gets its fees prepaid. If the cycle exceeds a
    transaction even then, it is packed nevertheless: its simulation will name the limit.
    """
    plain, mixed = (
        _with_prepayments(_fill(cycles, fits, may_prepay=may_prepay), prepayment_fits)
        for may_prepay in (False, True)
    )
    return mixed if mixed.transactions < plain.transactions else plain


def one_by_one(cycles: Sequence[T], fits: Fits[T]) -> Packing[T]:
    """Pack each cycle into a transaction of its own, or into two. Then no cycle can make another fail."""
    return _with_prepayments([[_alone(cycle, fits)] for cycle in cycles], lambda _: False)


def _fill(cycles: Sequence[T], fits: Fits[T], *, may_prepay: bool) -> list[list[PackedCycle[T]]]:
    batches: list[list[PackedCycle[T]]] = []
    for cycle in cycles:
        self_contained, prepaid = _both(cycle)
        if batches and fits([*batches[-1], self_contained]):
            batches[-1].append(self_contained)
        elif may_prepay and batches and fits([*batches[-1], prepaid]):
            batches[-1].append(prepaid)
        else:
            batches.append([_alone(cycle, fits)])
    return batches


def _alone(cycle: T, fits: Fits[T]) -> PackedCycle[T]:
    self_contained, prepaid = _both(cycle)
    return prepaid if fits([prepaid]) and not fits([self_contained]) else self_contained


def _both(cycle: T) -> tuple[PackedCycle[T], PackedCycle[T]]:
    return PackedCycle(cycle, fees_prepaid=False), PackedCycle(cycle, fees_prepaid=True)


def _with_prepayments(
    cycles: Sequence[Sequence[PackedCycle[T]]], prepayment_fits: PrepaymentFits[T]
) -> Packing[T]:
    """The same transactions, and the prepayments that they need."""
    prepayments: list[list[T]] = []
    for cycle in (packed.cycle for batch in cycles for packed in batch if packed.fees_prepaid):
        if prepayments and prepayment_fits([*prepayments[-1], cycle]):
            prepayments[-1].append(cycle)
        else:
            prepayments.append([cycle])
    return Packing(tuple(map(tuple, prepayments)), tuple(map(tuple, cycles)))
