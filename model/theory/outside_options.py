"""What the alternatives of either side do to a bargain."""

import numpy as np
from scipy.optimize import minimize_scalar

from agents.choices import OUTSIDE_OPTION_RULES
from model.bargaining import agree
from model.parameters import default_record
from model.state import Capacity, World, empty_world
from model.theory.benchmark import Benchmark, Outcome, Picture, Quantity, Series, Values, choice, number

STEP = 1e-4
"""By how much the buyer's outside price falls to see the price follow / what there is to share."""
THREAT, PRINCIPLE = OUTSIDE_OPTION_RULES


def pair_that_talks(values: Values, buyer_outside: float) -> World:
    """Return a world of one lab and one supplier whom it has asked, with those outside prices."""
    world = empty_world(Capacity(1, 1, 1, 1, 1, 1))
    world.parameters[:] = default_record()
    world.parameters["outside_option_rule"] = OUTSIDE_OPTION_RULES.index(values["convention"])
    world.parameters["serving_value_share"], world.parameters["tightness_exponent"] = 1.0, 1.0
    world.market["tightness"] = values["seller_power"] / (1.0 - values["seller_power"])
    world.market["opex_usd_per_h100e_hour"] = values["c"]
    world.labs["service_price_usd_per_h100e_hour"] = values["v"]
    pair = world.pairs[0, 0]
    pair["asked_rank"] = 1
    pair["buyer_reservation_usd_per_h100e_hour"] = min(values["v"], buyer_outside)
    pair["seller_reservation_usd_per_h100e_hour"] = max(values["c"], values["seller_outside"])
    return world


def market_price(values: Values, buyer_outside: float) -> float:
    """Return the price that the pair agrees on in the market."""
    return float(agree(pair_that_talks(values, buyer_outside), 0, 0))


def best_price(values: Values, buyer_outside: float) -> float:
    """Return the price that maximises the weighted Nash product, by search.

    Under threat points it is gains over the outside prices that are multiplied; under the principle gains over value
    and cost, and the search goes no further than the outside prices.
    """
    power = values["seller_power"]
    low, high = max(values["c"], values["seller_outside"]), min(values["v"], buyer_outside)
    seller, buyer = (values["c"], values["v"]) if values["convention"] == PRINCIPLE else (low, high)

    def loss(price: float) -> float:
        return -float(power * np.log(price - seller) + (1.0 - power) * np.log(buyer - price))

    edge = 1e-12 * (high - low)
    bounds = (low + edge, high - edge)
    return float(minimize_scalar(loss, bounds=bounds, method="bounded", options={"xatol": 1e-12}).x)


def price_of(values: Values, buyer_outside: float) -> float:
    """Return that price in closed form."""
    power = values["seller_power"]
    low, high = max(values["c"], values["seller_outside"]), min(values["v"], buyer_outside)
    if values["convention"] == PRINCIPLE:
        return float(np.clip((1.0 - power) * values["c"] + power * values["v"], low, high))
    return float((1.0 - power) * low + power * high)


def picture(values: Values, seller: float, most: float) -> Picture:
    """Draw the price against the buyer's outside price, up to where it is worse than no deal."""
    grid = [float(p) for p in np.linspace(seller + 0.04 * (most - seller), seller + 1.2 * (most - seller), 12)]
    lines, found = [], []
    for label, convention in (("threat point", THREAT), ("outside-option principle", PRINCIPLE)):
        case = values | {"convention": convention}
        lines.append(Series(label, grid, [best_price(case, p) for p in grid], simulated=False))
        found += [market_price(case, p) for p in grid]
    points = Series("price in the market", grid * 2, found, simulated=True)
    return Picture("buyer's outside price, USD/H100e-hour", "price, USD/H100e-hour", (*lines, points))


def ask(values: Values) -> Outcome:
    """Let a pair of the market bargain, and maximise the Nash product."""
    outside = values["buyer_outside"]
    buyer, seller = min(values["v"], outside), max(values["c"], values["seller_outside"])
    if buyer - seller <= 1e-9 * buyer:
        said = "The buyer's alternative is no dearer than the seller's: there is nothing to share, and no deal."
        return Outcome((), Picture("buyer's outside price, USD/H100e-hour", "price, USD/H100e-hour", ()), said)
    best, price = best_price(values, outside), market_price(values, outside)
    step = STEP * (buyer - seller)
    expected = (price_of(values, outside) - price_of(values, outside - step)) / step
    followed = (price - market_price(values, outside - step)) / step
    rounding = 1e-15 * max(values["v"], outside) / step
    quantities = (
        Quantity("price", best, price, 1e-6 * price + 1e-8 * (buyer - seller)),
        Quantity("pass_through", expected, followed, 1e-6 + rounding),
    )
    return Outcome(quantities, picture(values, seller, values["v"]))


BENCHMARK = Benchmark(
    "outside_options",
    "How far does a better alternative move the price of a bargain?",
    "max (p - s)^a (b - p)^(1 - a), a the seller's power; s, b outside prices, or cost and value and p within those",
    ("model/bargaining.py: agree, split, settled_price, nash_price, seller_share",),
    "Nash (1950); Binmore, Rubinstein & Wolinsky (1986); maximum by bounded search (SciPy)",
    "price 1e-6 of it, 1e-8 of the room for a deal: the search stops there; pass-through 1e-6: both sides are exact",
    (
        number("v", 3.0, 0, 1e6, "USD/H100e-hour", "value for the buyer"),
        number("c", 1.2, 0, 1e6, "USD/H100e-hour", "cost of the seller"),
        number("buyer_outside", 2.5, 0, 1e6, "USD/H100e-hour", "price the buyer could have elsewhere"),
        number("seller_outside", 1.8, 0, 1e6, "USD/H100e-hour", "price the seller could have elsewhere"),
        number("seller_power", 0.5, 0.001, 0.999, "share", "bargaining power of the seller"),
        choice("convention", (THREAT, PRINCIPLE), "what an outside option does"),
    ),
    ask,
)
