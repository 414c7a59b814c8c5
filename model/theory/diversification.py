"""What spreading over suppliers does to the capacity that a lab loses to outages."""

import math

import numpy as np
from numpy.typing import NDArray

from model.capacity import strike_outages
from model.parameters import default_record
from model.state import Capacity, World, empty_world
from model.theory.benchmark import Benchmark, Outcome, Picture, Quantity, Series, Values, number, numbers

MONTHS = 4_000
SEED = 1
MOST_SUPPLIERS = 6
"""How many the picture goes up to."""


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


def down_shares(values: Values, count: int) -> NDArray[np.float64]:
    """Return the part of each supplier's capacity that the market's outages take; shape (MONTHS, count)."""
    world = suppliers_down(values, count)
    down = np.zeros((MONTHS, count))
    for month in range(MONTHS):
        world.market["month"] = month
        strike_outages(world)
        down[month] = world.suppliers["down_share"]
    return down


def expected_sd(values: Values, shares: list[float]) -> float:
    """Return the s.d. of the lost fraction: p sqrt((1 - b)^2 HHI + b^2)."""
    common = values["common_cause"]
    hhi = sum(share * share for share in shares)
    return float(values["p"] * math.sqrt((1.0 - common) ** 2 * hhi + common**2))


def sd_error(values: Values, shares: list[float]) -> float:
    """Return the standard error of the s.d. of a sum of exponentials, from its kurtosis."""
    common = values["common_cause"]
    weights = [common, *((1.0 - common) * share for share in shares)]
    squares = sum(weight**2 for weight in weights)
    kurtosis = 3.0 + 6.0 * sum(weight**4 for weight in weights) / squares**2
    return expected_sd(values, shares) * math.sqrt((kurtosis - 1.0) / (4.0 * MONTHS))


def ask(values: Values) -> Outcome:
    """Let outages strike, and take the s.d. from the concentration of the shares."""
    total = sum(values["shares"])
    shares = [share / total for share in values["shares"]]
    down = down_shares(values, max(len(shares), MOST_SUPPLIERS))
    lost = down[:, : len(shares)] @ shares
    mean, sd = float(lost.mean()), float(lost.std())
    expected = expected_sd(values, shares)
    quantities = (
        Quantity("mean_lost", values["p"], mean, 3.0 * expected / math.sqrt(MONTHS)),
        Quantity("sd", expected, sd, 3.0 * sd_error(values, shares)),
    )
    counts = list(range(1, MOST_SUPPLIERS + 1))
    theory = [expected_sd(values, [1.0 / count] * count) for count in counts]
    simulated = [float(down[:, :count].mean(axis=1).std()) for count in counts]
    places = [float(count) for count in counts]
    lines = (
        Series("p sqrt((1 - b)^2 / n + b^2)", places, theory, simulated=False),
        Series("outages in the market", places, simulated, simulated=True),
    )
    return Outcome(quantities, Picture("suppliers with equal shares", "s.d. of the lost capacity, share of it", lines))


BENCHMARK = Benchmark(
    "diversification",
    "How much of the risk of outages goes away when a lab spreads over suppliers?",
    "Var(lost fraction) = p^2 [(1 - b)^2 HHI + b^2] for exponential losses of mean p, a part b of them common",
    ("model/capacity.py: strike_outages", "model/luck.py: exponential"),
    "variance of a sum; beta-factor model of Fleming (1975)",
    "3 standard errors of 4,000 months",
    (
        number("p", 0.05, 1e-4, 0.1, "share", "mean share of a supplier's capacity that is down"),
        numbers("shares", [0.6, 0.3, 0.1], 1e-9, 1e9, "-", "part of each supplier; they are scaled to 1", pairs=False),
        number("common_cause", 0.2, 0, 1, "share", "part of outages that strikes all at once"),
    ),
    ask,
)
