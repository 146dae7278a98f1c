"""Standard output as JSON, for programs."""

import dataclasses
import json
from collections.abc import Mapping
from enum import StrEnum
from typing import Any

import typer
from pydantic import BaseModel

LARGEST_NUMBER = 2**53 - 1
"""Readers of JSON that hold numbers as doubles round a larger integer."""


class Output(StrEnum):
    """Format of standard output."""

    TABLE = "table"
    JSON = "json"


def print_json(value: Any) -> None:
    """Print a pydantic model, a dataclass, or a container of such. See ``plain`` for the values."""
    typer.echo(json.dumps(plain(value), indent=2, ensure_ascii=False))


def plain(value: Any) -> Any:
    """The value as JSON has it: an integer beyond 2^53 - 1 is a string, bytes are hexadecimal."""
    if isinstance(value, BaseModel):
        return plain(value.model_dump(mode="json", by_alias=True))
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return plain(dataclasses.asdict(value))
    if isinstance(value, Mapping):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    return _scalar(value)


def _scalar(value: Any) -> Any:
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, int) and abs(value) > LARGEST_NUMBER:
        return str(value)
    return value if isinstance(value, str | int | float | None) else str(value)
