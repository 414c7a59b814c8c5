"""Two concession curves: where a buyer and a seller who give way over time meet.

A pair of the market bargains by concession. Tightness makes the seller as slow as it is to be, and urgency the buyer,
who has gone without; two slow sides take an urgency below none, which no user of the market can set.
"""

import math

import numpy as np
from scipy.optimize import brentq

from agents.choices import FARATIN
from model.bargaining import agree
from model.parameters import default_record
from model.state import Capacity, World, empty_world
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


def conceded(values: Values, side: str, time: float) -> float:
    """Return a side's offer at a part of the time."""
    return offer(values, side, time ** (1.0 / max(values["buyer_beta"], values["seller_beta"])))


def pair_that_concedes(values: Values) -> World:
    """Return a world of one lab and one supplier whom it has asked, who open and concede as the values say.

    The list price is the first ask; the first bid is a part of the lower of it and what the lab pays at most.
    """
    world = empty_world(Capacity(1, 1, 1, 1, 1, 1))
    world.parameters[:] = default_record()
    lower = min(values["seller_start"], values["buyer_reservation"])
    world.parameters["bargaining_rule"] = FARATIN
    world.parameters["faratin_opening_buyer_share"] = values["buyer_start"] / lower if lower > 0.0 else 0.0
    world.parameters["faratin_opening_seller_ratio"] = world.parameters["pace_tightness"] = 1.0
    world.parameters["pace_urgency"] = math.log2(values["buyer_beta"] * values["seller_beta"])
    world.market["tightness"], world.labs["unserved_share"] = 1.0 / values["seller_beta"], 1.0
    world.suppliers["list_price_usd_per_h100e_hour"] = values["seller_start"]
    pair = world.pairs[0, 0]
    pair["asked_rank"], pair["aspiration_share"] = 1, 1.0
    pair["buyer_reservation_usd_per_h100e_hour"] = values["buyer_reservation"]
    pair["seller_reservation_usd_per_h100e_hour"] = values["seller_reservation"]
    return world


def ask(values: Values) -> Outcome:
    """Let a pair of the market find the agreement, and a root finder."""
    times = [float(t) for t in np.linspace(0.0, 1.0, TIMES)]
    curves = [
        Series(label, times, [conceded(values, side, t) for t in times], simulated=False)
        for label, side in (("bid", "buyer"), ("ask", "seller"))
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
    found = float(agree(pair_that_concedes(values), 0, 0))
    points = Series("agreement", [met], [found], simulated=True)
    rounding = 1e-9 * values["seller_start"] + 1e-13 * values["buyer_reservation"]
    quantity = Quantity("price", price, found, rounding)
    return Outcome((quantity,), Picture(*axes, (*curves, points)))


BENCHMARK = Benchmark(
    "faratin",
    "Where do two sides meet who concede as time runs out, each at its own pace?",
    "offer(t) = start + (reservation - start) t^(1 / beta), for both sides; the price is where they are equal",
    ("model/bargaining.py: agree, haggle, faratin_price, concession",),
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
