"""Chooses mutants by name."""

from collections.abc import Callable, Collection, Sequence
from typing import TypeVar

from hack.common.steps import StepError

T = TypeVar("T")


def chosen(known: Sequence[T], name_of: Callable[[T], str], names: Collection[str]) -> list[T]:
    """Return the items with these names, or all without names. Raises StepError for an unknown name."""
    if unknown := set(names) - {name_of(one) for one in known}:
        raise StepError(f"no mutants named {', '.join(sorted(unknown))}; hack/mutants lists the names")
    return [one for one in known if not names or name_of(one) in names]
