"""The spot market of steps: one price at which what is offered is what is wanted."""

import numpy as np
from scipy.optimize import linprog

from model.spot import Elastic, clearing_price, sort_book, traded
from model.state import DTYPES, Table
from model.theory.benchmark import Benchmark, Outcome, Picture, Quantity, Series, Values, numbers

NOBODY = Elastic(0.0, 1.0, 1.0)
"""No elastic demand beside the bids."""
ROUNDING = 1e-6
"""Quantities of linear programs are no more exact than this part of themselves."""
Steps = list[list[float]]


def book_of(steps: Steps, rising: bool) -> Table:
    """Return steps of [quantity, price] as a sorted book of orders."""
    book = np.zeros(len(steps), DTYPES["bids"])
    for row, (quantity, price) in enumerate(steps):
        book[row]["quantity_h100e"], book[row]["price_usd_per_h100e_hour"], book[row]["owner"] = quantity, price, row
    sort_book(book, len(book), rising)
    return book


def most_surplus(bids: Steps, asks: Steps) -> tuple[float, float]:
    """Return the largest surplus that trade can bring, by linear programming, and the least quantity that brings it."""
    gain = np.array([price for _, price in bids] + [-price for _, price in asks])
    sides = np.array([[1.0] * len(bids) + [-1.0] * len(asks)])
    bounds = [(0.0, quantity) for quantity, _ in (*bids, *asks)]
    best = -linprog(-gain, A_eq=sides, b_eq=[0.0], bounds=bounds, method="highs").fun
    bought = np.array([1.0] * len(bids) + [0.0] * len(asks))
    enough = {"A_ub": [-gain], "b_ub": [-best * (1.0 - 1e-12)]}
    least = linprog(bought, A_eq=sides, b_eq=[0.0], bounds=bounds, method="highs", **enough).fun
    return float(best), float(least)


def clearing_interval(bids: Steps, asks: Steps, quantity: float) -> tuple[float, float]:
    """Return the prices at which nobody left out would trade, and nobody who trades would rather not."""
    low, high = 0.0, float("inf")
    for steps, sign in ((bids, 1.0), (asks, -1.0)):
        filled = 0.0
        for size, price in sorted(steps, key=lambda step: -sign * step[1]):
            traded_part = min(size, max(0.0, quantity - filled))
            filled += size
            if traded_part > ROUNDING * max(1.0, quantity):
                low, high = (low, min(high, price)) if sign > 0 else (max(low, price), high)
            if size - traded_part > ROUNDING * max(1.0, quantity):
                low, high = (max(low, price), high) if sign > 0 else (low, min(high, price))
    return low, high


def ask(values: Values) -> Outcome:
    """Clear the steps by the rules of the spot market, and by linear programming."""
    bids, asks = values["bids"], values["asks"]
    surplus, quantity = most_surplus(bids, asks)
    low, high = clearing_interval(bids, asks, quantity)
    bid_book, ask_book = book_of(bids, False), book_of(asks, True)
    price = clearing_price(bid_book, len(bid_book), ask_book, len(ask_book), NOBODY)
    crossing = traded(bid_book, len(bid_book), ask_book, len(ask_book), NOBODY, price)
    won = float((bid_book["filled_h100e"] * (bid_book["price_usd_per_h100e_hour"] - price)).sum())
    won += float((ask_book["filled_h100e"] * (price - ask_book["price_usd_per_h100e_hour"])).sum())
    quantities = (
        Quantity("price", 0.5 * (low + high), price, 1e-9 * high),
        Quantity("quantity", quantity, crossing.quantity, 1e-9 * max(1.0, quantity)),
        Quantity("surplus", surplus, won, 1e-9 * max(1.0, surplus)),
    )
    lines = (
        Series("demand", *staircase(bids, falling=True), simulated=False),
        Series("supply", *staircase(asks, falling=False), simulated=False),
        Series("cleared", [crossing.quantity], [price], simulated=True),
    )
    said = "" if surplus > 0.0 else "No bid meets an ask: there is no trade, and no price that theory names."
    return Outcome(() if said else quantities, Picture("quantity, H100e", "price, USD/H100e-hour", lines), said)


def staircase(steps: Steps, *, falling: bool) -> tuple[list[float], list[float]]:
    """Return the corners of a curve of steps."""
    x, y, total = [], [], 0.0
    for quantity, price in sorted(steps, key=lambda step: -step[1] if falling else step[1]):
        x += [total, total + quantity]
        y += [price, price]
        total += quantity
    return x, y


BENCHMARK = Benchmark(
    "spot_clearing",
    "At which price does a call auction clear, and does it find all gains from trade?",
    "Q = most that willing buyers and sellers can trade; p = middle of the prices at which both sides agree to Q",
    ("model/spot.py: clearing_price, traded, sort_book",),
    "uniform-price call auction; theory page 1, B1; surplus by linear programming (HiGHS)",
    "1e-9 of the value: both sides are exact",
    (
        numbers("bids", [[10, 8], [10, 6], [10, 4], [10, 2]], 0, 1e9, "H100e, USD", "steps of demand", pairs=True),
        numbers("asks", [[15, 1], [10, 3], [10, 5]], 0, 1e9, "H100e, USD", "steps of supply", pairs=True),
    ),
    ask,
)
