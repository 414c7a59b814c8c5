"""What spreading over suppliers does to the capacity that a lab loses to outages."""

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from agents.choices import OUTAGE_RULES
from model.month import open_month
from model.parameters import default_record
from model.state import Capacity, World, empty_world
from model.theory.benchmark import Benchmark, Outcome, Picture, Quantity, Series, Values, choice, number, numbers

SEED = 1
LABS = 25
"""Labs with suppliers of their own, alike but for luck: more is seen of what rarely happens."""
ERRORS = 4.0
"""Standard errors within which a mean of so many months must lie; three would fail one honest row in 370."""
FEW = 3.0
"""Events by which a count of rare ones may be off besides."""
MOST_SUPPLIERS = 4
"""How many the picture goes up to."""


def suppliers_down(values: Values, count: int) -> World:
    """Return a world of suppliers of the same mean loss, so many for each lab, before its first month."""
    world = empty_world(Capacity(1, LABS * count, 1, 1, 1, 1))
    world.parameters[:] = default_record()
    world.parameters["outage_rule"] = OUTAGE_RULES.index(values["outages"])
    world.parameters["outage_common_share"] = values["common_cause"]
    world.market["seed"], world.market["chips_h100e"], world.market["capex_usd_per_h100e"] = SEED, 1.0, 1.0
    world.suppliers["alive"] = 1
    world.suppliers["luck_key"] = 1 + np.arange(LABS * count)
    world.suppliers["availability_share"] = 1.0 - values["p"]
    return world


def down_shares(values: Values, count: int) -> NDArray[np.float64]:
    """Return the part of each supplier's capacity that outages take; shape (months, LABS, count)."""
    world = suppliers_down(values, count)
    down = np.zeros((values["months"], LABS * count))
    for month in range(values["months"]):
        world.market["month"] = month
        open_month(world)
        down[month] = world.suppliers["down_share"]
    return down.reshape(-1, LABS, count)


def alone(values: Values) -> float:
    """Return the chance that a supplier goes down whole by itself in a month in which not all do."""
    together = values["common_cause"] * values["p"]
    return float((values["p"] - together) / (1.0 - together))


class Moments(NamedTuple):
    """Second and fourth moment about p of the lost fraction, in months in which not all are struck together."""

    second: float
    fourth: float


def moments(values: Values, shares: list[float]) -> Moments:
    """Return the moments: of a sum of independent losses, from its cumulants."""
    common, p = values["common_cause"], values["p"]
    second, third, fourth = (sum(share**power for share in shares) for power in (2, 3, 4))
    if values["outages"] == "graded":
        variance = p**2 * ((1.0 - common) ** 2 * second + common**2)
        return Moments(variance, 3.0 * variance**2 + 6.0 * p**4 * ((1.0 - common) ** 4 * fourth + common**4))
    single = alone(values)
    spread, off = single * (1.0 - single), single - p
    variance = spread * second
    skew = spread * (1.0 - 2.0 * single) * third
    fat = spread * (1.0 - 6.0 * spread) * fourth + 3.0 * variance**2
    return Moments(off**2 + variance, fat + 4.0 * skew * off + 6.0 * variance * off**2 + off**4)


def together(values: Values) -> float:
    """Return the chance that all suppliers are struck together."""
    return float(values["common_cause"] * values["p"] * (values["outages"] == "whole"))


def error(values: Values, between: float, total: float) -> float:
    """Return the standard error of a mean over months and labs, part of whose variance is `between` months."""
    return math.sqrt((between + max(0.0, total - between) / LABS) / values["months"])


def expected_sd(values: Values, shares: list[float]) -> float:
    """Return the s.d. of the lost fraction: sqrt(p (1 - p) HHI) without a common cause."""
    both = together(values)
    return math.sqrt((1.0 - both) * moments(values, shares).second + both * (1.0 - values["p"]) ** 2)


def chance_of_none(values: Values, count: int) -> float:
    """Return the probability that all suppliers are down whole: together, or each by itself."""
    return float(together(values) + (1.0 - together(values)) * alone(values) ** count)


