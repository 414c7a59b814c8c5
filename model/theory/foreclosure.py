"""What a supplier with a lab of its own charges that lab's rival, and when it cannot.

The market's supplier adds a charge to the least it takes, and the pair shares what is left: charge and prices agreed on
are the market's. How much the labs then sell, and so what the own lab earns, is the textbook's demand and contest: rows
that go round by them (price, premium, output) are checks of method.
"""

import math
from typing import NamedTuple

import numpy as np
from scipy.optimize import minimize_scalar

from agents import labs, suppliers
from agents.suppliers import NEOCLOUD
from model.bargaining import agree
from model.parameters import default_record
from model.state import Capacity, World, empty_world
from model.theory.benchmark import Benchmark, Comparison, Outcome, Picture, Quantity, Series, Values, number

CHOKE, COST = 10.0, 1.0
"""Price of a lab's service at which nobody buys any, and cost of capacity; USD/H100e-hour."""
MOST = 1e9
"""More than anybody asks or pays."""
ROUNDS = 12
WITHHELD = 0.05
"""Units that the rival sells less or more where theory's charge is measured; profit is a parabola, so any will do."""
NO_ROOM = 1e-6
"""Room for a deal that a search cannot tell from none, USD/H100e-hour."""
ELSEWHERE = (
    "The alternative is no dearer than what the affiliated supplier takes at least: there is no deal between the two, "
    "and the rival buys from the independent supplier at {:g}."
)
CAP = (
    "a seller who names its price and loses all above the alternative (Ordover, Saloner & Salop 1990); "
    "a pair of the market shares what lies between the seller's least and the alternative"
)


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


def market_charge(gamma: float, own_margin: float) -> float:
    """Return how much more the affiliated supplier wants of the rival while its capacity is scarce, not free."""
    scarce, free = (market_to_bargain(gamma, own_margin, share, MOST) for share in (0.0, 1.0))
    column = "seller_reservation_usd_per_h100e_hour"
    return float(scarce.pairs[column][1, 0] - free.pairs[column][1, 0])


def envelope_charge(gamma: float, rival: float) -> float:
    """Return what the own lab's best profit gains per unit that its rival sells less, by differences."""

    def profit(other: float) -> float:
        def loss(own: float) -> float:
            return -(CHOKE - own - gamma * other - COST) * own

        return -float(minimize_scalar(loss, bounds=(0.0, CHOKE), method="bounded", options={"xatol": 1e-10}).fun)

    return (profit(rival - WITHHELD) - profit(rival + WITHHELD)) / (2.0 * WITHHELD)


class Room(NamedTuple):
    """What theory says the affiliated supplier takes at least, and the rival pays at most, beside an alternative."""

    least: float
    most: float

    @property
    def is_there(self) -> bool:
        """Whether there is something to share, above what a search leaves open."""
        return self.most - self.least > NO_ROOM


def room_beside(gamma: float, alternative: float) -> Room:
    """Return the room for a deal: from cost and charge to the alternative, or what the rival earns if that is less."""
    rival = downstream(gamma, best_price(gamma, 1.0)).rival
    return Room(COST + envelope_charge(gamma, rival), min(alternative, CHOKE - 0.5 * gamma * (CHOKE - COST)))


def nash_price_of(room: Room) -> float:
    """Return the price that maximises the product of what both sides gain, by search."""

    def loss(price: float) -> float:
        return -(price - room.least) * (room.most - price)

    return float(minimize_scalar(loss, bounds=room, method="bounded", options={"xatol": 1e-12}).x)


def price_with_alternative(gamma: float, alternative: float) -> float:
    """Return what the pair of the market agrees on while an independent supplier with capacity asks for so much.

    The own lab's margin is what theory says that it earns. Nan if there is no room for a deal.
    """
    own = downstream(gamma, best_price(gamma, 1.0)).own
    return float(agree(market_to_bargain(gamma, own, 0.0, alternative), 1, 0))


