"""What the alternatives of either side do to a bargain."""

import numpy as np
from scipy.optimize import minimize_scalar

from model.bargaining import nash_price
from model.theory.benchmark import Benchmark, Outcome, Picture, Quantity, Series, Values, choice, number


def threat_point_price(values: Values, buyer_outside: float) -> float:
    """Return the price that maximises the weighted Nash product over the outside prices, by search."""
    power, seller_outside = values["seller_power"], values["seller_outside"]

    def loss(price: float) -> float:
        return -float(power * np.log(price - seller_outside) + (1.0 - power) * np.log(buyer_outside - price))

    edge = 1e-12 * (buyer_outside - seller_outside)
    bounds = (seller_outside + edge, buyer_outside - edge)
    return float(minimize_scalar(loss, bounds=bounds, method="bounded", options={"xatol": 1e-12}).x)


def ask(values: Values) -> Outcome:
    """Bargain by the market's rule, and by maximising the Nash product."""
    axes = ("buyer's outside price, USD/H100e-hour", "price, USD/H100e-hour")
    buyer, seller = min(values["v"], values["buyer_outside"]), max(values["c"], values["seller_outside"])
    if values["convention"] == "outside_option_principle":
        said = "The market bargains with outside options as threat points; the other convention is not among its rules."
        return Outcome((), Picture(*axes, ()), said)
    if buyer <= seller:
        said = "The buyer's alternative is no dearer than the seller's: there is nothing to share, and no deal."
        return Outcome((), Picture(*axes, ()), said)
    values = values | {"seller_outside": seller}
    grid = [float(p) for p in np.linspace(seller + 0.05 * (buyer - seller), seller + 2.0 * (buyer - seller), 25)]
    lines = (
        Series("maximum of the Nash product", grid, [threat_point_price(values, p) for p in grid], simulated=False),
        Series(
            "price in the market", grid, [nash_price(p, seller, values["seller_power"]) for p in grid], simulated=True
        ),
    )
    price = float(nash_price(buyer, seller, values["seller_power"]))
    quantity = Quantity("price", threat_point_price(values, buyer), price, 1e-6 * price)
    return Outcome((quantity,), Picture(*axes, lines))


BENCHMARK = Benchmark(
    "outside_options",
    "How far does a better alternative move the price of a bargain?",
    "max (p - seller's outside price)^a (buyer's outside price - p)^(1 - a), a the seller's power",
    ("model/bargaining.py: nash_price",),
    "Nash (1950); maximum by bounded search (SciPy)",
    "1e-6 of the price: the search stops there",
    (
        number("v", 3.0, 0, 1e6, "USD/H100e-hour", "value for the buyer"),
        number("c", 1.2, 0, 1e6, "USD/H100e-hour", "cost of the seller"),
        number("buyer_outside", 2.5, 0, 1e6, "USD/H100e-hour", "price the buyer could have elsewhere"),
        number("seller_outside", 1.8, 0, 1e6, "USD/H100e-hour", "price the seller could have elsewhere"),
        number("seller_power", 0.5, 0.001, 0.999, "share", "bargaining power of the seller"),
        choice("convention", ("threat_point", "outside_option_principle"), "what an outside option does"),
    ),
    ask,
)
