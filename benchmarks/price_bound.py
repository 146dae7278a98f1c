"""What the price bound refuses of honest markets, and what buying before a run brings (docs/cycle.md).

Prices follow a geometric Brownian motion without drift. Volatility is that of a second: 0.2 % is about
1,100 % a year, a coin that doubles or halves in most months; 0.5 % is the wildest hour of a new coin.
"""

from math import erf, sqrt

VOLATILITIES = (0.001, 0.002, 0.005)
"""Of a second."""
RISES = (0.01, 0.03, 0.05)
"""``maxPriceRiseBps``."""
SECONDS = (3, 10, 48)
"""Between the look and the buy: at least 8 slots, usually so, at most 150."""
IMPACTS = (0.0025, 0.005, 0.01)
"""``maxPriceImpactBps``: the part of the reserves that a buy spends; the price rises by twice that."""
FEES = (("1.25 %, a curve", 0.0125), ("1.2 %, a pool", 0.012), ("0.05 %, through other coins", 0.0005))
"""What a trade of the holder's pays."""
DELAYS = (0, 60, 300, 900)
"""``jitterSeconds``."""
FALL, LOOKS = 0.0019, 4
"""What a price may fall behind a look, and how often it is looked at (dat_operator/cycle/observations.py)."""
AGAIN_SECONDS = 1
"""Between one look and the next reading, after the first."""
FIXED_SECONDS = 10
"""What a run takes from its look to its buy, at most usually."""


def refused(volatility: float, rise: float, seconds: float) -> float:
    """The part of cycles that find the price more than ``rise`` above what was observed, or so much below."""
    return 0.5 * (1 - erf(rise / (volatility * sqrt(2 * seconds))))


def falling(volatility: float) -> float:
    """The part of cycles whose price falls behind each look."""
    first = refused(volatility, FALL, SECONDS[0])
    return first * refused(volatility, FALL, AGAIN_SECONDS) ** (LOOKS - 1)


def gain(impact: float, fee: float) -> float:
    """What holding through one buy brings of what is held, before the market moves."""
    return 2 * impact - 2 * fee


def risk(volatility: float, delay: float) -> float:
    """One standard deviation of the price while he holds, from before the run to the buy."""
    return volatility * sqrt(delay / 2 + FIXED_SECONDS)


def main() -> None:
    """Print both tables."""
    print("Cycles refused because the price has risen\n")
    print("| volatility of a second | rise | " + " | ".join(f"{s} s" for s in SECONDS) + " |")
    print("|---|---|" + "---|" * len(SECONDS))
    for volatility in VOLATILITIES:
        for rise in RISES:
            cells = " | ".join(f"{refused(volatility, rise, seconds):.2%}" for seconds in SECONDS)
            print(f"| {volatility:.1%} | {rise:.0%} | {cells} |")
    print("\nCycles refused because the price falls behind each look: ", end="")
    print(", ".join(f"{falling(v):.2%} at {v:.1%} a second" for v in VOLATILITIES))
    print("\nWho buys before the run and sells behind the buy, at a volatility of 0.2 % a second\n")
    print("| spend | his fee | gain | " + " | ".join(f"risk at {d} s" for d in DELAYS) + " |")
    print("|---|---|---|" + "---|" * len(DELAYS))
    for impact in IMPACTS:
        for name, fee in FEES:
            cells = " | ".join(f"±{risk(0.002, delay):.1%}" for delay in DELAYS)
            print(f"| {impact:.2%} | {name} | {gain(impact, fee):+.2%} | {cells} |")


if __name__ == "__main__":
    main()
