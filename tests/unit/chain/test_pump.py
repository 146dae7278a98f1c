"""pump.fun's layouts and account lists, against the IDL that comes with its program."""

import struct
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from solders.pubkey import Pubkey

from dat_operator.chain import addresses as at
from dat_operator.chain import pump
from dat_operator.domain.curve import Fees, FeeTier
from dat_operator.domain.errors import DatError
from hack.pump.addresses import BUYBACK_FEE_RECIPIENTS
from hack.pump.coin import Coin, pump_idl
from tests.unit.builders import key

LENGTHS = (81, 82, 83, 115, 124, 125, 133, 150, 151, 166)
"""What curves have been long; the oldest with a creator has 81 bytes."""
CREATOR, QUOTE = key("creator"), key("quote")


def curve_bytes(length: int) -> bytes:
    """A curve whose every field is another value, cut where an old account ends."""
    data = pump.CURVE_DISCRIMINATOR + struct.pack("<5Q", 1, 2, 3, 4, 5) + b"\1"
    data += bytes(CREATOR) + b"\1\1" + bytes(QUOTE)
    data = data.ljust(124, b"\7") + b"\1" + struct.pack("<Q", 6)
    return data.ljust(pump.CURVE_LENGTH, b"\7")[:length]


@pytest.mark.parametrize("length", LENGTHS)
def test_a_curve_of_every_length(length: int) -> None:
    curve = pump.decode_curve(curve_bytes(length))
    assert (curve.virtual_token_reserves, curve.virtual_quote_reserves) == (1, 2)
    assert (curve.real_token_reserves, curve.real_quote_reserves, curve.token_total_supply) == (3, 4, 5)
    assert curve.complete
    assert curve.creator == str(CREATOR)
    assert curve.is_mayhem_mode is (length > 81)
    assert curve.is_cashback_coin is (length > 82)
    assert curve.quote_mint == str(QUOTE if length >= 115 else at.SYSTEM)
    assert curve.is_holder_reward is (length > 124)
    assert curve.creator_fee == (6 if length >= 133 else 0)


def test_the_curves_fields_are_where_the_idl_has_them() -> None:
    """Encodes a curve by the IDL of the program and reads it with ours."""
    values: dict[str, Any] = {}
    encoded = b""
    for number, field in enumerate(_fields("BondingCurve"), start=1):
        values[field["name"]], piece = _example(field["type"], number)
        encoded += piece
    curve = pump.decode_curve(pump.CURVE_DISCRIMINATOR + encoded)
    for name, value in values.items():
        ours = {"is_holder_reward": "is_holder_reward"}.get(name, name)
        if hasattr(curve, ours):
            assert getattr(curve, ours) == value, name
    assert curve.creator_fee == values["creator_fee"]


def _fields(name: str) -> list[dict[str, Any]]:
    import json

    from hack.pump.artifacts import pump_idls

    idl = json.loads((pump_idls() / "pump.json").read_text())
    (found,) = [t for t in idl["types"] if t["name"] == name]
    fields: list[dict[str, Any]] = found["type"]["fields"]
    return fields


def _example(kind: Any, number: int) -> tuple[Any, bytes]:
    if kind == "bool":
        return bool(number % 2), bytes([number % 2])
    if kind == "pubkey":
        pubkey = Pubkey(bytes([number] * 32))
        return str(pubkey), bytes(pubkey)
    size = {"u8": 1, "u16": 2, "u32": 4, "u64": 8, "i64": 8, "u128": 16}[kind]
    return number, number.to_bytes(size, "little")


@pytest.mark.parametrize("data", [b"", b"\0" * 166, b"\1" * 200])
def test_what_is_no_curve_is_said_so(data: bytes) -> None:
    with pytest.raises(DatError, match="does not hold a bonding curve"):
        pump.decode_curve(data)


TIERS = st.lists(
    st.tuples(st.integers(0, 2**128 - 1), st.integers(0, 10_000), st.integers(0, 10_000)), max_size=30
)


@given(TIERS)
def test_fee_tiers(tiers: list[tuple[int, int, int]]) -> None:
    data = pump.FEE_CONFIG_DISCRIMINATOR + bytes(57) + struct.pack("<I", len(tiers))
    for threshold, protocol, creator in tiers:
        data += threshold.to_bytes(16, "little") + struct.pack("<3Q", 0, protocol, creator)
    expected = tuple(FeeTier(t, Fees(protocol, creator)) for t, protocol, creator in tiers)
    assert pump.decode_fee_tiers(data.ljust(2512, b"\0")) == expected


@pytest.mark.parametrize("data", [b"", bytes(2512), pump.FEE_CONFIG_DISCRIMINATOR])
def test_what_is_no_fee_configuration_is_said_so(data: bytes) -> None:
    with pytest.raises(DatError, match="fee configuration cannot be read"):
        pump.decode_fee_tiers(data)


def test_the_recipients_of_global() -> None:
    recipients = tuple(key(f"recipient {n}") for n in range(8))
    data = (pump.GLOBAL_DISCRIMINATOR.ljust(pump.BUYBACK_RECIPIENTS_OFFSET, b"\7")) + b"".join(
        map(bytes, recipients)
    )
    assert pump.decode_global(data).buyback_fee_recipients == recipients
    assert pump.any_recipient(recipients) in recipients


@pytest.mark.parametrize("data", [b"", bytes(2000), pump.GLOBAL_DISCRIMINATOR + bytes(700)])
def test_what_is_no_global_is_said_so(data: bytes) -> None:
    with pytest.raises(DatError, match="Global account cannot be read"):
        pump.decode_global(data)


@pytest.mark.parametrize("coin", [Coin.spl(key("mint"), CREATOR), Coin.token_2022(key("mint"), CREATOR)])
def test_the_accounts_of_a_sweep_are_the_idls(coin: Coin) -> None:
    payer = key("payer")
    assert pump.sweep_accounts(payer, coin.mint, CREATOR) == list(coin.sweep(payer).accounts)


@pytest.mark.parametrize("coin", [Coin.spl(key("mint"), CREATOR), Coin.token_2022(key("mint"), CREATOR)])
def test_the_accounts_of_a_buy_are_the_idls(coin: Coin) -> None:
    """But for the signature, which comes from our program, and the quote account, which is not used."""
    user, recipient = key("user"), Pubkey.from_string(BUYBACK_FEE_RECIPIENTS[0])
    names = [a["name"] for a in pump_idl().instructions["buy_exact_quote_in_v3"]["accounts"]]
    theirs = list(coin.buy(user, 1).accounts)
    ours = pump.buy_v3_accounts(user, coin.mint, coin.token_program, recipient)
    assert len(ours) == len(theirs) == 17
    for name, our, their in zip(names, ours, theirs, strict=True):
        assert our.is_writable == their.is_writable, name
        assert not our.is_signer, name
        assert our.pubkey == (user if name == "associated_quote_user" else their.pubkey), name
