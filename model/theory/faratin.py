"""Two concession curves: where a buyer and a seller who give way over time meet."""

from typing import Any

import numpy as np
from scipy.optimize import brentq

from model.bargaining import concession, faratin_price
from model.theory.benchmark import Benchmark, Outcome, Picture, Quantity, Series, Values, number

TIMES = 60


def offer(values: Values, side: str, warped: float) -> float:
    """Return a side's offer, from the formula itself, at the time `warped` to the power of the larger beta.

    In that measure of time even those who concede all but at once do so at a pace that a root finder can follow.
    """
    power = max(values["buyer_beta"], values["seller_beta"]) / values[f"{side}_beta"]
    start = values[f"{side}_start"]
    return float(start + (values[f"{side}_reservation"] - start) * warped**power)


def meeting(values: Values) -> tuple[float, float]:
    """Return time and price at which the offers are equal."""

    def gap(warped: float) -> float:
        return offer(values, "buyer", warped) - offer(values, "seller", warped)

    warped = brentq(gap, 0.0, 1.0, xtol=1e-15) if gap(1.0) > 0.0 else 1.0
    time = warped ** max(values["buyer_beta"], values["seller_beta"])
    return float(time), offer(values, "buyer", warped)


def ask(values: Values) -> Outcome:
    """Let the market's rule find the agreement, and a root finder."""
    buyer: Any = (values["buyer_start"], values["buyer_reservation"], values["buyer_beta"])
    seller: Any = (values["seller_start"], values["seller_reservation"], values["seller_beta"])
    times = [float(t) for t in np.linspace(0.0, 1.0, TIMES)]
    curves = [
        Series("bid", times, [concession(buyer[0], buyer[1], t, buyer[2]) for t in times], simulated=False),
        Series("ask", times, [concession(seller[0], seller[1], t, seller[2]) for t in times], simulated=False),
    ]
    axes = ("part of the time that has passed", "price, USD/H100e-hour")
    if values["buyer_reservation"] < values["seller_reservation"]:
        said = "The buyer would pay less than the seller takes: there is no agreement to find."
        return Outcome((), Picture(*axes, tuple(curves)), said)
    if values["buyer_start"] >= values["seller_start"]:
        said = "The first bid is not below the first ask: they agree at once, half-way, before anyone concedes."
        return Outcome((), Picture(*axes, tuple(curves)), said)
    if values["buyer_start"] > values["buyer_reservation"] or values["seller_start"] < values["seller_reservation"]:
        said = "A side begins beyond its own limit: it takes back what it offered, which is no concession."
        return Outcome((), Picture(*axes, tuple(curves)), said)
    met, price = meeting(values)
    found = float(faratin_price(buyer, seller))
    points = Series("agreement", [met], [found], simulated=True)
    quantity = Quantity("price", price, found, 1e-9 * seller[0] + 1e-13 * buyer[1])
    return Outcome((quantity,), Picture(*axes, (*curves, points)))


BENCHMARK = Benchmark(
    "faratin",
    "Where do two sides meet who concede as time runs out, each at its own pace?",
    "offer(t) = start + (reservation - start) t^(1 / beta), for both sides; the price is where they are equal",
    ("model/bargaining.py: faratin_price, concession",),
    "Faratin, Sierra & Jennings (1998); root by Brent's method (SciPy)",
    "1e-9 of the first ask, 1e-13 of the most the buyer pays: the rule halves the time 50 times",
    (
        number("buyer_start", 1.0, 0, 1e6, "USD/H100e-hour", "first bid"),
        number("buyer_reservation", 3.0, 0, 1e6, "USD/H100e-hour", "most the buyer pays"),
        number("seller_start", 4.0, 0, 1e6, "USD/H100e-hour", "first ask"),
        number("seller_reservation", 1.2, 0, 1e6, "USD/H100e-hour", "least the seller takes"),
        number("buyer_beta", 1.0, 0.05, 50, "-", "pace of the buyer; above 1 it concedes early"),
        number("seller_beta", 1.0, 0.05, 50, "-", "pace of the seller"),
    ),
    ask,
)
