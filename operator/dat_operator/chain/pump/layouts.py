"""pump.fun's accounts, as far as cycles need them.

Accounts have grown several times and old ones stay short: a field beyond the end reads as zero.
"""

import struct

from solders.pubkey import Pubkey

from dat_operator.domain.chain_state import PumpGlobal, Sharing
from dat_operator.domain.curve import BondingCurve
from dat_operator.domain.errors import DatError
from dat_operator.domain.fees import Fees, FeeTier
from dat_operator.domain.pool import Pool

CURVE_DISCRIMINATOR = bytes([23, 183, 248, 55, 96, 216, 172, 96])
CURVE_LENGTH = 166
POOL_DISCRIMINATOR = bytes([241, 154, 109, 4, 17, 177, 109, 188])
POOL_LENGTH = 287
VOLUME_DISCRIMINATOR = bytes([86, 255, 112, 14, 102, 53, 154, 250])
VOLUME_END = 90
SHARING_DISCRIMINATOR = bytes([216, 74, 9, 0, 56, 140, 93, 75])
FEE_CONFIG_DISCRIMINATOR = bytes([143, 52, 146, 187, 219, 123, 76, 155])
GLOBAL_DISCRIMINATOR = bytes([167, 232, 232, 177, 200, 108, 114, 127])
GLOBAL_END = 997
POOL_GLOBAL_DISCRIMINATOR = bytes([149, 8, 156, 202, 160, 252, 176, 217])
POOL_GLOBAL_END = 899


def decode_curve(data: bytes) -> BondingCurve:
    """A bonding curve of any length. Raises DatError for anything else."""
    if data[:8] != CURVE_DISCRIMINATOR:
        raise DatError("the bonding curve's account does not hold a bonding curve")
    d = data.ljust(CURVE_LENGTH, b"\0")
    vt, vq, rt, rq, supply = struct.unpack_from("<5Q", d, 8)
    return BondingCurve(
        virtual_token_reserves=vt,
        virtual_quote_reserves=vq,
        real_token_reserves=rt,
        real_quote_reserves=rq,
        token_total_supply=supply,
        complete=bool(d[48]),
        creator=_key(d, 49),
        is_mayhem_mode=bool(d[81]),
        is_cashback_coin=bool(d[82]),
        quote_mint=_key(d, 83),
        creator_fee_bps=_u64(d, 115),
        is_holder_reward=bool(d[124]),
        creator_fee=_u64(d, 125),
        length=len(data),
    )


def decode_pool(data: bytes, base_amount: int, quote_amount: int) -> Pool:
    """A pool of any length, with what lies in its token accounts. Raises DatError for anything else."""
    if data[:8] != POOL_DISCRIMINATOR:
        raise DatError("the pool's account does not hold a pool")
    d = data.ljust(POOL_LENGTH, b"\0")
    return Pool(
        base_amount=base_amount,
        quote_amount=quote_amount,
        virtual_quote_reserves=int.from_bytes(d[245:261], "little", signed=True),
        coin_creator=_key(d, 211),
        is_mayhem_mode=bool(d[243]),
        is_cashback_coin=bool(d[244]),
        quote_mint=_key(d, 75),
        creator_fee_bps=_u64(d, 261),
        creator_fees=_u64(d, 279),
        length=len(data),
    )


def decode_cashback(data: bytes) -> int:
    """What a trader may claim, lamports. Raises DatError if the account is no volume accumulator."""
    if data[:8] != VOLUME_DISCRIMINATOR:
        raise DatError("the volume accumulator's account does not hold a volume accumulator")
    d = data.ljust(VOLUME_END, b"\0")
    earned, claimed = _u64(d, 74), _u64(d, 82)
    return earned - claimed


def decode_sharing(data: bytes) -> Sharing:
    """A coin's sharing config. Raises DatError for anything else."""
    if data[:8] != SHARING_DISCRIMINATOR or len(data) < 80:
        raise DatError("the sharing config's account does not hold a sharing config")
    (count,) = struct.unpack_from("<I", data, 76)
    rows = range(80, 80 + 34 * count, 34)
    holders = tuple((_key(data, o), struct.unpack_from("<H", data, o + 32)[0]) for o in rows)
    return Sharing(holders, admin_revoked=bool(data[75]))


def decode_fee_tiers(data: bytes) -> tuple[FeeTier, ...]:
    """The tiers of a FeeConfig, in their order. Raises DatError if it is no FeeConfig."""
    if data[:8] != FEE_CONFIG_DISCRIMINATOR or len(data) < 69:
        raise DatError("pump.fun's fee configuration cannot be read")
    (count,) = struct.unpack_from("<I", data, 65)
    tiers = []
    for i in range(count):
        low, high, liquidity, protocol, creator = struct.unpack_from("<5Q", data, 69 + 40 * i)
        tiers.append(FeeTier(low | high << 64, Fees(liquidity, protocol, creator)))
    return tuple(tiers)


def decode_global(data: bytes) -> PumpGlobal:
    """pump.fun's Global account. Raises DatError if it is something else."""
    if data[:8] != GLOBAL_DISCRIMINATOR or len(data) < GLOBAL_END:
        raise DatError("pump.fun's Global account cannot be read")

    return PumpGlobal(
        fee_recipients=_keys(data, 41, *range(162, 386, 32)),
        reserved_fee_recipients=_keys(data, 483, *range(516, 740, 32)),
        buyback_fee_recipients=_keys(data, *range(741, GLOBAL_END, 32)),
    )


def decode_pool_global(data: bytes) -> PumpGlobal:
    """PumpSwap's GlobalConfig account. Raises DatError if it is something else."""
    if data[:8] != POOL_GLOBAL_DISCRIMINATOR or len(data) < POOL_GLOBAL_END:
        raise DatError("PumpSwap's GlobalConfig account cannot be read")
    return PumpGlobal(
        fee_recipients=_keys(data, *range(57, 313, 32)),
        reserved_fee_recipients=_keys(data, 385, *range(418, 642, 32)),
        buyback_fee_recipients=_keys(data, *range(643, POOL_GLOBAL_END, 32)),
    )


def _u64(data: bytes, offset: int) -> int:
    return int.from_bytes(data[offset : offset + 8], "little")


def _keys(data: bytes, *offsets: int) -> tuple[str, ...]:
    return tuple(_key(data, offset) for offset in offsets)


def _key(data: bytes, offset: int) -> str:
    return str(Pubkey(data[offset : offset + 32]))
