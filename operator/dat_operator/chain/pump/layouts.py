"""The accounts of pump.fun's programs: tables of the fields that this operator reads.

Offsets and types are those of the IDLs of pump, pump_amm and pump_fees. A date is the month in which mainnet
got the field.
"""

from dat_operator.chain.layout import BOOL, I128, PUBKEY, U16, U64, U128, Field, Layout, Row, Vector
from dat_operator.domain.chain_state import PumpGlobal
from dat_operator.domain.curve import BondingCurve
from dat_operator.domain.fees import Fees, FeeTier
from dat_operator.domain.pool import Pool
from dat_operator.domain.token_state import Sharing

CREATOR_FEES = "2025-05"
FEE_TIERS = "2025-09"
MAYHEM_MODE = "2025-11"
FEE_SHARING = "2026-01"
CASHBACK = "2026-02"
BUYBACK_FEES = "2026-04"
QUOTE_MINTS = "2026-05"
OWN_CREATOR_FEES = "2026-09"
KEPT_FEES = "2026-09"
"""The upgrades that added fields. The last one is v3: curves and pools keep fees until a sweep."""

BONDING_CURVE = Layout(
    "a bonding curve",
    bytes([23, 183, 248, 55, 96, 216, 172, 96]),
    (
        Field("virtual_token_reserves", 8, U64),
        Field("virtual_quote_reserves", 16, U64),
        Field("real_token_reserves", 24, U64),
        Field("real_quote_reserves", 32, U64),
        Field("token_total_supply", 40, U64),
        Field("complete", 48, BOOL),
        Field("creator", 49, PUBKEY, CREATOR_FEES),
        Field("is_mayhem_mode", 81, BOOL, MAYHEM_MODE),
        Field("is_cashback_coin", 82, BOOL, CASHBACK),
        Field("quote_mint", 83, PUBKEY, QUOTE_MINTS),
        Field("creator_fee_bps", 115, U64, OWN_CREATOR_FEES),
        Field("is_holder_reward", 124, BOOL, OWN_CREATOR_FEES),
        Field("creator_fee", 125, U64, KEPT_FEES),
    ),
    minimum=49,
    length=166,
)
POOL = Layout(
    "a pool",
    bytes([241, 154, 109, 4, 17, 177, 109, 188]),
    (
        Field("quote_mint", 75, PUBKEY),
        Field("coin_creator", 211, PUBKEY, CREATOR_FEES),
        Field("is_mayhem_mode", 243, BOOL, MAYHEM_MODE),
        Field("is_cashback_coin", 244, BOOL, CASHBACK),
        Field("virtual_quote_reserves", 245, I128, OWN_CREATOR_FEES),
        Field("creator_fee_bps", 261, U64, OWN_CREATOR_FEES),
        Field("creator_fees", 279, U64, KEPT_FEES),
    ),
    minimum=211,
)
VOLUME_ACCUMULATOR = Layout(
    "a volume accumulator",
    bytes([86, 255, 112, 14, 102, 53, 154, 250]),
    (
        Field("cashback_earned", 74, U64, CASHBACK),
        Field("total_cashback_claimed", 82, U64, CASHBACK),
    ),
    minimum=73,
)
SHARING_CONFIG = Layout(
    "a sharing config",
    bytes([216, 74, 9, 0, 56, 140, 93, 75]),
    (Field("admin_revoked", 75, BOOL, FEE_SHARING),),
    minimum=80,
    vector=Vector("shareholders", 76, Row((Field("address", 0, PUBKEY), Field("share_bps", 32, U16)))),
)
FEE_CONFIG_LAYOUT = Layout(
    "a fee configuration",
    bytes([143, 52, 146, 187, 219, 123, 76, 155]),
    minimum=69,
    vector=Vector(
        "fee_tiers",
        65,
        Row(
            (
                Field("market_cap_lamports_threshold", 0, U128),
                Field("lp_fee_bps", 16, U64),
                Field("protocol_fee_bps", 24, U64),
                Field("creator_fee_bps", 32, U64),
            )
        ),
    ),
)
PUMP_GLOBAL_LAYOUT = Layout(
    "pump.fun's Global account",
    bytes([167, 232, 232, 177, 200, 108, 114, 127]),
    (
        Field("fee_recipient", 41, PUBKEY),
        Field("fee_recipients", 162, PUBKEY, count=7),
        Field("reserved_fee_recipient", 483, PUBKEY, MAYHEM_MODE),
        Field("reserved_fee_recipients", 516, PUBKEY, MAYHEM_MODE, count=7),
        Field("buyback_fee_recipients", 741, PUBKEY, BUYBACK_FEES, count=8),
    ),
    minimum=997,
)
POOL_GLOBAL_LAYOUT = Layout(
    "PumpSwap's GlobalConfig account",
    bytes([149, 8, 156, 202, 160, 252, 176, 217]),
    (
        Field("protocol_fee_recipients", 57, PUBKEY, count=8),
        Field("reserved_fee_recipient", 385, PUBKEY, MAYHEM_MODE),
        Field("reserved_fee_recipients", 418, PUBKEY, MAYHEM_MODE, count=7),
        Field("buyback_fee_recipients", 643, PUBKEY, BUYBACK_FEES, count=8),
    ),
    minimum=899,
)

