"""The spot market of steps: one price at which what is offered is what is wanted."""

from fractions import Fraction
from typing import NamedTuple

import numpy as np

from agents.fringe import Elastic
from model.auction import clearing_price, traded
from model.orders import add_order, sort_book
from model.state import DTYPES, Table
from model.theory.benchmark import Benchmark, Outcome, Picture, Quantity, Series, Values, numbers

NOBODY = Elastic(0.0, 1.0, 1.0)
"""No elastic demand beside the bids."""
ROUNDED = "Quantities are not whole: rounded sums choose among prices, and the tolerance of the price covers them."
TOO_LITTLE = "So little of what is offered or wanted is traded that it drowns in rounding."
Steps = list[list[float]]


class Clearing(NamedTuple):
    """What theory says: the most that can be traded without loss, the surplus, and the prices that allow it."""

    quantity: float
    surplus: float
    low: float
    high: float


def book_of(steps: Steps, rising: bool) -> tuple[Table, int]:
    """Return steps of [quantity, price] as a sorted book of orders, and their number."""
    book, count = np.zeros(len(steps), DTYPES["bids"]), 0
    for row, (quantity, price) in enumerate(steps):
        count = add_order(book, count, price, quantity, row)
    sort_book(book, count, rising)
    return book, count


def merit_order(bids: Steps, asks: Steps) -> Clearing:
    """Return the clearing of the steps: the dearest bid meets the cheapest ask for as long as neither loses.

    In fractions, so that 0.1 + 0.2 is 0.3.
    """
    demand = [[Fraction(str(q)), Fraction(str(p))] for q, p in sorted(bids, key=lambda step: -step[1]) if q > 0.0]
    supply = [[Fraction(str(q)), Fraction(str(p))] for q, p in sorted(asks, key=lambda step: step[1]) if q > 0.0]
    quantity = surplus = low = high = Fraction(0)
    while demand and supply and demand[0][1] >= supply[0][1]:
        high, low = demand[0][1], supply[0][1]
        part = min(demand[0][0], supply[0][0])
        quantity, surplus = quantity + part, surplus + part * (high - low)
        for side in (demand, supply):
            side[0][0] -= part
            if side[0][0] == 0:
                side.pop(0)
    if demand:
        low = max(low, demand[0][1])
    if supply:
        high = min(high, supply[0][1])
    return Clearing(float(quantity), float(surplus), float(low), float(high))


def total(bids: Steps, asks: Steps) -> float:
    """Return all that is wanted and offered."""
    return sum(quantity for quantity, _ in (*bids, *asks))


def rounding_of_price(bids: Steps, asks: Steps, middle: float) -> float:
    """Return how far the price may move if a trillionth more is wanted or offered; sums of whole numbers are exact."""
    if all(quantity % 1.0 == 0.0 for quantity, _ in (*bids, *asks)):
        return 0.0
    little = 1e-12 * total(bids, asks)
    dearest = max(price for _, price in bids)
    moved = (merit_order([*bids, [little, dearest]], asks), merit_order(bids, [*asks, [little, 0.0]]))
    ends = [end for clearing in moved for end in (clearing.low, clearing.high)]
    away = max(abs(end - middle) for end in ends)
    return away if away > 1e-9 * middle else 0.0


def ask(values: Values) -> Outcome:
    """Clear the steps by the rules of the spot market, and by merit order."""
    bids, asks = values["bids"], values["asks"]
    theory = merit_order(bids, asks)
    lines = [
        Series("demand", *staircase(bids, falling=True), simulated=False),
        Series("supply", *staircase(asks, falling=False), simulated=False),
    ]
    axes = ("quantity, H100e", "price, USD/H100e-hour")
    if theory.surplus <= 0.0:
        said = "No bid is above an ask: there is nothing to gain from trade, and no price that theory names."
        return Outcome((), Picture(*axes, tuple(lines)), said)
    if theory.quantity < 1e-6 * total(bids, asks):
        return Outcome((), Picture(*axes, tuple(lines)), TOO_LITTLE)
    (bid_book, bid_count), (ask_book, ask_count) = book_of(bids, False), book_of(asks, True)
    price = clearing_price(bid_book, bid_count, ask_book, ask_count, NOBODY)
    crossing = traded(bid_book, bid_count, ask_book, ask_count, NOBODY, price)
    worth, cost = (book["filled_h100e"] @ book["price_usd_per_h100e_hour"] for book in (bid_book, ask_book))
    value, middle = theory.quantity * theory.high, 0.5 * (theory.low + theory.high)
    slack = rounding_of_price(bids, asks, middle)
    quantities = (
        Quantity("price", middle, price, slack + 1e-9 * middle),
        Quantity("quantity", theory.quantity, crossing.quantity, 1e-9 * theory.quantity),
        Quantity("surplus", theory.surplus, float(worth - cost), 1e-9 * theory.surplus + 1e-12 * value),
    )
    lines.append(Series("cleared", [crossing.quantity], [price], simulated=True))
    return Outcome(quantities, Picture(*axes, tuple(lines)), ROUNDED if slack > 0.0 else "")


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
    (
        "model/auction.py: clearing_price, traded",
        "model/orders.py: sort_book, add_order",
    ),
    "uniform-price call auction; merit order in exact fractions",
    "1e-9 of the value: both sides are exact",
    (
        numbers("bids", [[10, 8], [10, 6], [10, 4], [10, 2]], 0, 1e9, "H100e, USD", "steps of demand", pairs=True),
        numbers("asks", [[15, 1], [10, 3], [10, 5]], 0, 1e9, "H100e, USD", "steps of supply", pairs=True),
    ),
    ask,
)