def ask(values: Values) -> Outcome:
    """Let the supplier respond and the pair agree, and maximise joint profit and the product of gains."""
    gamma, alternative = values["gamma"], values["w_outside"]
    affiliated, independent = best_price(gamma, 1.0), best_price(gamma, 0.0)
    price, free = market_price(gamma), market_price(gamma, free_share=1.0)
    theory = downstream(gamma, affiliated)
    output = theory.rival, downstream(gamma, price).rival
    charge = envelope_charge(gamma, theory.rival), market_charge(gamma, theory.own)
    rows: tuple[Quantity, ...] = (
        Quantity("charge", *charge, 1e-6),
        Quantity("price_when_free", independent, free, 1e-6 * independent),
        Quantity("price", affiliated, price, 1e-6 * affiliated, counted=False),
        Quantity("premium", affiliated - independent, price - free, 1e-6 * affiliated, counted=False),
        Quantity("output", *output, 1e-6 * CHOKE, counted=False),
    )
    room, found = room_beside(gamma, alternative), price_with_alternative(gamma, alternative)
    if not room.is_there:
        deal = Quantity("deal_with_alternative", 0.0, float(not math.isnan(found)), 0.0)
        rows = (*rows, deal) if room.most < room.least - NO_ROOM else rows
        return Outcome(rows, picture(alternative), ELSEWHERE.format(alternative))
    rows = (*rows, Quantity("price_with_alternative", nash_price_of(room), found, 1e-6 * room.most))
    name, least = "closed form, min(w, w_outside)", min(affiliated, alternative)
    textbook = Comparison(name, least, found, CAP)
    return Outcome(rows, picture(alternative), comparisons=(textbook,))


def picture(alternative: float) -> Picture:
    """Draw the price against how alike the services are: capacity scarce, free, and beside an alternative."""
    grid = [float(g) for g in np.linspace(0.0, 0.9, 8)]
    rooms = {g: room for g in grid if (room := room_beside(g, alternative)).is_there}
    beside = [nash_price_of(room) for room in rooms.values()]
    lines = [
        Series("a lab of its own", grid, [best_price(g, 1.0) for g in grid], simulated=False),
        Series("no lab of its own", grid, [best_price(g, 0.0) for g in grid], simulated=False),
    ]
    if rooms:
        lines.append(Series("its own, an alternative", list(rooms), beside, simulated=False))
    found = [market_price(g) for g in grid] + [market_price(g, free_share=1.0) for g in grid]
    found += [price_with_alternative(g, alternative) for g in rooms]
    points = Series("in the market", [*grid, *grid, *rooms], found, simulated=True)
    return Picture("how alike the labs' services are", "price for the rival, USD/H100e-hour", (*lines, points))


BENCHMARK = Benchmark(
    "foreclosure",
    "What does a supplier with a lab of its own charge that lab's rival?",
    "max over w: (w - c) q2(w) + q1(w)^2, q from P_i = 10 - q_i - gamma q_j (Cournot, c = 1); charge -d(q1^2)/d q2; "
    "beside an alternative max (p - c - charge) (w_outside - p)",
    (
        "agents/suppliers/pricing.py: reservation_price, foreclosure_charge, own_lab_margin",
        "agents/labs/portfolio.py: bid, rival_quotes",
        "model/bargaining.py: agree",
    ),
    "Salop & Scheffman (1983), Ordover, Saloner & Salop (1990), Nash (1950); maxima by bounded search (SciPy)",
    "1e-6 of the price, and of a dollar for the charge: the search stops there; price, premium and output are checks "
    "of method, as demand on a line and the labs' contest are the benchmark's own",
    (
        number("gamma", 0.5, 0, 0.95, "-", "how alike the labs' services are"),
        number("w_outside", 4.0, 1, 10, "USD/H100e-hour", "price of an independent supplier with capacity"),
    ),
    ask,
)
