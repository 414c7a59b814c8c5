"""Six suppliers on an S-shaped curve, as in a laboratory: how far learning lets the price swing."""

import functools
import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import brentq

from agents.choices import S_CURVE
from agents.suppliers.expecting import expect_price
from model.state import World
from model.theory.benchmark import Benchmark, Comparison, Outcome, Picture, Quantity, Series, Values, number
from model.theory.noise import runs_of, shake_demand
from model.theory.worlds import Line, run, spot_world, units_of

SUPPLIERS, INTERCEPT, SLOPE, CENTRE = 6, 13.8, 1.5, 6.0
"""Number of suppliers, line of demand, and price around which their curve bends."""
PARTS = 1e7
"""Parts of one of quantity that make an H100e: what is planned at low prices is little, but enough to be ordered."""
DEMAND = Line(PARTS * INTERCEPT, PARTS * SLOPE)
UNITS = units_of(DEMAND)
START = 5.0
"""First expected price of runs with noise: the middle of the prices that people in the laboratory could name."""
SLOW_WEIGHT = 0.1
"""Weight of the last price so small that a market without noise settles at rest."""
THEORY_RUNS = 4000
SETTLED = 1e-5
"""What may be left of a deviation for a market to count as settled."""
ERRORS = 5.0
"""Standard errors allowed."""
SHOWN = (0.1, 0.2, 0.28, 0.32, 0.37, 0.43, 0.5, 0.6)
"""Sensitivities in the picture."""
MONTHS_SHOWN = 100
"""Months after which they have settled."""
UNSETTLED = "In so few months the market does not settle at rest, so that price is not compared."
SWINGS_UNSETTLED = (
    "The slope of the market's answer at rest is {slope:.4f}; next to -1, where swings begin, they take longer to "
    "settle than the months that are run, so low and high are not compared."
)
PEOPLE = {0.22: (5.64, 0.36), 0.5: (5.85, 0.63), 2.0: (5.93, 2.62)}
"""Mean and variance of prices that people made, by sensitivity: stable, unstable, strongly unstable."""
PROVENANCE = (
    "prices made by people, Hommes, Sonnemans, Tuinstra & van de Velden (2007); figures as quoted in textbooks, medium "
    "confidence; ours are of suppliers that all learn alike"
)


class Moments(NamedTuple):
    """Mean of prices and their variance within a run: over all runs, and the s.d. of both between runs."""

    mean: float
    variance: float
    mean_sd: float
    variance_sd: float


def answer(expected: NDArray[np.float64] | float, sensitivity: float) -> NDArray[np.float64]:
    """Return the price without noise if all suppliers expect `expected`."""
    wanted = SUPPLIERS * (np.tanh(sensitivity * (np.asarray(expected) - CENTRE)) + 1.0)
    return np.asarray((INTERCEPT - wanted) / SLOPE)


def price_at_rest(sensitivity: float) -> float:
    """Return the price that comes true if it is expected: rational expectations."""
    return float(brentq(lambda price: float(answer(price, sensitivity)) - price, 0.0, INTERCEPT / SLOPE, xtol=1e-13))


def slope_at(price: float, sensitivity: float) -> float:
    """Return the slope of the market's answer."""
    return -SUPPLIERS * sensitivity / (SLOPE * math.cosh(sensitivity * (price - CENTRE)) ** 2)


def attractor(sensitivity: float) -> tuple[float, float]:
    """Return low and high of the naive market in the long run; equal where it comes to rest."""
    rest = price_at_rest(sensitivity)
    if slope_at(rest, sensitivity) >= -1.0 - 1e-6:
        return rest, rest

    def moved_in_two_months(price: float) -> float:
        return float(answer(answer(price, sensitivity), sensitivity)) - price

    low = float(brentq(moved_in_two_months, 0.0, rest - 1e-5, xtol=1e-13))
    return low, float(answer(low, sensitivity))


def market_of(sensitivity: float, weight: float, first: float, spread: float) -> World:
    """Return the market of the laboratory before its first month; all suppliers expect the price `first`."""
    capacity = PARTS * (math.tanh(sensitivity * (first - CENTRE)) + 1.0)
    world = spot_world(
        DEMAND,
        [capacity] * SUPPLIERS,
        CENTRE,
        investment_rule=S_CURVE,
        supply_curve_slope=CENTRE * sensitivity,
        price_learning_per_month=weight,
    )
    world.suppliers["demand_belief_h100e"] = PARTS * UNITS.h100e
    for j in range(SUPPLIERS):
        expect_price(world.suppliers[j], first * UNITS.usd)
    shake_demand(world, DEMAND, UNITS, spread)
    return world


def settled(sensitivity: float, weight: float, months: int) -> NDArray[np.float64]:
    """Return the last two prices of a market without noise, the lower first."""
    history = run(market_of(sensitivity, weight, START, 0.0), months)
    return np.sort(history.market["spot_price_usd_per_h100e_hour"][-2:] / UNITS.usd)


def moments(prices: NDArray[np.float64]) -> Moments:
    """Return mean and variance of prices, shape (runs, months)."""
    means, variances = prices.mean(axis=1), prices.var(axis=1)
    return Moments(*(float(x) for x in (means.mean(), variances.mean(), means.std(), variances.std())))


def expected_moments(values: Values, sensitivity: float) -> Moments:
    """Return what the map of the laboratory gives with normal noise of its own; prices stay positive."""
    luck = np.random.default_rng(2007)
    expected = np.full(THEORY_RUNS, START)
    prices = np.zeros((values["ticks"], THEORY_RUNS))
    for month in range(values["ticks"]):
        noise = values["noise_sd"] * luck.standard_normal(THEORY_RUNS)
        prices[month] = np.maximum(0.0, answer(expected, sensitivity) + noise)
        expected += values["weight"] * (prices[month] - expected)
    return moments(prices.T)


