"""pump.fun's fee tables: basis points to liquidity providers, protocol and creator."""

from typing import Any

SOL = 10**9
USDC = 10**6

# Bonding curve: the same rate at every market cap (protocol 0.95 %, creator 0.30 %).
CURVE = (0, 95, 30)

# Pools that pump did not create.
AMM_FLAT = (25, 5, 0)
# Pools of graduated coins: least market cap, in SOL and in USDC, and creator rate.
# Decoded from the mainnet account of 2026-09-08; thresholds are rounded to whole SOL.
AMM_FIRST = (2, 93, 30)
AMM_LP, AMM_PROTOCOL = 20, 5
AMM_TIERS = (
    (420, 59_000, 95),
    (1_470, 300_000, 90),
    (2_460, 500_000, 85),
    (3_440, 700_000, 80),
    (4_420, 900_000, 75),
    (9_820, 2_000_000, 70),
    (14_740, 3_000_000, 65),
    (19_650, 4_000_000, 60),
    (24_560, 5_000_000, 55),
    (29_470, 6_000_000, 50),
    (34_380, 7_000_000, 45),
    (39_300, 8_000_000, 40),
    (44_210, 9_000_000, 35),
    (49_120, 10_000_000, 30),
    (54_030, 11_000_000, 28),
    (58_940, 12_000_000, 25),
    (63_860, 13_000_000, 23),
    (68_770, 14_000_000, 20),
    (73_681, 15_000_000, 18),
    (78_590, 16_000_000, 15),
    (83_500, 17_000_000, 13),
    (88_400, 18_000_000, 10),
    (93_330, 19_000_000, 8),
    (98_240, 20_000_000, 5),
)


def _fees(lp: int, protocol: int, creator: int) -> dict[str, int]:
    return {"lp_fee_bps": lp, "protocol_fee_bps": protocol, "creator_fee_bps": creator}


def _tier(threshold: int, lp: int, protocol: int, creator: int) -> dict[str, Any]:
    # "lamports" means the smallest unit of the quote, also for USDC.
    return {"market_cap_lamports_threshold": threshold, "fees": _fees(lp, protocol, creator)}


def curve_fee_config() -> dict[str, Any]:
    """Return the fields of pump's FeeConfig. Zero exotic fees mean "use the flat fees"."""
    tiers = [_tier(0, *CURVE)]
    return {
        "flat_fees": _fees(*CURVE),
        "fee_tiers": tiers,
        "stable_fee_tiers": tiers,
        "exotic_flat_fees": _fees(0, 0, 0),
    }


def amm_fee_config() -> dict[str, Any]:
    """Return the fields of pump_amm's FeeConfig."""
    first = _tier(0, *AMM_FIRST)
    rates = [(sol, usdc, (AMM_LP, AMM_PROTOCOL, creator)) for sol, usdc, creator in AMM_TIERS]
    return {
        "flat_fees": _fees(*AMM_FLAT),
        "fee_tiers": [first, *(_tier(sol * SOL, *fees) for sol, _, fees in rates)],
        "stable_fee_tiers": [first, *(_tier(usdc * USDC, *fees) for _, usdc, fees in rates)],
        "exotic_flat_fees": _fees(0, 0, 0),
    }
