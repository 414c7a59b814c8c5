"""What capacity a market of free entry builds for demand that is high in half of all months, and what peaks cost."""

import math
from typing import NamedTuple

import numpy as np
from scipy.optimize import brentq

from agents.choices import PROFIT_LED, TWO_POINT_NEWS
from model.history import History
from model.state import Table
from model.theory.benchmark import Benchmark, Outcome, Picture, Quantity, Series, Values, number
from model.theory.worlds import Line, run, spot_world, units_of

ADJUSTMENTS = 140.0
"""How often the market could close its gap in the months run: few, so that capacity hardly follows single months."""
LEARNING = 6.0
"""Learning a month / adjustment a month: above 4 capacity comes to rest without swinging."""
LONG_ENOUGH = 4_000
"""Months below which capacity has not swayed often enough for its mean to be known to one per cent."""
BURN_IN = 0.1
"""Part of the months that is not counted."""
POINTS = 24
NEVER = 10**6
"""Months of little use after which the supplier, who stands for all, would leave."""
LARGEST_SWING = 0.15
"""Part of itself by which capacity may sway, months taken by chance."""
NO_PEAK = "The good state is no better than the bad one: there is no peak."
NOBODY_BUYS = "In the bad state nobody pays even running cost: there is no price then, and none is compared."
NOT_WORTH = "Even the first of capacity does not earn back its cost: nothing is built for long."
TOO_SMALL = "So little is built that it drowns in what capacity sways from month to month."


class Equilibrium(NamedTuple):
    """Capacity at which the margin over running cost pays for it, and the price in both states."""

    capacity: float
    high: float
    low: float

    @property
    def sd(self) -> float:
        """Standard deviation of the price."""
        return 0.5 * (self.high - self.low)


def at_capacity(values: Values, capacity: float) -> Equilibrium:
    """Return the prices that clear at a capacity: what is scarce, or running cost."""
    high, low = (max(values["c"], values[state] - capacity) for state in ("a_high", "a_low"))
    return Equilibrium(capacity, high, low)


def equilibrium(values: Values) -> Equilibrium | None:
    """Return the capacity at which E[(p - c)+] = k, by bracketing, or nothing where none is worth its cost."""

    def profit(capacity: float) -> float:
        found = at_capacity(values, capacity)
        return 0.5 * (found.high + found.low) - values["c"] - values["k"]

    if profit(0.0) <= 0.0:
        return None
    return at_capacity(values, float(brentq(profit, 0.0, values["a_high"], xtol=1e-12)))


def response(values: Values, found: Equilibrium) -> float:
    """Return by how much the profit of a unit falls, in parts of k, when capacity rises by a part of itself."""
    binding = 1.0 if found.low > values["c"] else 0.5
    return binding * found.capacity / values["k"]


def swing(values: Values, found: Equilibrium) -> float:
    """Return how far capacity sways by chance, as a part of itself."""
    pace = ADJUSTMENTS / values["months"]
    return found.sd / (values["k"] * response(values, found)) * math.sqrt(0.5 * pace)


def market(values: Values, found: Equilibrium) -> History:
    """Return the history of a supplier that grows while it earns more than capacity costs, and shrinks below.

    News scales demand at the price through which its line goes, half of what the bad state pays at most.
    """
    pace, high, low = ADJUSTMENTS / values["months"], values["a_high"], values["a_low"]
    demand = Line(high, 1.0)
    world = spot_world(
        demand,
        [0.8 * found.capacity],
        values["c"] + values["k"],
        values["c"],
        investment_rule=PROFIT_LED,
        inventory_adjustment_per_month=pace / response(values, found),
        price_learning_per_month=LEARNING * pace,
        exit_months=NEVER,
        demand_news_rule=TWO_POINT_NEWS,
        market_demand_noise_per_month=math.atanh((high - low) / high),
    )
    units = units_of(demand)
    world.market["fringe_h100e"] = 0.5 * high * units.h100e
    world.market["fringe_reference_usd_per_h100e_hour"] = 0.5 * low * units.usd
    world.parameters["fringe_price_elasticity"] = low / high
    return run(world, values["months"])


