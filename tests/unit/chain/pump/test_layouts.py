"""pump.fun's layouts, against the IDLs that come with its programs and against programs/genesis."""

import base64
import json
import struct
from collections.abc import Iterable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from solders.pubkey import Pubkey

from dat_operator.chain import addresses as at
from dat_operator.chain.fields import Field, Layout
from dat_operator.chain.pump import layouts as pump
from dat_operator.domain.errors import DatError
from dat_operator.domain.fees import Fees, FeeTier
from dat_operator.domain.token_state import Sharing
from hack.common.paths import REPO
from hack.pump import addresses as known
from hack.pump import fees as published
from tests.support.chain_state import SOL, key
from tests.support.vectors.pump_idl import idl

LENGTHS = (81, 82, 83, 115, 123, 124, 125, 133, 150, 151, 166)
"""What curves have been long; the oldest with a creator has 81 bytes."""
CREATOR, QUOTE = key("creator"), key("quote")


def curve_bytes(length: int = pump.CURVE_LENGTH, **changes: Any) -> bytes:
    """A curve whose every field is another value, cut where an old account ends."""
    values = {
        "virtual_token_reserves": 1,
        "virtual_quote_reserves": 2,
        "real_token_reserves": 3,
        "real_quote_reserves": 4,
        "token_total_supply": 5,
        "complete": True,
        "creator": CREATOR,
        "is_mayhem_mode": True,
        "is_cashback_coin": True,
        "quote_mint": QUOTE,
        "creator_fee_bps": 7,
        "can_edit_creator_fee": True,
        "is_holder_reward": True,
        "creator_fee": 6,
        "protocol_fees": 8,
        "depth": 9,
        "initial_virtual_quote_reserves": 10,
        "post_complete_base_out": 11,
        "post_complete_quote_in": 12,
    }
    return idl("pump").encode_account("BondingCurve", {**values, **changes})[:length]


def pool_bytes(length: int = pump.POOL_LENGTH, **changes: Any) -> bytes:
    """A pool, likewise."""
    values = {
        "pool_bump": 1,
        "index": 2,
        "creator": key("pool creator"),
        "base_mint": key("base"),
        "quote_mint": QUOTE,
        "lp_mint": key("lp"),
        "pool_base_token_account": key("base account"),
        "pool_quote_token_account": key("quote account"),
        "lp_supply": 3,
        "coin_creator": CREATOR,
        "is_mayhem_mode": True,
        "is_cashback_coin": True,
        "virtual_quote_reserves": -4,
        "creator_fee_bps": 5,
        "can_edit_creator_fee": True,
        "is_holder_reward": True,
        "protocol_fees": 6,
        "creator_fees": 7,
    }
    return idl("pump_amm").encode_account("Pool", {**values, **changes})[:length]


def volume_bytes(earned: int, claimed: int) -> bytes:
    """A trader's volume accumulator whose every other field is another value."""
    values = {
        "user": key("trader"),
        "needs_claim": True,
        "total_unclaimed_tokens": 1,
        "total_claimed_tokens": 2,
        "current_sol_volume": 3,
        "last_update_timestamp": 4,
        "has_total_claimed_tokens": True,
        "cashback_earned": earned,
        "total_cashback_claimed": claimed,
        "stable_cashback_earned": 5,
        "total_stable_cashback_claimed": 6,
    }
    return idl("pump").encode_account("UserVolumeAccumulator", values)


def sharing_bytes(holders: list[tuple[Pubkey, int]], *, revoked: bool = True) -> bytes:
    """A sharing config, in an account with room to spare (docs/pump-fun.md: 1024 bytes)."""
    head = bytes([250, 2, 1]) + bytes(key("mint")) + bytes(key("config admin")) + bytes([revoked])
    rows = b"".join(bytes(holder) + struct.pack("<H", bps) for holder, bps in holders)
    data = pump.SHARING_CONFIG.discriminator + head + struct.pack("<I", len(holders)) + rows
    return data.ljust(1024, b"\0")


def genesis(address: Pubkey) -> bytes:
    """An account as a local chain starts with it."""
    accounts = json.loads((REPO / "programs/genesis/accounts.json").read_text())
    (found,) = [a for a in accounts if a["address"] == str(address)]
    return base64.b64decode(found["data"])


