"""Options that several commands share, as one dataclass for each group of options."""

import functools
import inspect
from collections.abc import Callable, Iterator
from dataclasses import MISSING, fields, is_dataclass
from typing import Any, get_type_hints


def expand(function: Callable[..., Any]) -> Callable[..., Any]:
    """The function as typer reads it.

    Each parameter whose type is a dataclass becomes one parameter for each field. The types of the fields
    are typer options (``Annotated[..., typer.Option()]``).
    """
    signature = inspect.signature(function, eval_str=True)
    given = list(signature.parameters.values())
    groups: dict[str, Any] = {one.name: one.annotation for one in given if is_dataclass(one.annotation)}

    @functools.wraps(function)
    def command(**values: Any) -> Any:
        for name, group in groups.items():
            values[name] = group(**{field.name: values.pop(field.name) for field in fields(group)})
        return function(**values)

    parameters = [
        single
        for one in given
        for single in (_parameters_of(one.annotation) if one.name in groups else [_keyword(one)])
    ]
    command.__signature__ = signature.replace(parameters=parameters)  # type: ignore[attr-defined]
    return command


def _keyword(parameter: inspect.Parameter) -> inspect.Parameter:
    # Parameters with a default may then precede parameters without one.
    return parameter.replace(kind=inspect.Parameter.KEYWORD_ONLY)


def _parameters_of(group: Any) -> Iterator[inspect.Parameter]:
    types = get_type_hints(group, include_extras=True)
    for field in fields(group):
        default = inspect.Parameter.empty if field.default is MISSING else field.default
        kind = inspect.Parameter.KEYWORD_ONLY
        yield inspect.Parameter(field.name, kind, default=default, annotation=types[field.name])
