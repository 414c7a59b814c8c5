"""How many firms a market holds that race for quality: growth feeds the race and not the number of firms.

A method check. Labs of this market do not choose an outlay for quality by best reply, so both sides are the textbook's.
"""

import math

import numpy as np
from scipy.optimize import brentq

from model.theory.benchmark import Benchmark, Outcome, Picture, Quantity, Series, Values, number

MOST = 60.0
"""Firms up to which a market is searched."""
SIZES = 9
STEP = 1e-6
"""Part of itself by which a quality is moved to see what that does to profit."""
TOO_SMALL = "Nobody earns back the cost of entering so small a market: there is no race."


def bound(gamma: float) -> float:
    """Return the firms of a market without end: the root of N + 1 / N - 2 = gamma / 2 above one."""
    half = 1.0 + 0.25 * gamma
    return half + math.sqrt(half * half - 1.0)


def sales_profit(size: float, firms: float, quality: float, rivals: float) -> float:
    """Return what a firm earns from sales with its quality against that of all others."""
    rest = 1.0 / (firms - 1.0) + quality / rivals
    return size * (1.0 - 1.0 / rest) ** 2


def outlay(values: Values, quality: float) -> float:
    """Return the sunk cost of a quality."""
    gamma, ease = values["gamma"], values["advertising"]
    return float(values["setup"] + ease / gamma * (quality**gamma - 1.0))


def raced_quality(values: Values, size: float, firms: float) -> float:
    """Return the quality from which no firm wants to move, found where the gain from moving alone changes sign."""

    def gain(log_quality: float) -> float:
        quality = math.exp(log_quality)
        more, less = (quality * (1.0 + sign * STEP) for sign in (1.0, -1.0))
        earned = sales_profit(size, firms, more, quality) - sales_profit(size, firms, less, quality)
        return earned - (outlay(values, more) - outlay(values, less))

    if gain(0.0) <= 0.0:
        return 1.0
    return math.exp(float(brentq(gain, 0.0, math.log(1e6 * size), xtol=1e-12)))


def firms_in(values: Values, size: float) -> float:
    """Return the number of firms, not rounded, that earn back what they sink; nan if not even two do."""

    def profit(firms: float) -> float:
        quality = raced_quality(values, size, firms)
        return sales_profit(size, firms, quality, quality) - outlay(values, quality)

    least = 1.0 + 1e-6
    return float(brentq(profit, least, MOST)) if profit(least) > 0.0 > profit(MOST) else math.nan


def ask(values: Values) -> Outcome:
    """Solve the race in a large market by moving qualities, and compare with the bound in closed form."""
    most = bound(values["gamma"])
    sizes = [float(size) for size in np.geomspace(10.0, values["size"], SIZES)]
    firms = [firms_in(values, size) for size in sizes]
    known = [(size, count) for size, count in zip(sizes, firms, strict=True) if math.isfinite(count)]
    plain = [size for size in sizes if math.sqrt(size / values["setup"]) < 2.0 * most]
    lines = (
        Series("bound of the race", [math.log10(size) for size in sizes], [most] * SIZES, simulated=False),
        Series(
            "without a race: root of S / F",
            [math.log10(size) for size in plain],
            [math.sqrt(size / values["setup"]) for size in plain],
            simulated=False,
        ),
        Series(
            "race solved by moving", [math.log10(s) for s, _ in known], [count for _, count in known], simulated=True
        ),
    )
    picture = Picture("size of the market S, powers of ten", "firms", lines)
    if not math.isfinite(firms[-1]):
        return Outcome((), picture, TOO_SMALL)
    share = (values["setup"] - values["advertising"] / values["gamma"]) * firms[-1] ** 2 / values["size"]
    return Outcome((Quantity("firms", most, firms[-1], 1e-4 * most + 2.0 * abs(share) * most),), picture)


BENCHMARK = Benchmark(
    "endogenous_sunk_cost",
    "Does a market that races for quality hold more firms as it grows?",
    "N + 1 / N - 2 = (gamma / 2) [1 - (F0 - a / gamma) N^2 / S], so that N stays bounded as S grows",
    ("none: labs do not choose an outlay for quality by best reply",),
    "Sutton (1991), for profit S (1 - 1 / [1 / (N - 1) + u / v])^2 at quality u against v; root of SciPy",
    "1e-4, and what the finite market still lacks to the bound",
    (
        number("gamma", 2.0, 1.01, 10, "-", "how fast the outlay rises with quality"),
        number("size", 1e8, 10, 1e12, "1", "size S of the largest market"),
        number("setup", 1.0, 0.1, 100, "1", "sunk cost of entering at quality 1"),
        number("advertising", 1.0, 0.01, 100, "1", "cost a of the first bit of quality"),
    ),
    ask,
    method_check=True,
)
