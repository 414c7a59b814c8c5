"""Surplus of a month: what trade at true values and costs could be worth at most, by the kernel of the spot market."""

import math
from typing import Any

from agents.compiling import rule
from agents.fringe import Elastic
from model.auction import clearing_price, traded
from model.orders import add_order, sort_book


@rule
def largest_surplus(values: Any, wants: Any, costs: Any, capacities: Any, books: Any, surplus: Any) -> None:
    """Write the largest surplus of each row: that of a call auction in which everybody tells the truth.

    `values` and `wants` of buyers, shape (rows, buyers), `costs` and `capacities` of sellers, shape (rows, sellers);
    `books` is two scratch books with room for the more of them. USD an hour, where quantities are in H100e.
    """
    nobody, bids, asks = Elastic(0.0, 1.0, 1.0, 0.0), books[0], books[1]
    for row in range(len(surplus)):
        bid_count, ask_count = 0, 0
        for buyer in range(values.shape[1]):
            bid_count = add_order(bids, bid_count, values[row, buyer], wants[row, buyer], buyer)
        for seller in range(costs.shape[1]):
            ask_count = add_order(asks, ask_count, costs[row, seller], capacities[row, seller], seller)
        sort_book(bids, bid_count, False)
        sort_book(asks, ask_count, True)
        surplus[row] = 0.0
        price = clearing_price(bids, bid_count, asks, ask_count, nobody)
        if not math.isnan(price):
            traded(bids, bid_count, asks, ask_count, nobody, price)
            for bid in range(bid_count):
                surplus[row] += bids[bid]["filled_h100e"] * bids[bid]["price_usd_per_h100e_hour"]
            for ask in range(ask_count):
                surplus[row] -= asks[ask]["filled_h100e"] * asks[ask]["price_usd_per_h100e_hour"]