CURVE_LENGTH, POOL_LENGTH = BONDING_CURVE.length, POOL.length
"""Bytes of a curve and a pool of today."""


def decode_curve(data: bytes) -> BondingCurve:
    """A bonding curve of any length. Raises DatError for another account."""
    return BondingCurve(**BONDING_CURVE.decode(data), length=len(data))


def decode_pool(data: bytes, base_amount: int, quote_amount: int) -> Pool:
    """A pool of any length, with the amounts in its token accounts. Raises DatError for another account."""
    return Pool(**POOL.decode(data), base_amount=base_amount, quote_amount=quote_amount, length=len(data))


def decode_cashback(data: bytes) -> int:
    """Lamports that a trader may claim. Raises DatError if the account is no volume accumulator."""
    found = VOLUME_ACCUMULATOR.decode(data)
    return int(found["cashback_earned"] - found["total_cashback_claimed"])


def decode_sharing(data: bytes) -> Sharing:
    """The sharing config of a coin. Raises DatError for another account."""
    found = SHARING_CONFIG.decode(data)
    holders = tuple((row["address"], row["share_bps"]) for row in found["shareholders"])
    return Sharing(holders, admin_revoked=found["admin_revoked"])


def decode_fee_tiers(data: bytes) -> tuple[FeeTier, ...]:
    """The tiers of a FeeConfig in its order. Raises DatError for another account."""
    return tuple(
        FeeTier(
            tier["market_cap_lamports_threshold"],
            Fees(tier["lp_fee_bps"], tier["protocol_fee_bps"], tier["creator_fee_bps"]),
        )
        for tier in FEE_CONFIG_LAYOUT.decode(data)["fee_tiers"]
    )


def decode_global(data: bytes) -> PumpGlobal:
    """pump.fun's Global account. Raises DatError for another account."""
    found = PUMP_GLOBAL_LAYOUT.decode(data)
    return PumpGlobal(
        fee_recipients=(found["fee_recipient"], *found["fee_recipients"]),
        reserved_fee_recipients=(found["reserved_fee_recipient"], *found["reserved_fee_recipients"]),
        buyback_fee_recipients=found["buyback_fee_recipients"],
    )


def decode_pool_global(data: bytes) -> PumpGlobal:
    """PumpSwap's GlobalConfig account. Raises DatError for another account."""
    found = POOL_GLOBAL_LAYOUT.decode(data)
    return PumpGlobal(
        fee_recipients=found["protocol_fee_recipients"],
        reserved_fee_recipients=(found["reserved_fee_recipient"], *found["reserved_fee_recipients"]),
        buyback_fee_recipients=found["buyback_fee_recipients"],
    )
