"""Orders of the spot market: the book of limits, sorted and filled."""

import math
from typing import Any, NamedTuple

from agents.compiling import rule

PRICE_CEILING = 60.0
"""Numerical guard of spot prices, USD per H100e-hour; counted in `guard_bindings`."""


class SpotTrade(NamedTuple):
    """What a month of spot trade gave: the mean price (nan without trade), and what the fringe got and pays an hour."""

    price: float
    fringe_h100e: float
    fringe_usd_per_hour: float


@rule
def sort_book(book: Any, count: int, rising: bool) -> None:
    """Sort the first `count` orders of a book by price (and by owner where prices are equal), in place."""
    for place in range(1, count):
        price, quantity, owner = (
            book[place]["price_usd_per_h100e_hour"],
            book[place]["quantity_h100e"],
            book[place]["owner"],
        )
        before = place - 1
        while before >= 0 and comes_after(book[before], price, owner, rising):
            book[before + 1]["price_usd_per_h100e_hour"] = book[before]["price_usd_per_h100e_hour"]
            book[before + 1]["quantity_h100e"] = book[before]["quantity_h100e"]
            book[before + 1]["owner"] = book[before]["owner"]
            before -= 1
        book[before + 1]["price_usd_per_h100e_hour"] = price
        book[before + 1]["quantity_h100e"] = quantity
        book[before + 1]["owner"] = owner


@rule
def comes_after(order: Any, price: float, owner: int, rising: bool) -> bool:
    """Tell whether an order belongs behind one of that price and owner."""
    if order["price_usd_per_h100e_hour"] == price:
        return bool(order["owner"] > owner)
    return bool((order["price_usd_per_h100e_hour"] > price) == rising)


@rule
def add_order(book: Any, count: int, price: float, quantity: float, owner: int) -> int:
    """Append an order to a book if its quantity is positive; return the number of orders."""
    if quantity <= 0.0:
        return count
    book[count]["price_usd_per_h100e_hour"] = price
    book[count]["quantity_h100e"] = quantity
    book[count]["filled_h100e"] = 0.0
    book[count]["value_usd_per_hour"] = 0.0
    book[count]["owner"] = owner
    return count + 1


@rule
def mean_price(book: Any, count: int) -> float:
    """Return the mean price of the filled orders of a book, nan if there is none."""
    quantity, value = 0.0, 0.0
    for order in range(count):
        quantity += book[order]["filled_h100e"]
        value += book[order]["value_usd_per_hour"]
    return value / quantity if quantity > 0.0 else math.nan