@given(st.integers(0, 2**64 - 1), st.integers(0, 2**64 - 1))
def test_what_a_trader_may_claim(one: int, other: int) -> None:
    earned, claimed = max(one, other), min(one, other)
    assert pump.decode_cashback(volume_bytes(earned, claimed)) == earned - claimed


def test_an_accumulator_from_before_cashback() -> None:
    assert pump.decode_cashback(volume_bytes(5, 3)[:73]) == 0
    with pytest.raises(DatError, match="does not hold a volume accumulator"):
        pump.decode_cashback(bytes(137))


@pytest.mark.parametrize("length", LENGTHS)
def test_a_curve_of_every_length(length: int) -> None:
    """A field beyond the end reads as zero."""
    curve = pump.decode_curve(curve_bytes(length))
    assert (curve.virtual_token_reserves, curve.virtual_quote_reserves) == (1, 2)
    assert (curve.real_token_reserves, curve.real_quote_reserves, curve.token_total_supply) == (3, 4, 5)
    assert curve.complete
    assert curve.creator == str(CREATOR)
    assert curve.is_mayhem_mode is (length > 81)
    assert curve.is_cashback_coin is (length > 82)
    assert curve.quote_mint == str(QUOTE if length >= 115 else at.SYSTEM)
    assert curve.creator_fee_bps == (7 if length >= 123 else 0)
    assert curve.is_holder_reward is (length > 124)
    assert curve.creator_fee == (6 if length >= 133 else 0)
    assert curve.length == length


POOL_LENGTHS = (211, 243, 244, 245, 261, 269, 270, 271, 279, 287, 300, 301)
"""What pools have been long; the oldest has no creator."""


@pytest.mark.parametrize("length", POOL_LENGTHS)
def test_a_pool_of_every_length(length: int) -> None:
    data = pool_bytes(length).ljust(length, b"\0")
    pool = pump.decode_pool(data, 100, 200)
    assert (pool.base_amount, pool.quote_amount, pool.quote_mint) == (100, 200, str(QUOTE))
    assert pool.coin_creator == str(CREATOR if length >= 243 else at.SYSTEM)
    assert pool.is_mayhem_mode is (length > 243)
    assert pool.is_cashback_coin is (length > 244)
    assert pool.virtual_quote_reserves == (-4 if length >= 261 else 0)
    assert pool.creator_fee_bps == (5 if length >= 269 else 0)
    assert pool.creator_fees == (7 if length >= 287 else 0)
    assert pool.length == length


@given(st.integers(-(2**127), 2**127 - 1))
def test_virtual_reserves_are_signed(virtual: int) -> None:
    pool = pump.decode_pool(pool_bytes(virtual_quote_reserves=virtual), 0, 0)
    assert pool.virtual_quote_reserves == virtual


@pytest.mark.parametrize("flag", ["complete", "is_mayhem_mode", "is_cashback_coin", "is_holder_reward"])
def test_each_flag_of_a_curve_is_its_own(flag: str) -> None:
    off = {"complete", "is_mayhem_mode", "is_cashback_coin", "is_holder_reward", "can_edit_creator_fee"}
    curve = pump.decode_curve(curve_bytes(**{name: name == flag for name in off}))
    assert [name for name in sorted(off - {"can_edit_creator_fee"}) if getattr(curve, name)] == [flag]


@pytest.mark.parametrize("flag", ["is_mayhem_mode", "is_cashback_coin"])
def test_each_flag_of_a_pool_is_its_own(flag: str) -> None:
    off = {"is_mayhem_mode", "is_cashback_coin", "can_edit_creator_fee", "is_holder_reward"}
    pool = pump.decode_pool(pool_bytes(**{name: name == flag for name in off}), 0, 0)
    assert [name for name in ("is_mayhem_mode", "is_cashback_coin") if getattr(pool, name)] == [flag]


NO_ACCOUNT = [b"", b"\0" * 300, b"\1" * 300]


@pytest.mark.parametrize("data", [*NO_ACCOUNT, pool_bytes()])
def test_what_is_no_curve_is_said_so(data: bytes) -> None:
    with pytest.raises(DatError, match="does not hold a bonding curve"):
        pump.decode_curve(data)


@pytest.mark.parametrize("data", [*NO_ACCOUNT, curve_bytes()])
def test_what_is_no_pool_is_said_so(data: bytes) -> None:
    with pytest.raises(DatError, match="does not hold a pool"):
        pump.decode_pool(data, 0, 0)