def compared(values: Values, found: Equilibrium, prices: Table, history: History) -> list[Quantity]:
    """Return the equilibrium of theory beside means of the months after the start, given their prices."""
    news = history.market["demand_news_log"][-len(prices) :]
    good = news > 0.5 * (news.min() + news.max())
    capacity = (
        history.suppliers["installed_h100e"][-len(prices) :, 0].mean() / units_of(Line(values["a_high"], 1.0)).h100e
    )
    mean = 0.5 * (found.high + found.low)
    within = max(0.02 * found.capacity, 8.0 * found.sd / math.sqrt(len(prices)))
    return [
        Quantity("capacity", found.capacity, float(capacity), within),
        Quantity("mean_price", mean, float(prices.mean()), 0.01 * mean * max(1.0, LONG_ENOUGH / len(prices))),
        Quantity("high_price", found.high, float(prices[good].mean()), within),
        Quantity("low_price", found.low, float(prices[~good].mean()), within),
        Quantity("sd", found.sd, float(prices.std()), within),
    ]


def drawn(found: Equilibrium, cost: float, prices: Table) -> Picture:
    """Return prices, dearest first, over the share of months."""
    places = [(place + 0.5) / POINTS for place in range(POINTS)]
    dearest = np.quantile(prices, [1.0 - place for place in places])
    half = [found.high, found.high, found.low, found.low]
    series = (
        Series("long-run equilibrium", [0.0, 0.5, 0.5, 1.0], half, simulated=False),
        Series("full cost c + k", [0.0, 1.0], [cost, cost], simulated=False),
        Series("months of the market", places, dearest.tolist(), simulated=True),
    )
    return Picture("share of months, dearest first", "price", series)


def ask(values: Values) -> Outcome:
    """Let a market build by its profit through good and bad months, and solve for the capacity that just pays."""
    found = equilibrium(values) if values["a_high"] > values["a_low"] > values["c"] else None
    if found is None or swing(values, found) > LARGEST_SWING:
        said = NO_PEAK if values["a_high"] <= values["a_low"] else NOBODY_BUYS if values["a_low"] <= values["c"] else ""
        picture = drawn(at_capacity(values, 0.0), values["c"] + values["k"], np.zeros(1))
        return Outcome((), picture, said or (NOT_WORTH if found is None else TOO_SMALL))
    history = market(values, found)
    counted = history.market["spot_price_usd_per_h100e_hour"][round(BURN_IN * values["months"]) :]
    prices = counted / units_of(Line(values["a_high"], 1.0)).usd
    picture = drawn(found, values["c"] + values["k"], prices)
    return Outcome(tuple(compared(values, found, prices, history)), picture)


BENCHMARK = Benchmark(
    "peak_load",
    "How much is built for peaks, and how much does the price swing, where everybody may build and nobody errs?",
    "E[(p - c)+] = k, p = max(c, a - K), a high or low with equal chances",
    (
        "model/month.py: month",
        "agents/suppliers/conduct.py: capacity_by_price, adjusting_order",
        "model/demand.py: news_level",
        "model/auction.py: clearing_price",
    ),
    "Boiteux (1949); root by bracketing (SciPy)",
    "2% of capacity, or 4 standard errors, as good and bad months do not share the time evenly; mean price 1%, "
    "more below 4,000 months",
    (
        number("a_high", 12.0, 0.1, 1000.0, "1", "price at which demand Q = a - p ends in the good state"),
        number("a_low", 6.0, 0.1, 1000.0, "1", "the same in the bad state"),
        number("c", 1.0, 0.0, 1000.0, "1", "running cost of what is used"),
        number("k", 2.0, 0.01, 1000.0, "1", "cost of one of capacity for a month"),
        number("months", 40000, 1000, 60000, "months", "months of the market, the first tenth not counted"),
    ),
    ask,
)
