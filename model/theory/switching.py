"""Suppliers that switch between two ways of expecting prices, to whichever was right of late."""

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from agents.choices import ADAPTIVE, SUPPLY_CURVE, SWITCHING
from agents.suppliers.expecting import expect_price
from model.state import World
from model.theory.benchmark import Benchmark, Outcome, Picture, Quantity, Series, Values, number
from model.theory.noise import runs_of, shake_demand
from model.theory.worlds import Line, run, spot_world, units_of

INTERCEPT, DEMAND_SLOPE, SUPPLY_SLOPE = 2460.0, 21.0, 20.0
"""Demand 2460 - 21 p, supply 20 e: p = (20/21) (123 - e)."""
DEMAND = Line(INTERCEPT, DEMAND_SLOPE)
UNITS = units_of(DEMAND)
REST = INTERCEPT / (DEMAND_SLOPE + SUPPLY_SLOPE)
"""Price at rest, 60."""
SHARE_FROM, PRICE_FROM = 5, 8
"""First months whose shares and prices count; before, the market still forgets its start."""
THEORY_RUNS = 4000
ERRORS = 5.0
"""Standard errors allowed."""
LITTLE = 1e-3
"""Allowance for the tails of what hardly varies from run to run."""
SHOWN = 25
"""Months in the picture."""
LEAST = 0.01
"""Price below which the market is taken to have run into zero."""
CRASHES = (
    "Followers of the trend drive some runs so far that a price or an expected price falls to zero: lines end there, "
    "and with them the theory."
)


class Paths(NamedTuple):
    """Prices, and the trust in slow learning after each month; shapes (runs, months)."""

    prices: NDArray[np.float64]
    trust: NDArray[np.float64]


class Heads(NamedTuple):
    """What suppliers carry from month to month, one number a run."""

    adaptive: NDArray[np.float64]
    trend: NDArray[np.float64]
    seen: NDArray[np.float64]
    adaptive_score: NDArray[np.float64]
    trend_score: NDArray[np.float64]
    trust: NDArray[np.float64]


def market_of(values: Values, chosen: int, spread: float) -> World:
    """Return a market of one supplier that has seen nothing but the price of the start."""
    world = spot_world(
        DEMAND,
        [SUPPLY_SLOPE * values["start"]],
        REST,
        investment_rule=SUPPLY_CURVE,
        supply_curve_slope=1.0,
        price_expectation=chosen,
        price_learning_per_month=values["weight"],
        price_extrapolation=values["extrapolation"],
        switching_intensity_per_usd2=values["intensity"] / UNITS.usd**2,
        switching_memory_share=values["memory"],
        switching_inertia_share=values["inertia"],
    )
    world.suppliers["demand_belief_h100e"] = SUPPLY_SLOPE * REST * UNITS.h100e
    expect_price(world.suppliers[0], values["start"] * UNITS.usd)
    shake_demand(world, DEMAND, UNITS, spread)
    return world


def simulated_paths(values: Values) -> Paths:
    """Return what the market does, every stage of the month run."""
    start = market_of(values, SWITCHING, values["noise_sd"])
    prices, trust = [], []
    for history in runs_of(start, values["ticks"], values["runs"], values["seed"]):
        prices.append(history.market["spot_price_usd_per_h100e_hour"] / UNITS.usd)
        trust.append(history.suppliers["adaptive_trust_share"][:, 0])
    return Paths(np.array(prices), np.array(trust))


def after(heads: Heads, price: NDArray[np.float64], values: Values) -> Heads:
    """Return what suppliers carry on once they have seen a price: score -error^2 + memory x score before."""
    adaptive = values["memory"] * heads.adaptive_score - (price - heads.adaptive) ** 2
    trend = values["memory"] * heads.trend_score - (price - heads.trend) ** 2
    odds = np.exp(np.clip(values["intensity"] * (trend - adaptive), -700.0, 700.0))
    return Heads(
        values["weight"] * price + (1.0 - values["weight"]) * heads.adaptive,
        (1.0 + values["extrapolation"]) * price - values["extrapolation"] * heads.seen,
        price,
        adaptive,
        trend,
        values["inertia"] * heads.trust + (1.0 - values["inertia"]) / (1.0 + odds),
    )


def expected_paths(values: Values) -> Paths | None:
    """Return what the model of the textbook does with normal noise of its own; nothing if a run leaves the lines."""
    luck = np.random.default_rng(2012)
    first, none = np.full(THEORY_RUNS, values["start"]), np.zeros(THEORY_RUNS)
    heads = Heads(first, first, first, none, none, np.full(THEORY_RUNS, 0.5))
    prices, trust = np.zeros((2, values["ticks"], THEORY_RUNS))
    for month in range(values["ticks"]):
        expected = heads.trust * heads.adaptive + (1.0 - heads.trust) * heads.trend
        noise = values["noise_sd"] * luck.standard_normal(THEORY_RUNS)
        prices[month] = SUPPLY_SLOPE / DEMAND_SLOPE * (INTERCEPT / SUPPLY_SLOPE - expected) + noise
        heads = after(heads, prices[month], values)
        trust[month] = heads.trust
        if min(prices[month].min(), heads.trend.min()) < LEAST:
            return None
    return Paths(prices.T, trust.T)


