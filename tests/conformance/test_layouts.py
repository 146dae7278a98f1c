"""Accounts of every length, read by us and by the SDKs: what both know must be the same.

Difference: fields that are newer than @pump-fun/pump-sdk 2.0.0 and @pump-fun/pump-swap-sdk 1.20.0
(``BondingCurve.creator_fee``, ``Pool.creator_fees``) it does not show; unit/chain/pump/test_layouts.py holds
them to the IDLs of the deployed programs.
"""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from solders.pubkey import Pubkey

from dat_operator.chain.pump import layouts as pump
from dat_operator.domain.fees import Fees, FeeTier
from tests.support.conformance.official_sdks import Sdk
from tests.support.conformance.random_inputs import KEYS, RANDOM, U64, of_type
from tests.support.vectors.pump_idl import idl

CURVE_LENGTHS = (81, 82, 83, 115, 123, 124, 125, 150, 151, 166)
POOL_LENGTHS = (211, 243, 244, 245, 261, 269, 270, 271, 287, 300)
FEE_CONFIG_LENGTHS = (2512, 4073, 4097)


def account(program: str, name: str) -> st.SearchStrategy[bytes]:
    """An account with any values."""
    kind = of_type(idl(program), {"defined": {"name": name}})
    return kind.map(lambda values: idl(program).encode_account(name, values))


def decoded(sdk: Sdk, name: str, data: bytes) -> dict[str, Any]:
    found = sdk(name, {"data": data})
    assert isinstance(found, dict)
    return found


@RANDOM
@given(account("pump", "BondingCurve"), st.sampled_from(CURVE_LENGTHS))
def test_curves(sdk: Sdk, data: bytes, length: int) -> None:
    theirs = decoded(sdk, "pump.PUMP_SDK.decodeBondingCurve", data[:length])
    ours = pump.decode_curve(data[:length])
    assert theirs.pop("canEditCreatorFee") in (False, True), "which nothing of ours asks for"
    assert theirs == {
        "virtualTokenReserves": ours.virtual_token_reserves,
        "virtualQuoteReserves": ours.virtual_quote_reserves,
        "realTokenReserves": ours.real_token_reserves,
        "realQuoteReserves": ours.real_quote_reserves,
        "tokenTotalSupply": ours.token_total_supply,
        "complete": ours.complete,
        "creator": Pubkey.from_string(ours.creator),
        "isMayhemMode": ours.is_mayhem_mode,
        "isCashbackCoin": ours.is_cashback_coin,
        "quoteMint": Pubkey.from_string(ours.quote_mint),
        "creatorFeeBps": ours.creator_fee_bps,
        "isHolderReward": ours.is_holder_reward,
    }


@RANDOM
@given(account("pump_amm", "Pool"), st.sampled_from(POOL_LENGTHS))
def test_pools(sdk: Sdk, data: bytes, length: int) -> None:
    theirs = decoded(sdk, "amm.PUMP_AMM_SDK.decodePool", data[:length])
    ours = pump.decode_pool(data[:length], 0, 0)
    assert str(theirs["coinCreator"]) == ours.coin_creator
    assert str(theirs["quoteMint"]) == ours.quote_mint
    assert theirs["isMayhemMode"] is ours.is_mayhem_mode
    assert theirs["isCashbackCoin"] is ours.is_cashback_coin
    assert theirs["virtualQuoteReserves"] == ours.virtual_quote_reserves
    assert theirs["creatorFeeBps"] == ours.creator_fee_bps


@pytest.mark.parametrize("name", ["pump.PUMP_SDK.decodeFeeConfig", "amm.PUMP_AMM_SDK.decodeFeeConfig"])
@RANDOM
@given(data=account("pump_fees", "FeeConfig"), length=st.sampled_from(FEE_CONFIG_LENGTHS))
def test_fee_tiers(sdk: Sdk, name: str, data: bytes, length: int) -> None:
    padded = data.ljust(length, b"\0")
    theirs = tuple(
        FeeTier(
            tier["marketCapLamportsThreshold"],
            Fees(*(tier["fees"][f"{part}FeeBps"] for part in ("lp", "protocol", "creator"))),
        )
        for tier in decoded(sdk, name, padded)["feeTiers"]
    )
    assert pump.decode_fee_tiers(padded) == theirs


@RANDOM
@given(account("pump", "Global"))
def test_recipients_of_fees(sdk: Sdk, data: bytes) -> None:
    theirs = decoded(sdk, "pump.PUMP_SDK.decodeGlobal", data)
    ours = pump.decode_global(data)
    normal = [theirs["feeRecipient"], *theirs["feeRecipients"]]
    assert list(ours.fee_recipients) == [str(key) for key in normal]
    reserved = [theirs["reservedFeeRecipient"], *theirs["reservedFeeRecipients"]]
    assert list(ours.reserved_fee_recipients) == [str(key) for key in reserved]
    assert list(ours.buyback_fee_recipients) == [str(key) for key in theirs["buybackFeeRecipients"]]


@RANDOM
@given(st.lists(st.tuples(KEYS, st.integers(0, 10_000)), max_size=10), st.booleans(), KEYS, U64)
def test_sharing(sdk: Sdk, holders: list[Any], revoked: bool, mint: Any, head: int) -> None:
    status = bytes([head % 256, head // 256 % 256, head % 2])
    rows = b"".join(bytes(holder) + bps.to_bytes(2, "little") for holder, bps in holders)
    data = pump.SHARING_CONFIG.discriminator + status + bytes(mint) * 2 + bytes([revoked])
    data += len(holders).to_bytes(4, "little") + rows
    theirs = decoded(sdk, "pump.PUMP_SDK.decodeSharingConfig", data.ljust(1024, b"\0"))
    ours = pump.decode_sharing(data)
    assert theirs["adminRevoked"] is ours.admin_revoked is revoked
    assert [(str(row["address"]), row["shareBps"]) for row in theirs["shareholders"]] == list(
        ours.shareholders
    )
