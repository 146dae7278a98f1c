"""Tables of the fields in accounts of other programs, and the decoder that reads by them.

A program adds fields at the end and never moves one, so a table outlives upgrades.
"""

import struct
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from solders.pubkey import Pubkey

from dat_operator.chain.addresses import text_of
from dat_operator.domain.errors import DatError


@dataclass(frozen=True, slots=True)
class FieldType:
    """A type of Borsh with a fixed size."""

    name: str
    """As an IDL has it."""
    code: str
    """As the module struct has it."""
    convert: Callable[[bytes], Any] | None = None
    """From the value of the module struct to the value of the field."""

    @property
    def size(self) -> int:
        """Bytes."""
        return struct.calcsize(f"<{self.code}")


def _unsigned(data: bytes) -> int:
    return int.from_bytes(data, "little")


def _signed(data: bytes) -> int:
    return int.from_bytes(data, "little", signed=True)


def _base58(data: bytes) -> str:
    return text_of(Pubkey(data))


BOOL = FieldType("bool", "?")
U16 = FieldType("u16", "H")
U64 = FieldType("u64", "Q")
U128 = FieldType("u128", "16s", _unsigned)
I128 = FieldType("i128", "16s", _signed)
PUBKEY = FieldType("pubkey", "32s", _base58)
"""A field of this type has its key in base58."""


@dataclass(frozen=True, slots=True)
class Field:
    """One field of an account."""

    name: str
    offset: int
    """Bytes from the start of the account, or of the row."""
    type: FieldType
    since: str = ""
    """Year and month of the upgrade that added the field; empty if every account has it."""
    count: int | None = None
    """Length of an array, which is decoded as a tuple; None for a single value."""

    @property
    def end(self) -> int:
        """Offset of the first byte behind the field."""
        return self.offset + self.type.size * (self.count or 1)


class Row:
    """Fields at fixed offsets: all of an account, or one element of a vector."""

    def __init__(self, fields: Iterable[Field]) -> None:
        self.fields = tuple(fields)
        self.size = max((field.end for field in self.fields), default=0)
        code, end = "<", 0
        for field in self.fields:
            code += f"{field.offset - end}x" + field.type.code * (field.count or 1)
            end = field.end
        self._struct = struct.Struct(code)

    def decode(self, data: bytes, offset: int = 0) -> dict[str, Any]:
        """The fields by name. The data must hold ``size`` bytes from ``offset`` on."""
        found = iter(self._struct.unpack_from(data, offset))
        values: dict[str, Any] = {}
        for field in self.fields:
            convert = field.type.convert
            if field.count is None:
                value = next(found)
                values[field.name] = convert(value) if convert else value
            else:
                each = [next(found) for _ in range(field.count)]
                values[field.name] = tuple(map(convert, each) if convert else each)
        return values


@dataclass(frozen=True, slots=True)
class Vector:
    """A vector of Borsh: a count of four bytes, then the elements. It is the last field that is read."""

    name: str
    offset: int
    row: Row

    def decode(self, data: bytes) -> tuple[dict[str, Any], ...]:
        """The elements. Raises DatError if the data ends before the last one."""
        count = _unsigned(data[self.offset : self.offset + 4])
        first = self.offset + 4
        if len(data) < first + count * self.row.size:
            raise DatError(f"the account has {len(data)} bytes, too few for {count} {self.name}")
        return tuple(self.row.decode(data, first + i * self.row.size) for i in range(count))


class Layout:
    """The fields of one kind of account, as far as this operator reads them.

    ``minimum``: bytes that every account of the kind has. Old accounts stay short when a program adds fields:
    a field beyond the end of the account reads as zero. ``length``: bytes of an account of today.
    """

    def __init__(
        self,
        name: str,
        discriminator: bytes,
        fields: Iterable[Field] = (),
        *,
        minimum: int,
        length: int | None = None,
        vector: Vector | None = None,
    ) -> None:
        self.name, self.discriminator = name, discriminator
        self.row = Row(fields)
        self.minimum, self.length = minimum, length or self.row.size
        self.vector = vector

    def fits(self, data: bytes) -> bool:
        """Whether an account with this data is of this kind."""
        return data.startswith(self.discriminator) and len(data) >= self.minimum

    def decode(self, data: bytes) -> dict[str, Any]:
        """The fields by name. Raises DatError if the account is of another kind or too short."""
        if not data.startswith(self.discriminator):
            raise DatError(f"the account does not hold {self.name}")
        if len(data) < self.minimum:
            short = f"it has {len(data)} bytes, {self.minimum} are the minimum"
            raise DatError(f"the account does not hold {self.name}: {short}")
        values = self.row.decode(data.ljust(self.row.size, b"\0"))
        if self.vector:
            values[self.vector.name] = self.vector.decode(data)
        return values
