"""Accounts of pump.fun's programs as bytes, made by hand."""

import base64
import json
import struct
from typing import Any

from solders.pubkey import Pubkey

from dat_operator.chain.pump import layouts as pump
from hack.common.paths import REPO
from tests.support.chain_state import key
from tests.support.vectors.pump_idl import idl

CREATOR, QUOTE = key("creator"), key("quote")
LENGTHS = (81, 82, 83, 115, 123, 124, 125, 133, 150, 151, 166)
"""What curves have been long; the oldest with a creator has 81 bytes."""


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
