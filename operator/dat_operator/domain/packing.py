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

    ``fits`` and ``fits_ahead`` say whether cycles, or bringings of fees, go into one transaction. A token
    that alone is too much for one is light; if even that does not fit, it is for its simulation to say so.
    """
    plain, mixed = (_with_ahead(_fill(tokens, fits, lights=lights), fits_ahead) for lights in (False, True))
    return mixed if mixed.transactions < plain.transactions else plain


def one_by_one(tokens: Sequence[T], fits: Callable[[Sequence[Slot[T]]], bool]) -> Packing[T]:
    """A transaction for each token, or two. Then no token fails because of another."""
    return _with_ahead([[_alone(token, fits)] for token in tokens], lambda _: False)


def _fill(
    tokens: Sequence[T], fits: Callable[[Sequence[Slot[T]]], bool], *, lights: bool
) -> list[list[Slot[T]]]:
    batches: list[list[Slot[T]]] = []
    for token in tokens:
        whole, light = Slot(token, light=False), Slot(token, light=True)
        if batches and fits([*batches[-1], whole]):
            batches[-1].append(whole)
        elif lights and batches and fits([*batches[-1], light]):
            batches[-1].append(light)
        else:
            batches.append([_alone(token, fits)])
    return batches


def _alone(token: T, fits: Callable[[Sequence[Slot[T]]], bool]) -> Slot[T]:
    whole, light = Slot(token, light=False), Slot(token, light=True)
    return light if fits([light]) and not fits([whole]) else whole


def _with_ahead(cycles: Sequence[Sequence[Slot[T]]], fits_ahead: Callable[[Sequence[T]], bool]) -> Packing[T]:
    """The same transactions, and those that bring the fees of the light ones."""
    ahead: list[list[T]] = []
    for token in (slot.token for batch in cycles for slot in batch if slot.light):
        if ahead and fits_ahead([*ahead[-1], token]):
            ahead[-1].append(token)
        else:
            ahead.append([token])
    return Packing(tuple(map(tuple, ahead)), tuple(map(tuple, cycles)))
