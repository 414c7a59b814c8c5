"""Books of the spot market for tests: orders of (price, quantity), and random ones."""

from collections.abc import Iterable, Sequence

import numpy as np
from hypothesis import strategies as st

from agents.fringe import Elastic
from model.orders import add_order, sort_book
from model.state import DTYPES, Table

NOBODY = Elastic(0.0, 1.0, 1.0)
LINE = Elastic(5.0, 5.0, 1.0, 1.0)
"""Demand 10 - P."""

order = st.tuples(st.integers(1, 12), st.integers(1, 20))
orders = st.lists(order, min_size=1, max_size=6)
curve = st.builds(Elastic, st.floats(0.5, 60), st.floats(0.5, 12), st.floats(0.2, 3), st.just(0.0))
line = st.builds(Elastic, st.floats(5, 60), st.floats(0.5, 12), st.just(1.0), st.floats(0.5, 5))
fringe = st.one_of(st.just(NOBODY), curve)


def book(orders: Sequence[tuple[float, float]], rising: bool, owners: Iterable[int] | None = None) -> Table:
    """Return a sorted book; order k belongs to owner k unless told."""
    table, count = np.zeros(max(1, len(orders)), DTYPES["bids"]), 0
    for (price, quantity), owner in zip(orders, owners or range(len(orders)), strict=True):
        count = add_order(table, count, float(price), float(quantity), owner)
    sort_book(table, count, rising)
    return table


def most_surplus(bids: list[tuple[int, int]], asks: list[tuple[int, int]]) -> int:
    """Return the most gain from trade: unit by unit, the dearest bids meet the cheapest asks while both gain."""
    values = sorted((price for price, quantity in bids for _ in range(quantity)), reverse=True)
    costs = sorted(price for price, quantity in asks for _ in range(quantity))
    return sum(max(0, value - cost) for value, cost in zip(values, costs, strict=False))