def simulated_moments(values: Values, sensitivity: float) -> Moments:
    """Return what the market gives, every stage of the month run."""
    start = market_of(sensitivity, values["weight"], START, values["noise_sd"])
    histories = runs_of(start, values["ticks"], values["runs"], values["seed"])
    prices = np.array([history.market["spot_price_usd_per_h100e_hour"] for history in histories])
    return moments(prices / UNITS.usd)


def noisy(values: Values) -> tuple[Quantity, Quantity]:
    """Return mean and variance under noise."""
    theory = expected_moments(values, values["sensitivity"])
    simulated = simulated_moments(values, values["sensitivity"])
    errors = ERRORS * math.sqrt(1.0 / values["runs"] + 1.0 / THEORY_RUNS)
    return (
        Quantity("mean", theory.mean, simulated.mean, errors * theory.mean_sd + 1e-6),
        Quantity("variance", theory.variance, simulated.variance, errors * theory.variance_sd + 1e-6),
    )


def people(values: Values) -> tuple[Comparison, ...]:
    """Return the prices of people beside those of suppliers that learn alike, for each treatment."""
    rows: list[Comparison] = []
    for sensitivity, (mean, variance) in PEOPLE.items():
        simulated = simulated_moments(values, sensitivity)
        rows.append(Comparison(f"mean, sensitivity {sensitivity:g}", mean, simulated.mean, PROVENANCE))
        rows.append(Comparison(f"variance, sensitivity {sensitivity:g}", variance, simulated.variance, PROVENANCE))
    return tuple(rows)


@functools.cache
def drawn(months: int) -> Picture:
    """Return the price at rest, and how a naive market parts from it as suppliers answer more sharply.

    Nothing but the months is up to the values.
    """
    grid = np.linspace(0.05, SHOWN[-1], 250)
    rest = [price_at_rest(float(one)) for one in grid]
    ends = [attractor(float(one)) for one in grid]
    fork = [low for low, _ in reversed(ends)] + [high for _, high in ends]
    found = [[*settled(one, 1.0, months), *settled(one, SLOW_WEIGHT, months)[:1]] for one in SHOWN]
    series = (
        Series("slow learners: at rest", grid.tolist(), rest, simulated=False),
        Series("naive: low and high", [*grid[::-1].tolist(), *grid.tolist()], fork, simulated=False),
        Series("market", np.repeat(SHOWN, 3).tolist(), np.concatenate(found).tolist(), simulated=True),
    )
    return Picture("sensitivity of supply to the price expected", f"price after {months} months", series)


def quiet(values: Values) -> tuple[list[Quantity], str]:
    """Return where the market settles without noise, as far as it has time to, and what it has not."""
    sensitivity, months, said = values["sensitivity"], values["settling"], []
    rest, ends = price_at_rest(sensitivity), attractor(sensitivity)
    slope = slope_at(rest, sensitivity)
    quantities: list[Quantity] = []
    if abs(1.0 - SLOW_WEIGHT * (1.0 - slope)) ** months < SETTLED:
        found = settled(sensitivity, SLOW_WEIGHT, months)
        quantities.append(Quantity("price_at_rest", rest, float(found.mean()), 1e-4))
    else:
        said.append(UNSETTLED)
    if math.exp(-abs(abs(slope) - 1.0) * min(1.0, abs(slope)) * months) < SETTLED:
        found = settled(sensitivity, 1.0, months)
        quantities.append(Quantity("low", ends[0], float(found[0]), 1e-4))
        quantities.append(Quantity("high", ends[1], float(found[1]), 1e-4))
    else:
        said.append(SWINGS_UNSETTLED.format(slope=slope))
    return quantities, " ".join(said)


def ask(values: Values) -> Outcome:
    """Let the market settle without noise, run it with noise, and solve the map of the laboratory."""
    quantities, said = quiet(values)
    return Outcome((*quantities, *noisy(values)), drawn(min(values["settling"], MONTHS_SHOWN)), said, people(values))


BENCHMARK = Benchmark(
    "experiment_hommes2007",
    "How far do prices swing around their equilibrium if six suppliers learn from past prices, as in a laboratory?",
    "p = (13.8 - sum over 6 of [tanh(s (e - 6)) + 1]) / 1.5 + noise, e moves by w (p - e)",
    (
        "agents/suppliers/conduct.py: curve_capacity, adjusting_order",
        "agents/suppliers/expecting.py: learn_price",
        "model/demand.py: grow_demand, news_level",
        "model/month.py: every stage",
    ),
    "Hommes, Sonnemans, Tuinstra & van de Velden (2007); roots by SciPy, noise by NumPy",
    "1e-4 for prices without noise; mean and variance 5 standard errors of so many runs, as both sides are random: "
    "chance alone puts hardly one row in a million outside",
    (
        number("sensitivity", 0.5, 0.05, 2.5, "1/price", "sharpness of the curve; 0.22, 0.5 and 2 in the laboratory"),
        number("weight", 0.25, 0, 1, "share", "weight of the last price in the expected one; 1 = naive"),
        number("noise_sd", 0.5, 0.05, 1, "price", "s.d. of the noise"),
        number("settling", 600, 20, 1000, "months", "length of a run without noise"),
        number("ticks", 50, 2, 100, "months", "length of a run with noise"),
        number("runs", 60, 2, 120, "count", "runs with noise"),
        number("seed", 1, 0, 1_000_000, "-", "first seed of those runs"),
    ),
    ask,
)
