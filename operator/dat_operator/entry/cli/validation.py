"""Errors of pydantic as one sentence: field, value and reason."""

from collections.abc import Callable

from pydantic import ValidationError
from pydantic_core import ErrorDetails

Location = tuple[int | str, ...]
LONGEST_VALUE = 60
"""Characters of a value that a sentence shows."""


def sentence(error: ValidationError, name_of: Callable[[Location], str]) -> str:
    """The first error as ``field: value: reason``, and how many errors follow.

    ``name_of`` gives a field the name that a reader knows. A URL is not shown: it may hold a key.
    """
    first, *others = error.errors(include_url=False)
    more = f" (and {len(others)} more)" if others else ""
    return f"{name_of(first['loc'])}: {_reason(first)}{more}"


def path_of(location: Location) -> str:
    """A location as a path: ``rpc[0].url``."""
    parts = (f"[{part}]" if isinstance(part, int) else f".{part}" for part in location)
    return "".join(parts).removeprefix(".") or "the document"


def _reason(error: ErrorDetails) -> str:
    if error["type"] == "missing":
        return "the field is missing"
    if error["type"] == "extra_forbidden":
        return "this version of dat does not know the field"
    reason = error["msg"][:1].lower() + error["msg"][1:]
    value = error["input"]
    is_url = any("url" in str(part).lower() for part in error["loc"])
    shown = error["loc"] and not is_url and isinstance(value, str | int | float | bool | None)
    return f"{repr(value)[:LONGEST_VALUE]}: {reason}" if shown else reason
