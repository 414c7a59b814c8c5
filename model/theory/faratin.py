"""Two concession curves: where a buyer and a seller who give way over time meet."""

from typing import Any

import numpy as np
from scipy.optimize import brentq

from model.bargaining import concession, faratin_price
from model.theory.benchmark import Benchmark, Outcome, Picture, Quantity, Series, Values, number

TIMES = 60


def gap(time: float, values: Values) -> float:
    """Return bid less ask after a part of the time, from the formula itself."""
    bid = values["buyer_start"] + (values["buyer_reservation"] - values["buyer_start"]) * time ** (
        1.0 / values["buyer_beta"]
    )
    ask_price = values["seller_start"] + (values["seller_reservation"] - values["seller_start"]) * time ** (
        1.0 / values["seller_beta"]
    )
    return float(bid - ask_price)


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
    met = brentq(gap, 0.0, 1.0, args=(values,), xtol=1e-14)
    price = values["buyer_start"] + (values["buyer_reservation"] - values["buyer_start"]) * met ** (
        1.0 / values["buyer_beta"]
    )
    found = float(faratin_price(buyer, seller))
    points = Series("agreement", [float(met)], [found], simulated=True)
    return Outcome((Quantity("price", price, found, 1e-6 * price),), Picture(*axes, (*curves, points)))


BENCHMARK = Benchmark(
    "faratin",
    "Where do two sides meet who concede as time runs out, each at its own pace?",
    "offer(t) = start + (reservation - start) t^(1 / beta), for both sides; the price is where they are equal",
    ("model/bargaining.py: faratin_price, concession",),
    "Faratin, Sierra & Jennings (1998); theory page 1, B8; root by Brent's method (SciPy)",
    "1e-6 of the price: the rule halves the time 50 times",
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
