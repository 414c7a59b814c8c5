"""How much to commit to when needs are uncertain: the quantile at which one more hour pays as often as it is wasted."""

import math
from typing import Any

import numpy as np
from scipy.stats import lognorm, norm

from agents.choices import REQUIREMENT_DISTRIBUTIONS
from agents.envelope import LEAST_NEED, Limits, Lines, split_requirement
from model.theory.benchmark import Benchmark, Outcome, Picture, Quantity, Series, Values, choice, number

UNSERVED = 1e6
"""What an hour not served costs, USD: so much that everything is."""
POINTS = 41
CERTAIN = 1e-7
"""Spread of the requirement, or of its log, below which a quantile drowns in rounding."""


def commitment(values: Values, spot_price: float) -> float:
    """Return what a lab of the market leases for one delivery month: what is not needed earns the resale price."""
    centre, spread = shape(values)
    resale = values["resale_price"]
    infinite = math.inf
    lines = Lines(
        (0.0, 0.0, values["commit_price"] - resale, infinite, infinite), (UNSERVED, spot_price, resale, 0.0, 0.0)
    )
    distribution = REQUIREMENT_DISTRIBUTIONS.index(values["distribution"])
    return float(split_requirement(lines, centre, spread, 0.0, Limits(0.0, infinite), distribution).lease)


def shape(values: Values) -> tuple[float, float]:
    """Return mean and relative s.d. of a normal requirement, or median and s.d. of the log of a lognormal one."""
    if values["distribution"] == "normal":
        return values["mean"], values["sd"] / values["mean"]
    variance = math.log1p((values["sd"] / values["mean"]) ** 2)
    return values["mean"] * math.exp(-0.5 * variance), math.sqrt(variance)


def requirement(values: Values) -> Any:
    """Return the distribution of the requirement."""
    if values["distribution"] == "normal":
        return norm(values["mean"], values["sd"])
    median, spread = shape(values)
    return lognorm(spread, scale=median)


def expected_cost(values: Values, committed: float) -> float:
    """Return the expected cost of a commitment, in closed form; E[(D - Q)+] from the first partial moment."""
    if values["distribution"] == "normal":
        place = (committed - values["mean"]) / values["sd"]
        short = values["sd"] * (norm.pdf(place) - place * norm.cdf(-place))
    else:
        median, spread = shape(values)
        place = math.log(committed / median) / spread
        short = values["mean"] * norm.cdf(spread - place) - committed * norm.cdf(-place)
    over = committed - values["mean"] + short
    cost = values["commit_price"] * committed + values["spot_price"] * short - values["resale_price"] * over
    return float(cost)


def said_of(values: Values) -> str:
    """Return in words why the quantile is not what a lab commits to; empty where it is."""
    low, price, high = values["resale_price"], values["commit_price"], values["spot_price"]
    if not low < price < high:
        return (
            "Commitment is dearer than spot or free of risk: the optimum is nothing or without bound, not a quantile."
        )
    if shape(values)[1] < CERTAIN:
        return "The requirement is as good as certain: its quantiles differ by less than numbers are rounded."
    covered = (high - price) / (high - low)
    if covered > 1.0 - LEAST_NEED:
        return f"Labs plan for no more than {1.0 - LEAST_NEED:.0%} of what may come; theory asks for {covered:.6g}."
    if requirement(values).ppf(covered) <= 1e-3 * values["sd"] * (values["distribution"] == "normal"):
        return "So wide a normal requirement is often below nothing: theory asks for less than none, a lab for none."
    return ""


def picture(values: Values) -> Picture:
    """Draw the commitment against the spot price."""
    low, price, high = values["resale_price"], values["commit_price"], values["spot_price"]
    grid = [float(p) for p in np.linspace(price + 0.05 * (high - price), 2.0 * high, POINTS)]
    need = requirement(values)
    best = [max(0.0, float(need.ppf((p - price) / (p - low)))) for p in grid]
    lines = (
        Series("mean requirement", grid, [values["mean"]] * POINTS, simulated=False),
        Series("quantile of the critical ratio", grid, best, simulated=False),
        Series("what a lab leases", grid, [commitment(values, p) for p in grid], simulated=True),
    )
    return Picture("spot price, USD/H100e-hour", "commitment, H100e", lines)


def ask(values: Values) -> Outcome:
    """Let a lab choose, and take the quantile of the critical ratio."""
    low, price, high = values["resale_price"], values["commit_price"], values["spot_price"]
    said = said_of(values)
    if said:
        return Outcome((), Picture("spot price, USD/H100e-hour", "commitment, H100e", ()), said)
    need, covered = requirement(values), (high - price) / (high - low)
    best, chosen = float(need.ppf(covered)), commitment(values, high)
    least = expected_cost(values, best)
    quantities = (
        Quantity("commitment", best, chosen, 1e-6 * (best + shape(values)[1] * values["mean"])),
        Quantity("probability_covered", covered, float(need.cdf(chosen)), 1e-6),
        Quantity(
            "cost", least, expected_cost(values, chosen), 1e-6 * abs(least) + 1e-12 * high * (best + values["mean"])
        ),
    )
    return Outcome(quantities, picture(values))


BENCHMARK = Benchmark(
    "newsvendor",
    "How much does a lab commit to when it may need more or less?",
    "Q = F^-1(CR), CR = (spot - commit) / (spot - resale)",
    ("agents/envelope.py: split_requirement, requirement_quantile", "agents/expectations.py: normal_quantile"),
    "Arrow, Harris & Marschak (1951); normal and lognormal quantiles of SciPy",
    "1e-6 of the value: the market's normal quantile is an approximation good to 1.2e-9; a normal is not cut at 0",
    (
        number("commit_price", 2.0, 0, 1e6, "USD/H100e-hour", "price of a commitment"),
        number("spot_price", 4.0, 0, 1e6, "USD/H100e-hour", "price of what is missing"),
        number("resale_price", 0.5, 0, 1e6, "USD/H100e-hour", "what an hour too many still earns"),
        number("mean", 100.0, 1e-6, 1e9, "H100e", "mean requirement"),
        number("sd", 30.0, 1e-6, 1e9, "H100e", "s.d. of the requirement"),
        choice("distribution", ("normal", "lognormal"), "distribution of the requirement"),
    ),
    ask,
)
