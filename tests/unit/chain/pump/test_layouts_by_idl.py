"""The tables of pump.fun's accounts against the IDLs of the deployed programs."""

from collections.abc import Iterable
from typing import Any

import pytest

from dat_operator.chain.layout import Field, Layout
from dat_operator.chain.pump import layouts as pump
from dat_operator.domain.errors import DatError
from tests.support.vectors.pump_bytes import CREATOR, QUOTE, sharing_bytes
from tests.support.vectors.pump_idl import idl

LAYOUTS = [
    ("pump", "BondingCurve", pump.BONDING_CURVE),
    ("pump", "UserVolumeAccumulator", pump.VOLUME_ACCUMULATOR),
    ("pump_amm", "UserVolumeAccumulator", pump.VOLUME_ACCUMULATOR),
    ("pump", "Global", pump.PUMP_GLOBAL_LAYOUT),
    ("pump_amm", "GlobalConfig", pump.POOL_GLOBAL_LAYOUT),
    ("pump_amm", "Pool", pump.POOL),
    ("pump_fees", "SharingConfig", pump.SHARING_CONFIG),
    ("pump_fees", "FeeConfig", pump.FEE_CONFIG_LAYOUT),
]


SIZES = {"bool": 1, "u8": 1, "u16": 2, "u64": 8, "i64": 8, "u128": 16, "i128": 16, "pubkey": 32}


def described(program: str, kind: str, offset: int) -> dict[str, tuple[int, Any]]:
    """Offset and type of each field by the IDL, fields of nested structs too; until the first vector."""
    (layout,) = [item["type"] for item in idl(program).doc["types"] if item["name"] == kind]
    fields: dict[str, tuple[int, Any]] = {}
    for field in layout["fields"] if layout["kind"] == "struct" else ():
        name, of = field["name"], field["type"]
        if isinstance(of, dict) and "defined" in of:
            nested = described(program, of["defined"]["name"], offset)
            fields |= nested or {name: (offset, "u8")}  # An enum without data is one byte.
        else:
            fields[name] = offset, of
        last, of = list(fields.values())[-1]
        if isinstance(of, dict) and "vec" in of:
            break
        each, count = of["array"] if isinstance(of, dict) else (of, 1)
        offset = last + SIZES[each] * count
    return fields


def shown(fields: Iterable[Field]) -> dict[str, tuple[int, Any]]:
    return {
        field.name: (
            field.offset,
            {"array": [field.type.name, field.count]} if field.count else field.type.name,
        )
        for field in fields
    }


@pytest.mark.parametrize(("program", "kind", "layout"), LAYOUTS)
def test_tables_are_the_idls(program: str, kind: str, layout: Layout) -> None:
    assert layout.discriminator == idl(program).discriminator("accounts", kind)
    expected = described(program, kind, 8)
    assert shown(layout.row.fields).items() <= expected.items()
    if vector := layout.vector:
        offset, of = expected[vector.name]
        assert offset == vector.offset
        rows = described(program, of["vec"]["defined"]["name"], 0)
        assert shown(vector.row.fields) == rows


@pytest.mark.parametrize(("program", "kind", "layout"), LAYOUTS)
def test_newer_fields_come_later(program: str, kind: str, layout: Layout) -> None:
    """Programs add fields at the end only: a date that is wrong by one row breaks the order."""
    dates = [field.since for field in layout.row.fields]
    assert dates == sorted(dates), (program, kind)


@pytest.mark.parametrize(("program", "kind", "layout"), LAYOUTS)
def test_an_account_one_byte_short_is_refused(program: str, kind: str, layout: Layout) -> None:
    data = layout.discriminator.ljust(layout.minimum, b"\0")
    assert layout.fits(data)
    layout.decode(data)
    assert not layout.fits(data[:-1])
    with pytest.raises(DatError, match=f"{layout.minimum} are the minimum"):
        layout.decode(data[:-1])


def test_a_vector_that_ends_too_early_is_refused() -> None:
    data = sharing_bytes([(CREATOR, 1), (QUOTE, 2)])[: 80 + 34 + 33]
    with pytest.raises(DatError, match="147 bytes, too few for 2 shareholders"):
        pump.decode_sharing(data)
