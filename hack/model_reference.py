"""The fields of a JSON document as a table, made from its pydantic model."""

import ast
import inspect
from collections.abc import Iterator
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel

from dat_operator.domain.document import camel

TYPES = {str: "string", bool: "boolean", int: "integer", float: "number"}


def fields_table(model: type[BaseModel]) -> str:
    """A table of all fields, those of nested documents included."""
    rows = [f"| `{path}` | {kind} | {meaning} |" for path, kind, meaning in _fields(model, "")]
    return "\n".join(["| field | type | meaning |", "|---|---|---|", *rows])


def _fields(model: type[BaseModel], prefix: str) -> Iterator[tuple[str, str, str]]:
    documented = _docstrings(model)
    for name, field in model.model_fields.items():
        path = prefix + (field.alias or name)
        kind, nested = _type(field.annotation)
        meaning = field.description or documented.get(name) or (nested.__doc__ if nested else "") or ""
        yield path, kind, " ".join(meaning.split())
        if nested:
            yield from _fields(nested, f"{path}{'[]' if 'list' in kind else ''}.")
    for name in getattr(model, "SHOWN", ()):
        yield f"{prefix}{camel(name)}SOL", "string", f"`{camel(name)}` in SOL"


def _type(annotation: Any) -> tuple[str, type[BaseModel] | None]:
    """The name of a type, and the document inside, if any."""
    arguments = get_args(annotation)
    if get_origin(annotation) in (Union, UnionType):
        (inner,) = (one for one in arguments if one is not NoneType)
        name, nested = _type(inner)
        return f"{name} or null", nested
    if get_origin(annotation) in (list, tuple):
        name, nested = _type(arguments[0])
        return f"list of {name}s", nested
    if get_origin(annotation) is Literal:
        return "string", None
    if issubclass(annotation, BaseModel):
        return "object", annotation
    return next(name for kind, name in TYPES.items() if issubclass(annotation, kind)), None


def _docstrings(model: type[BaseModel]) -> dict[str, str]:
    """The strings below the fields of a class, by field."""
    (body,) = ast.parse(inspect.getsource(model)).body
    assert isinstance(body, ast.ClassDef)
    found = {}
    for field, text in zip(body.body, body.body[1:], strict=False):
        if isinstance(field, ast.AnnAssign) and isinstance(text, ast.Expr):
            found[ast.unparse(field.target)] = str(ast.literal_eval(text.value))
    return found