def errors(values: Values, shares: list[float]) -> tuple[float, float]:
    """Return the standard errors of the mean loss and of its mean square about p.

    Months differ for all labs in whether all suppliers are struck together, or in how much they lose in common.
    """
    p, second, fourth = values["p"], *moments(values, shares)
    if values["outages"] == "graded":
        common = values["common_cause"] * p
        return error(values, common**2, second), error(values, 8.0 * common**4, fourth - second**2)
    both, single = together(values), alone(values)
    mean, square = both * (1.0 - both) * (1.0 - single) ** 2, both * (1.0 - both) * ((1.0 - p) ** 2 - second) ** 2
    usual = (1.0 - both) * (second - (single - p) ** 2), (1.0 - both) * (fourth - second**2)
    return error(values, mean, mean + usual[0]), error(values, square, square + usual[1])


def quantities(values: Values, shares: list[float], down: NDArray[np.float64]) -> tuple[Quantity, ...]:
    """Return the quantities, with the standard errors of so many months."""
    p, sd = values["p"], expected_sd(values, shares)
    few = FEW / (values["months"] * (1 if values["common_cause"] > 0.0 else LABS)) * (values["outages"] == "whole")
    lost, (mean, square) = down[:, :, : len(shares)] @ shares, errors(values, shares)
    found = float(math.sqrt(((lost - p) ** 2).mean()))
    always = (
        Quantity("mean_lost", p, float(lost.mean()), ERRORS * mean + few),
        Quantity("sd", sd, found, (ERRORS * square + few) / (2.0 * sd)),
    )
    if values["outages"] == "graded":
        return always
    both, by_chance = together(values), alone(values) ** len(shares)
    found = float((down[:, :, : len(shares)] == 1.0).all(axis=2).mean())
    between = both * (1.0 - both) * (1.0 - by_chance) ** 2
    none = error(values, between, between + (1.0 - both) * by_chance)
    return (*always, Quantity("all_fail", chance_of_none(values, len(shares)), found, ERRORS * none + few))


def picture(values: Values, down: NDArray[np.float64]) -> Picture:
    """Draw the s.d. and the chance that nothing is left against the number of suppliers, common cause 0 or not."""
    counts = list(range(1, MOST_SUPPLIERS + 1))
    places = [float(count) for count in counts]
    lines, found = [], []
    for common in (0.0, values["common_cause"] or 0.2):
        case = values | {"common_cause": common}
        struck = down if common == values["common_cause"] else down_shares(case, MOST_SUPPLIERS)
        theory = [expected_sd(case, [1.0 / count] * count) for count in counts]
        found += [float(struck[:, :, :count].mean(axis=2).std()) for count in counts]
        lines.append(Series(f"s.d., {common:.0%} in common", places, theory, simulated=False))
        if values["outages"] == "whole":
            theory = [chance_of_none(case, count) for count in counts]
            found += [float((struck[:, :, :count] == 1.0).all(axis=2).mean()) for count in counts]
            lines.append(Series(f"all lost, {common:.0%} in common", places, theory, simulated=False))
    points = Series("outages in the market", places * len(lines), found, simulated=True)
    return Picture("suppliers with equal shares", "share of capacity; probability", (*lines, points))


def ask(values: Values) -> Outcome:
    """Let outages strike, and take the moments from the shares."""
    total = sum(values["shares"])
    shares = [share / total for share in values["shares"]]
    down = down_shares(values, max(len(shares), MOST_SUPPLIERS))
    return Outcome(quantities(values, shares, down), picture(values, down))


BENCHMARK = Benchmark(
    "diversification",
    "How much of the risk of outages goes away when a lab spreads over suppliers?",
    "Var(lost) = p (1 - p) HHI, P(all fail) = p^n; with a part b in common b p + (1 - b p) [(p - b p) / (1 - b p)]^n",
    ("model/capacity.py: strike_outages, whole_loss", "model/luck.py: exponential", "model/month.py: open_month"),
    "variance of a sum; beta-factor model of Fleming (1975)",
    "4 standard errors of the months, each seen by 25 labs, and 3 events: what is rare is counted in whole events",
    (
        number("p", 0.05, 1e-4, 0.1, "share", "mean share of a supplier's capacity that is down"),
        numbers("shares", [0.6, 0.3, 0.1], 1e-9, 1e9, "-", "part of each supplier; they are scaled to 1", pairs=False),
        number("common_cause", 0.0, 0, 1, "share", "part of outages that strikes all at once"),
        choice("outages", ("whole", "graded"), "whether outages take all of a supplier or an exponential part"),
        number("months", 20_000, 100, 40_000, "months", "months to run"),
    ),
    ask,
)
