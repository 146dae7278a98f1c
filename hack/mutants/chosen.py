"""Which mutants somebody asks for."""

from collections.abc import Callable, Collection, Sequence
from typing import TypeVar

from hack.common.steps import StepError

T = TypeVar("T")


def chosen(known: Sequence[T], name_of: Callable[[T], str], names: Collection[str]) -> list[T]:
    """Those with these names, or all if there are none. Raises StepError if a name is nobody's."""
    if unknown := set(names) - {name_of(one) for one in known}:
        raise StepError(f"no mutants of {', '.join(sorted(unknown))}: they stand in hack/mutants")
    return [one for one in known if not names or name_of(one) in names]
