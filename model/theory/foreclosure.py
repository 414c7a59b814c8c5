"""What a supplier with a lab of its own charges that lab's rival, and when it cannot."""

import math
from typing import NamedTuple

import numpy as np
from scipy.optimize import minimize_scalar

from agents import labs, suppliers
from agents.suppliers import NEOCLOUD
from model.bargaining import agree
from model.parameters import default_record
from model.state import Capacity, World, empty_world
from model.theory.benchmark import Benchmark, Outcome, Picture, Quantity, Series, Values, number

CHOKE, COST = 10.0, 1.0
"""Price of a lab's service at which nobody buys any, and cost of capacity; USD/H100e-hour."""
MOST = 1e9
"""More than anybody asks or pays."""
ROUNDS = 12


class Duopoly(NamedTuple):
    """Quantities of the supplier's own lab and of its rival."""

    own: float
    rival: float


def downstream(gamma: float, price: float) -> Duopoly:
    """Return what the labs sell (Cournot) if capacity costs the rival `price`; P_i = 10 - q_i - gamma q_j.

    Demand for AI services of this shape is not the market's; it stands for the world that labs sell to.
    """
    own, rival = np.linalg.solve([[2.0, gamma], [gamma, 2.0]], [CHOKE - COST, CHOKE - price])
    if rival < 0.0:
        return Duopoly(0.5 * (CHOKE - COST), 0.0)
    return Duopoly(float(own), float(rival))


def best_price(gamma: float, weight: float) -> float:
    """Return the price that makes most for a supplier and `weight` of its own lab, by search."""

    def loss(price: float) -> float:
        sold = downstream(gamma, price)
        return -((price - COST) * sold.rival + weight * sold.own**2)

    bounds = (COST, CHOKE - 0.5 * gamma * (CHOKE - COST))
    return float(minimize_scalar(loss, bounds=bounds, method="bounded", options={"xatol": 1e-12}).x)


def market_to_bargain(gamma: float, own_margin: float, free_share: float, alternative: float) -> World:
    """Return a world of an affiliated supplier and its lab, that lab's rival, and an independent supplier.

    The rival pays no more than its price would be if it sold nothing; the independent one has capacity or nothing.
    """
    world = empty_world(Capacity(2, 2, 1, 1, 1, 1))
    world.parameters[:] = default_record()
    off = ("credit_spread_share", "term_discount_share", "risk_aversion", "rival_discount_share")
    for name in (*off, "term_inflexibility_share"):
        world.parameters[name] = 0.0
    world.parameters["foreclosure_share"], world.parameters["serving_value_share"] = gamma, 1.0
    world.market["tightness"], world.market["opex_usd_per_h100e_hour"] = 1.0, COST
    world.market["contract_to_list_ratio"] = 1.0
    world.labs["alive"], world.labs["users_h100e"], world.labs["unit_cost_usd_per_h100e_hour"] = 1, 1.0, COST
    world.labs["spot_price_belief_usd_per_h100e_hour"] = MOST
    world.labs["service_price_usd_per_h100e_hour"] = (COST + own_margin, CHOKE - 0.5 * gamma * (CHOKE - COST))
    world.suppliers["alive"], world.suppliers["kind"], world.suppliers["usable_h100e"] = 1, NEOCLOUD, 1.0
    world.suppliers["list_price_usd_per_h100e_hour"] = (MOST, alternative)
    world.suppliers["lab_affiliation_share"] = (1.0, 0.0)
    world.pairs["tie_share"][0, 0] = 1.0
    world.offers["free_h100e"][0] = free_share
    world.offers["free_h100e"][1] = MOST if alternative < MOST else 0.0
    labs.bid(world, 1)
    suppliers.respond(world, 0)
    return world


def market_price(gamma: float, free_share: float = 0.0) -> float:
    """Return what the rival and the affiliated supplier agree on, its own lab's margin being what that makes it.

    A seller of anything with demand on a line takes a price half-way between its cost and the highest that anybody
    pays; so do two sides of the market with equal power. Nan if they have no room for a deal.
    """
    price = COST
    for _ in range(ROUNDS):
        price = float(agree(market_to_bargain(gamma, downstream(gamma, price).own, free_share, MOST), 1, 0))
        if math.isnan(price):
            break
    return price


def price_with_alternative(gamma: float, price: float, alternative: float) -> float:
    """Return that price, or the most that the rival pays once an independent supplier with capacity asks for less."""
    world = market_to_bargain(gamma, downstream(gamma, price).own, 0.0, alternative)
    return min(price, float(world.pairs["buyer_reservation_usd_per_h100e_hour"][1, 0]))


def ask(values: Values) -> Outcome:
    """Let the supplier respond and the pair agree, and maximise joint profit."""
    gamma, alternative = values["gamma"], values["w_outside"]
    affiliated, independent = best_price(gamma, 1.0), best_price(gamma, 0.0)
    price, free = market_price(gamma), market_price(gamma, free_share=1.0)
    with_other = price_with_alternative(gamma, price, alternative)
    output = downstream(gamma, affiliated).rival, downstream(gamma, price).rival
    rows = (
        Quantity("price", affiliated, price, 1e-6 * affiliated),
        Quantity("premium", affiliated - independent, price - free, 1e-6 * affiliated),
        Quantity("output", *output, 1e-6 * CHOKE),
        Quantity("price_when_free", independent, free, 1e-6 * independent),
        Quantity("price_with_alternative", min(affiliated, alternative), with_other, 1e-6 * alternative),
    )
    return Outcome(rows, picture(alternative))


def picture(alternative: float) -> Picture:
    """Draw the price against how alike the services are: capacity scarce, free, and beside an alternative."""
    grid = [float(g) for g in np.linspace(0.0, 0.9, 8)]
    scarce = [best_price(g, 1.0) for g in grid]
    lines = (
        Series("a lab of its own", grid, scarce, simulated=False),
        Series("no lab of its own", grid, [best_price(g, 0.0) for g in grid], simulated=False),
        Series("its own, an alternative", grid, [min(price, alternative) for price in scarce], simulated=False),
    )
    found = [market_price(g) for g in grid]
    free = [market_price(g, free_share=1.0) for g in grid]
    beside = [price_with_alternative(g, price, alternative) for g, price in zip(grid, found, strict=True)]
    points = Series("in the market", grid * 3, [*found, *free, *beside], simulated=True)
    return Picture("how alike the labs' services are", "price for the rival, USD/H100e-hour", (*lines, points))


BENCHMARK = Benchmark(
    "foreclosure",
    "What does a supplier with a lab of its own charge that lab's rival?",
    "max over w: (w - c) q2(w) + q1(w)^2, q from P_i = 10 - q_i - gamma q_j (Cournot, c = 1); min(w, w_outside)",
    (
        "agents/suppliers/pricing.py: reservation_price, foreclosure_charge, own_lab_margin",
        "agents/labs/portfolio.py: bid, rival_quotes",
        "model/bargaining.py: agree",
    ),
    "Salop & Scheffman (1983), Ordover, Saloner & Salop (1990); maximum by bounded search (SciPy)",
    "1e-6 of the price: the search stops there; demand on a line and the labs' contest are the benchmark's own",
    (
        number("gamma", 0.5, 0, 0.95, "-", "how alike the labs' services are"),
        number("w_outside", 4.0, 1, 10, "USD/H100e-hour", "price of an independent supplier with capacity"),
    ),
    ask,
)