def moments(paths: Paths) -> NDArray[np.float64]:
    """Return mean trust in slow learning, distance of the price from rest, and price; shape (3, runs)."""
    late = paths.prices[:, PRICE_FROM - 1 :]
    share = paths.trust[:, SHARE_FROM - 1 :].mean(axis=1)
    return np.array([share, np.abs(late - REST).mean(axis=1), late.mean(axis=1)])


def multiplier(values: Values) -> Quantity:
    """Return what a deviation is multiplied by a month where all learn slowly and nothing shakes the market."""
    started = values | {"start": REST + 1.0}
    beliefs = run(market_of(started, ADAPTIVE, 0.0), 2).suppliers["adaptive_belief_usd_per_h100e_hour"][:, 0]
    theory = 1.0 - values["weight"] * (1.0 + SUPPLY_SLOPE / DEMAND_SLOPE)
    return Quantity("multiplier", theory, float(beliefs[0] / UNITS.usd - REST), 1e-9)


def drawn(theory: Paths, simulated: Paths) -> Picture:
    """Return the mean distance from rest month by month, and the part that trusts slow learning."""
    months = [float(month) for month in range(1, theory.prices.shape[1] + 1)][:SHOWN]
    far = [np.abs(paths.prices - REST).mean(axis=0)[:SHOWN].tolist() for paths in (theory, simulated)]
    trust = [(10.0 * paths.trust.mean(axis=0))[:SHOWN].tolist() for paths in (theory, simulated)]
    series = (
        Series("|price - 60|, theory", months, far[0], simulated=False),
        Series("trust in slow learning x 10, theory", months, trust[0], simulated=False),
        Series("|price - 60|, market", months, far[1], simulated=True),
        Series("trust x 10, market", months, trust[1], simulated=True),
    )
    return Picture("month", "mean over runs", series)


def ask(values: Values) -> Outcome:
    """Run the market and the model of the textbook, each with noise of its own."""
    theory, certain = expected_paths(values), multiplier(values)
    if theory is None:
        return Outcome((certain,), Picture("month", "price", ()), CRASHES)
    simulated = simulated_paths(values)
    expected, found = moments(theory), moments(simulated)
    errors = ERRORS * math.sqrt(1.0 / values["runs"] + 1.0 / THEORY_RUNS) * expected.std(axis=1) + LITTLE
    names = ("adaptive_share", "distance", "price")
    random = (
        Quantity(name, float(expected[row].mean()), float(found[row].mean()), float(errors[row]))
        for row, name in enumerate(names)
    )
    return Outcome((*random, certain), drawn(theory, simulated))


BENCHMARK = Benchmark(
    "switching",
    "Do suppliers who follow whichever expectation was right of late calm a market that over-reacts?",
    "p = (20/21)(123 - e) + noise; e = n e1 + (1 - n) e2, e1 learns slowly, e2 follows the trend; "
    "n(t) = d n(t-1) + (1 - d) / [1 + exp(b (U2 - U1))], U = -(p - e)^2 + m U(t-1)",
    (
        "agents/suppliers/expecting.py: learn_price, logit_share",
        "agents/suppliers/conduct.py: curve_capacity, adjusting_order",
        "model/demand.py: grow_demand, news_level",
        "model/month.py: every stage",
    ),
    "Brock & Hommes (1997); Anufriev & Hommes (2012); Heemeijer et al. (2009) for the market; noise by NumPy",
    "5 standard errors of so many runs, as both sides are random: chance alone puts hardly one row in a million "
    "outside; the multiplier 1e-9, as it is exact",
    (
        number("weight", 0.75, 0.05, 1, "share", "weight of the last price in slow learning"),
        number("extrapolation", 1.0, 0, 1.3, "share", "part of the last change that followers of the trend expect"),
        number("intensity", 1.5, 0, 10, "1/price^2", "how fast the more accurate expectation wins"),
        number("memory", 0.1, 0, 0.9, "share", "part of past accuracy remembered"),
        number("inertia", 0.1, 0, 0.9, "share", "part that keeps its expectation in a month"),
        number("noise_sd", 0.5, 0.05, 2, "price", "s.d. of the noise"),
        number("start", 50.0, 5, 115, "price", "price before the first month"),
        number("ticks", 50, 8, 100, "months", "length of a run"),
        number("runs", 200, 2, 400, "count", "runs"),
        number("seed", 1, 0, 1_000_000, "-", "first seed"),
    ),
    ask,
)
