"""What an hour of one's own capacity costs: the outlay spread over the hours that are used."""

import numpy as np
from scipy.optimize import brentq

from agents.costs import full_cost
from agents.units import HOURS_PER_MONTH
from model.parameters import default_record
from model.theory.benchmark import Benchmark, Comparison, Outcome, Picture, Quantity, Series, Values, number

YEARLY = (
    "the published 1.7524, at a rate of 0.12, takes it for an effective annual rate: wacc = ln(1 + rate); the market "
    "discounts continuously"
)


def market_cost(values: Values, wacc: float) -> float:
    """Return the cost by the market's rule, without a fall in rental value."""
    parameters = default_record()
    parameters["obsolescence_per_year"] = 0.0
    parameters["site_life_months"] = values["life_months"]
    parameters["usable_share"] = values["utilisation"]
    return float(full_cost(values["capex"], values["opex"], wacc, parameters[0]))


def fair_price(values: Values, wacc: float) -> float:
    """Return the price at which the discounted receipts of a life pay back the outlay, by root finding."""
    months = np.arange(1, values["life_months"] + 1)
    hours = HOURS_PER_MONTH * values["utilisation"] * np.exp(-wacc * months / 12.0).sum()
    return float(brentq(lambda price: (price - values["opex"]) * hours - values["capex"], 0.0, 1e9, xtol=1e-12))


def ask(values: Values) -> Outcome:
    """Work out the cost by the rule and by net present value."""
    wacc = values["wacc"]
    cost, price = market_cost(values, wacc), fair_price(values, wacc)
    grid = [float(w) for w in np.linspace(0.0, 2.0 * wacc + 0.1, 25)]
    lines = (
        Series("price of zero net present value", grid, [fair_price(values, w) for w in grid], simulated=False),
        Series("full cost in the market", grid, [market_cost(values, w) for w in grid], simulated=True),
    )
    picture = Picture("cost of capital, 1/year", "USD/H100e-hour", lines)
    yearly = fair_price(values, float(np.log1p(wacc)))
    other = Comparison("closed form, the rate compounded once a year", yearly, cost, YEARLY)
    return Outcome((Quantity("cost", price, cost, 1e-9 * price),), picture, comparisons=(other,))


BENCHMARK = Benchmark(
    "owned_cost",
    "What must an hour of own capacity earn to pay back what it cost?",
    "sum over the life of (p - opex) x 730 h x utilisation x e^(-wacc s / 12) = capex",
    ("agents/costs.py: full_cost, annuity_months",),
    "net present value, with continuous discounting; root by Brent's method (SciPy)",
    "1e-9 of the cost: both sides are exact",
    (
        number("capex", 45_000.0, 1, 1e7, "USD/H100e", "cost of a site with its chips"),
        number("wacc", 0.12, 0, 2, "1/year", "cost of capital"),
        number("life_months", 60, 1, 600, "months", "life of the site"),
        number("utilisation", 0.9, 0.01, 1, "share", "hours used / hours of a life"),
        number("opex", 0.25, 0, 100, "USD/H100e-hour", "running cost"),
    ),
    ask,
)
