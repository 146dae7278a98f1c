"""Packs tokens into as few transactions as limits allow.

A token is *whole* (its fees are brought in front of its cycle) or *light* (its cycle alone, its fees having
been brought by a transaction ahead). Four wholes leave room for one light cycle, so bringing every fifth
token's fees ahead saves transactions once there are enough tokens.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

T = TypeVar("T")

MAX_LOCKS = 64
"""Accounts a transaction may name."""
MAX_TRACE = 64
"""Instructions a transaction may run, calls by programs included."""
MAX_BYTES = 1232
"""Size of a signed transaction."""


@dataclass(frozen=True, slots=True)
class Slot(Generic[T]):
    """A token's place in a transaction."""

    token: T
    light: bool


@dataclass(frozen=True, slots=True)
class Packing(Generic[T]):
    """What is sent, in order: first what goes ahead, then the cycles."""

    ahead: tuple[tuple[T, ...], ...]
    """Tokens whose fees are brought, transaction by transaction."""
    cycles: tuple[tuple[Slot[T], ...], ...]

    @property
    def transactions(self) -> int:
        """How many transactions that is."""
        return len(self.ahead) + len(self.cycles)


def pack(
    tokens: Sequence[T],
    fits: Callable[[Sequence[Slot[T]]], bool],
    fits_ahead: Callable[[Sequence[T]], bool],
) -> Packing[T]:
    """Pack tokens in their order; the last one stands in the last transaction.

    ``fits`` and ``fits_ahead`` say whether cycles, or bringings of fees, go into one transaction; a single
    one always counts as fitting, and it is for its simulation to say if it does not.
    """
    plain = Packing((), _fill(tokens, fits, lights=False))
    cycles = _fill(tokens, fits, lights=True)
    ahead: list[list[T]] = []
    for token in (slot.token for batch in cycles for slot in batch if slot.light):
        if ahead and fits_ahead([*ahead[-1], token]):
            ahead[-1].append(token)
        else:
            ahead.append([token])
    mixed = Packing(tuple(map(tuple, ahead)), cycles)
    return mixed if mixed.transactions < plain.transactions else plain


def one_by_one(tokens: Sequence[T]) -> Packing[T]:
    """A transaction for each, so that none can fail by another."""
    return Packing((), tuple((Slot(token, light=False),) for token in tokens))


def _fill(
    tokens: Sequence[T], fits: Callable[[Sequence[Slot[T]]], bool], *, lights: bool
) -> tuple[tuple[Slot[T], ...], ...]:
    batches: list[list[Slot[T]]] = []
    for token in tokens:
        whole, light = Slot(token, light=False), Slot(token, light=True)
        if batches and fits([*batches[-1], whole]):
            batches[-1].append(whole)
        elif lights and batches and fits([*batches[-1], light]):
            batches[-1].append(light)
        else:
            batches.append([whole])
    return tuple(map(tuple, batches))
