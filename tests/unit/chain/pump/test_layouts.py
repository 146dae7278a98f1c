"""pump.fun's layouts, against the IDLs that come with its programs and against programs/genesis."""

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st
from solders.pubkey import Pubkey

from dat_operator.chain import addresses as at
from dat_operator.chain.pump import layouts as pump
from dat_operator.domain.errors import DatError
from dat_operator.domain.fees import Fees, FeeTier
from dat_operator.domain.token_state import Sharing
from hack.pump import addresses as known
from hack.pump import fees as published
from tests.support.chain_state import SOL, key
from tests.support.vectors.pump_bytes import (
    CREATOR,
    LENGTHS,
    QUOTE,
    curve_bytes,
    genesis,
    pool_bytes,
    sharing_bytes,
    volume_bytes,
)


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
