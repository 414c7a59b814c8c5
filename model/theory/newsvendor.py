"""How much to commit to when needs are uncertain: the quantile at which one more hour pays as often as it is wasted."""

import math

import numpy as np
from scipy.stats import lognorm, norm

from agents.envelope import LEAST_NEED, Limits, Lines, split_requirement
from model.theory.benchmark import Benchmark, Outcome, Picture, Quantity, Series, Values, choice, number

UNSERVED = 1e6
"""What an hour not served costs, USD: so much that everything is."""
POINTS = 41
CERTAIN = 1e-7
"""Spread of the log requirement below which a quantile drowns in rounding."""


def commitment(values: Values, spot_price: float) -> float:
    """Return what a lab of the market leases for one delivery month: what is not needed earns the resale price."""
    median, spread = lognormal(values)
    resale = values["resale_price"]
    infinite = math.inf
    lines = Lines(
        (0.0, 0.0, values["commit_price"] - resale, infinite, infinite), (UNSERVED, spot_price, resale, 0.0, 0.0)
    )
    return float(split_requirement(lines, median, spread, 0.0, Limits(0.0, infinite)).lease)


def lognormal(values: Values) -> tuple[float, float]:
    """Return median and s.d. of the log of a lognormal requirement of that mean and s.d."""
    variance = math.log1p((values["sd"] / values["mean"]) ** 2)
    return values["mean"] * math.exp(-0.5 * variance), math.sqrt(variance)


def expected_cost(values: Values, committed: float) -> float:
    """Return the expected cost of a commitment, in closed form."""
    median, spread = lognormal(values)
    place = math.log(committed / median) / spread
    short = values["mean"] * norm.cdf(spread - place) - committed * norm.cdf(-place)
    over = committed - values["mean"] + short
    cost = values["commit_price"] * committed + values["spot_price"] * short - values["resale_price"] * over
    return float(cost)


def ask(values: Values) -> Outcome:
    """Let a lab choose, and take the quantile of the critical ratio."""
    mean, low, price, high = values["mean"], values["resale_price"], values["commit_price"], values["spot_price"]
    axes = ("spot price, USD/H100e-hour", "commitment, H100e")
    if not low < price < high:
        said = (
            "Commitment is dearer than spot or free of risk: the optimum is nothing or without bound, not a quantile."
        )
        return Outcome((), Picture(*axes, ()), said)
    if values["distribution"] == "normal":
        said = "Labs of this market forecast a lognormal requirement; a normal one is not among their rules."
        return Outcome((), Picture(*axes, ()), said)
    median, spread = lognormal(values)
    if spread < CERTAIN:
        said = "The requirement is as good as certain: its quantiles differ by less than numbers are rounded."
        return Outcome((), Picture(*axes, ()), said)
    covered = (high - price) / (high - low)
    if covered > 1.0 - LEAST_NEED:
        said = f"Labs plan for no more than {1.0 - LEAST_NEED:.0%} of what may come; theory asks for {covered:.6g}."
        return Outcome((), Picture(*axes, ()), said)
    need = lognorm(spread, scale=median)
    best = float(need.ppf(covered))
    chosen = commitment(values, high)
    grid = [float(p) for p in np.linspace(price + 0.05 * (high - price), 2.0 * high, POINTS)]
    lines = (
        Series("quantile of the critical ratio", grid, [float(need.ppf((p - price) / (p - low))) for p in grid], False),
        Series("what a lab leases", grid, [commitment(values, p) for p in grid], True),
    )
    least = expected_cost(values, best)
    quantities = (
        Quantity("commitment", best, chosen, 1e-6 * best),
        Quantity("probability_covered", covered, float(need.cdf(chosen)), 1e-6),
        Quantity("cost", least, expected_cost(values, chosen), 1e-6 * abs(least) + 1e-12 * high * (best + mean)),
    )
    return Outcome(quantities, Picture(*axes, lines))


BENCHMARK = Benchmark(
    "newsvendor",
    "How much does a lab commit to when it may need more or less?",
    "Q = F^-1(CR), CR = (spot - commit) / (spot - resale)",
    ("agents/envelope.py: split_requirement", "agents/expectations.py: normal_quantile"),
    "Arrow, Harris & Marschak (1951); lognormal quantile of SciPy",
    "1e-6 of the value: the market's normal quantile is an approximation good to 1.2e-9",
    (
        number("commit_price", 2.0, 0, 1e6, "USD/H100e-hour", "price of a commitment"),
        number("spot_price", 4.0, 0, 1e6, "USD/H100e-hour", "price of what is missing"),
        number("resale_price", 0.5, 0, 1e6, "USD/H100e-hour", "what an hour too many still earns"),
        number("mean", 100.0, 1e-6, 1e9, "H100e", "mean requirement"),
        number("sd", 50.0, 1e-6, 1e9, "H100e", "s.d. of the requirement"),
        choice("distribution", ("lognormal", "normal"), "distribution of the requirement"),
    ),
    ask,
)
