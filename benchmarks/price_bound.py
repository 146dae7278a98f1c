"""How many cycles the price bound refuses in honest markets, and the gain of a purchase before a run.

docs/cycle.md explains the bound.

Prices follow a geometric Brownian motion without drift. Volatility is that of a second: 0.2 % is about
1,100 % a year, a coin that doubles or halves in most months; 0.5 % is the wildest hour of a new coin.
"""

from math import erf, sqrt

VOLATILITIES = (0.001, 0.002, 0.005)
"""Of a second."""
RISES = (0.01, 0.03, 0.05)
"""``maxPriceRiseBps``."""
SECONDS = (3, 10, 48)
"""Between the price observation and the buy: at least 8 slots (mostly 8), at most 150."""
IMPACTS = (0.0025, 0.005, 0.01)
"""``maxPriceImpactBps``: the part of the reserves that a buy spends; the price rises by twice that."""
FEES = (("1.25 %, a curve", 0.0125), ("1.2 %, a pool", 0.012), ("0.05 %, through other coins", 0.0005))
"""The fee of each of the holder's trades."""
DELAYS = (0, 60, 300, 900)
"""``jitterSeconds``."""
FALL, OBSERVATIONS = 0.0019, 4
"""The largest fall after an observation, and the most observations (dat_operator/cycle/observations.py)."""
AGAIN_SECONDS = 1
"""Between an observation and the next reading, after the first one."""
FIXED_SECONDS = 10
"""From the observation of a run to its buy; mostly less."""


def refused(volatility: float, rise: float, seconds: float) -> float:
    """The part of cycles whose price is more than ``rise`` above the observed price (or below it)."""
    return 0.5 * (1 - erf(rise / (volatility * sqrt(2 * seconds))))


def falling(volatility: float) -> float:
    """The part of cycles whose price falls after each observation."""
    first = refused(volatility, FALL, SECONDS[0])
    return first * refused(volatility, FALL, AGAIN_SECONDS) ** (OBSERVATIONS - 1)


def gain(impact: float, fee: float) -> float:
    """The gain of a holder from one buy, as a part of the tokens held, before the market moves."""
    return 2 * impact - 2 * fee


def risk(volatility: float, delay: float) -> float:
    """One standard deviation of the price from before the run to the buy."""
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
    print("\nCycles refused because the price falls after each observation: ", end="")
    print(", ".join(f"{falling(v):.2%} at {v:.1%} a second" for v in VOLATILITIES))
    print("\nA holder buys before the run and sells after the buy; volatility 0.2 % a second\n")
    print("| spend | fee | gain | " + " | ".join(f"risk at {d} s" for d in DELAYS) + " |")
    print("|---|---|---|" + "---|" * len(DELAYS))
    for impact in IMPACTS:
        for name, fee in FEES:
            cells = " | ".join(f"±{risk(0.002, delay):.1%}" for delay in DELAYS)
            print(f"| {impact:.2%} | {name} | {gain(impact, fee):+.2%} | {cells} |")


if __name__ == "__main__":
    main()
