"""What spreading over suppliers does to the capacity that a lab loses to outages."""

import math

import numpy as np

from model.capacity import strike_outages
from model.parameters import default_record
from model.state import Capacity, World, empty_world
from model.theory.benchmark import Benchmark, Outcome, Picture, Quantity, Series, Values, number, numbers

MONTHS = 4_000
SEED = 1


def suppliers_down(values: Values, count: int) -> World:
    """Return a world of suppliers of the same mean loss, before its first month."""
    world = empty_world(Capacity(1, count, 1, 1, 1, 1))
    world.parameters[:] = default_record()
    world.parameters["outage_common_share"] = values["common_cause"]
    world.market["seed"] = SEED
    world.suppliers["alive"] = 1
    world.suppliers["luck_key"] = 1 + np.arange(count)
    world.suppliers["availability_share"] = 1.0 - values["p"]
    return world


def lost_fractions(values: Values, shares: list[float]) -> list[float]:
    """Return the fraction of a lab's capacity that the market's outages take in each month."""
    world = suppliers_down(values, len(shares))
    lost = []
    for month in range(MONTHS):
        world.market["month"] = month
        strike_outages(world)
        lost.append(float(np.dot(shares, world.suppliers["down_share"])))
    return lost


def expected_sd(values: Values, shares: list[float]) -> float:
    """Return the s.d. of the lost fraction: p sqrt((1 - b)^2 HHI + b^2)."""
    common = values["common_cause"]
    hhi = sum(share * share for share in shares)
    return float(values["p"] * math.sqrt((1.0 - common) ** 2 * hhi + common**2))


def ask(values: Values) -> Outcome:
    """Let outages strike, and take the s.d. from the concentration of the shares."""
    total = sum(values["shares"])
    shares = [share / total for share in values["shares"]]
    lost = lost_fractions(values, shares)
    mean, sd = float(np.mean(lost)), float(np.std(lost))
    expected = expected_sd(values, shares)
    kurtosis = float(np.mean((np.array(lost) - mean) ** 4)) / sd**4
    error = 3.0 * expected * math.sqrt((kurtosis - 1.0) / (4.0 * MONTHS))
    quantities = (
        Quantity("mean_lost", values["p"], mean, 3.0 * expected / math.sqrt(MONTHS)),
        Quantity("sd", expected, sd, error),
    )
    counts = list(range(1, 7))
    even = [[1.0 / count] * count for count in counts]
    lines = (
        Series(
            "p sqrt((1 - b)^2 / n + b^2)", [float(n) for n in counts], [expected_sd(values, s) for s in even], False
        ),
        Series(
            "outages in the market",
            [float(n) for n in counts],
            [float(np.std(lost_fractions(values, s))) for s in even],
            True,
        ),
    )
    return Outcome(quantities, Picture("suppliers with equal shares", "s.d. of the lost share", lines))


BENCHMARK = Benchmark(
    "diversification",
    "How much of the risk of outages goes away when a lab spreads over suppliers?",
    "Var(lost fraction) = p^2 [(1 - b)^2 HHI + b^2] for exponential losses of mean p, a part b of them common",
    ("model/capacity.py: strike_outages", "model/luck.py: exponential"),
    "variance of a sum; beta-factor model of Fleming (1975); theory page 1, B12, where losses are all or nothing",
    "3 standard errors of 4,000 months",
    (
        number("p", 0.05, 1e-4, 0.1, "share", "mean share of a supplier's capacity that is down"),
        numbers("shares", [0.6, 0.3, 0.1], 1e-9, 1e9, "-", "part of each supplier; they are scaled to 1", pairs=False),
        number("common_cause", 0.2, 0, 1, "share", "part of outages that strikes all at once"),
    ),
    ask,
)
