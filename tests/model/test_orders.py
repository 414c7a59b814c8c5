"""Orders: sorted by price, then by owner; empty ones are left out; the mean price of what is filled."""

import math

import numpy as np
import pytest
from hypothesis import given

from model.orders import add_order, mean_price
from model.state import DTYPES
from tests.books import book, orders


@pytest.mark.parametrize("rising", [True, False])
def test_the_book_is_sorted_by_price_then_owner(rising):
    orders = book([(3, 1), (1, 2), (2, 3), (1, 4)], rising, [7, 9, 8, 2])
    expected = [(1, 2, 4), (1, 9, 2), (2, 8, 3), (3, 7, 1)] if rising else [(3, 7, 1), (2, 8, 3), (1, 2, 4), (1, 9, 2)]
    found = [(o["price_usd_per_h100e_hour"], o["owner"], o["quantity_h100e"]) for o in orders]
    assert found == expected


def test_empty_orders_are_not_written():
    empty = np.zeros(2, DTYPES["bids"])
    assert add_order(empty, 0, 1.0, 0.0, 3) == 0
    assert add_order(empty, 0, 1.0, 2.0, 3) == 1


def test_an_order_starts_unfilled_wherever_it_is_written():
    used = np.ones(1, DTYPES["bids"])
    add_order(used, 0, 1.0, 2.0, 3)
    assert used[0].tolist() == (1.0, 2.0, 0.0, 0.0, 3)


@given(orders)
def test_sorting_loses_nothing(given_orders):
    for rising in (True, False):
        found = book(given_orders, rising)
        pairs = list(zip(found["price_usd_per_h100e_hour"], found["quantity_h100e"], strict=True))
        assert sorted(pairs) == sorted(given_orders)
        assert [price for price, _ in pairs] == sorted((price for price, _ in pairs), reverse=not rising)


def test_the_mean_price_is_that_of_what_is_filled():
    # 3 filled for 6 USD and 1 for 4; the empty order does not count
    filled = book([(2, 3), (4, 1), (9, 5)], True)
    assert math.isnan(mean_price(filled, 3))
    filled["filled_h100e"], filled["value_usd_per_hour"] = (3.0, 1.0, 0.0), (6.0, 4.0, 0.0)
    assert mean_price(filled, 3) == 2.5