HOLDERS = st.lists(
    st.tuples(st.binary(min_size=32, max_size=32).map(Pubkey), st.integers(0, 10_000)), max_size=10
)


@given(HOLDERS, st.booleans())
def test_a_sharing_config(holders: list[tuple[Pubkey, int]], revoked: bool) -> None:
    expected = tuple((str(holder), bps) for holder, bps in holders)
    assert pump.decode_sharing(sharing_bytes(holders, revoked=revoked)) == Sharing(expected, revoked)


@pytest.mark.parametrize("data", [*NO_ACCOUNT, pump.SHARING_CONFIG.discriminator + bytes(71)])
def test_what_is_no_sharing_config_is_said_so(data: bytes) -> None:
    with pytest.raises(DatError, match="does not hold a sharing config"):
        pump.decode_sharing(data)


BPS = st.integers(0, 10_000)
TIERS = st.lists(st.tuples(st.integers(0, 2**128 - 1), st.builds(Fees, BPS, BPS, BPS)), max_size=30)


@given(TIERS)
def test_fee_tiers(tiers: list[tuple[int, Fees]]) -> None:
    data = pump.FEE_CONFIG_LAYOUT.discriminator + bytes(57) + struct.pack("<I", len(tiers))
    for threshold, fees in tiers:
        data += threshold.to_bytes(16, "little") + struct.pack("<3Q", *fees.all)
    expected = tuple(FeeTier(threshold, fees) for threshold, fees in tiers)
    assert pump.decode_fee_tiers(data.ljust(2512, b"\0")) == expected


@pytest.mark.parametrize("data", [b"", bytes(2512), pump.FEE_CONFIG_LAYOUT.discriminator])
def test_what_is_no_fee_configuration_is_said_so(data: bytes) -> None:
    with pytest.raises(DatError, match="a fee configuration"):
        pump.decode_fee_tiers(data)


def test_the_published_tiers_of_curves() -> None:
    assert pump.decode_fee_tiers(genesis(at.FEE_CONFIG)) == (FeeTier(0, Fees(*published.CURVE)),)


def test_the_published_tiers_of_pools() -> None:
    first, *rest = pump.decode_fee_tiers(genesis(at.AMM_FEE_CONFIG))
    assert first == FeeTier(0, Fees(*published.AMM_FIRST))
    assert rest == [
        FeeTier(sol * SOL, Fees(published.AMM_LP, published.AMM_PROTOCOL, creator))
        for sol, _, creator in published.AMM_TIERS
    ]


def test_the_recipients_of_global() -> None:
    found = pump.decode_global(genesis(at.PUMP_GLOBAL))
    assert found.fee_recipients == known.FEE_RECIPIENTS
    assert found.reserved_fee_recipients == known.RESERVED_FEE_RECIPIENTS
    assert found.buyback_fee_recipients == known.BUYBACK_FEE_RECIPIENTS


@pytest.mark.parametrize("data", [b"", bytes(2000), pump.PUMP_GLOBAL_LAYOUT.discriminator + bytes(988)])
def test_what_is_no_global_is_said_so(data: bytes) -> None:
    with pytest.raises(DatError, match="Global account"):
        pump.decode_global(data)


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


def test_todays_lengths() -> None:
    assert len(curve_bytes(10_000)) == pump.CURVE_LENGTH
    assert len(pool_bytes(10_000)) == pump.POOL_LENGTH


def test_pumpswap_names_its_own_recipients() -> None:
    keys = [key(f"recipient {number}") for number in range(24)]
    data = bytearray(pump.POOL_GLOBAL_LAYOUT.discriminator + bytes(pump.POOL_GLOBAL_LAYOUT.minimum - 8))
    offsets = [*range(57, 313, 32), 385, *range(418, 642, 32), *range(643, 899, 32)]
    for offset, recipient in zip(offsets, keys, strict=True):
        data[offset : offset + 32] = bytes(recipient)
    found = pump.decode_pool_global(bytes(data))
    shown = tuple(map(str, keys))
    assert found.fee_recipients == shown[:8]
    assert found.reserved_fee_recipients == shown[8:16]
    assert found.buyback_fee_recipients == shown[16:]
    with pytest.raises(DatError, match="GlobalConfig"):
        pump.decode_pool_global(bytes(data[:-1]))
