"""Amounts as text for people. Everywhere else an amount is an integer in base units."""

from decimal import Decimal

LAMPORTS_PER_SOL = 1_000_000_000
TOKEN_DECIMALS = 6
"""Decimals of every pump.fun coin."""

MAX_PRIORITY_FEE_LAMPORTS = 10_000_000
"""The highest priority fee of a transaction, for any configuration and any answer of an endpoint."""

BPS = 10_000
"""Basis points in a whole."""


def sol(lamports: int) -> str:
    """Lamports as SOL with four decimals, rounded down: ``63_727_000`` is ``0.0637``."""
    return f"{Decimal(lamports // 100_000) / 10_000:.4f}"


def tokens(base_units: int, decimals: int = TOKEN_DECIMALS) -> str:
    """Base units as whole tokens, rounded down, with thousands separators."""
    return f"{base_units // 10**decimals:,}"


def part(amount: int, whole: int) -> str:
    """An amount as per cent of a whole, rounded down, without the sign, with at least four decimals.

    A tiny amount gets as many decimals as its first two digits need. So only zero is ``0.0000``.
    """
    decimals = 4
    while amount and amount * 10 ** (decimals + 2) // whole < 10:
        decimals += 1
    return f"{Decimal(amount * 10 ** (decimals + 2) // whole).scaleb(-decimals):f}"


def percent(bps: int) -> str:
    """Basis points as per cent: ``4480`` is ``44.8 %``."""
    return f"{Decimal(bps) / 100:.2f}".rstrip("0").rstrip(".") + " %"
