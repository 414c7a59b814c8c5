"""Posted prices: every supplier sells at its own ask, the cheapest first, to those who value it most.

Efficient rationing, as in Kreps & Scheinkman (1983): who pays the least has the highest value, so what is left for
dearer suppliers is demand less what the cheaper ones have sold.
"""

import math
from typing import Any

from agents.compiling import rule
from agents.fringe import Elastic, elastic_demand, elastic_price
from model.orders import SpotTrade, mean_price


@rule
def demand_at(bids: Any, bid_count: int, fringe: Elastic, price: float) -> float:
    """Return what bids and fringe want at a price."""
    wanted = elastic_demand(fringe, price)
    for bid in range(bid_count):
        if bids[bid]["price_usd_per_h100e_hour"] >= price:
            wanted += bids[bid]["quantity_h100e"]
    return wanted


@rule
def value_of_last(bids: Any, bid_count: int, fringe: Elastic, quantity: float) -> float:
    """Return the value of the last H100e when a quantity goes to those who value it most; bids are sorted, falling."""
    if quantity <= 0.0:
        return math.inf
    firm = 0.0
    for bid in range(bid_count):
        value = bids[bid]["price_usd_per_h100e_hour"]
        if firm + elastic_demand(fringe, value) >= quantity:
            break
        firm += bids[bid]["quantity_h100e"]
        if firm + elastic_demand(fringe, value) >= quantity:
            return value
    return elastic_price(fringe, quantity - firm) if fringe.quantity > 0.0 and quantity > firm else 0.0


@rule
def serve_up_to(bids: Any, bid_count: int, fringe: Elastic, sold: float, price: float) -> float:
    """Give `sold` to those who value it most, what is new of it at `price`; return what the fringe has of it."""
    last = value_of_last(bids, bid_count, fringe, sold)
    left = sold
    for bid in range(bid_count):
        order = bids[bid]
        if order["price_usd_per_h100e_hour"] > last:
            left -= pay_up_to(order, order["quantity_h100e"], price)
    firm_fringe = min(left, elastic_demand(fringe, last)) if last > 0.0 else 0.0
    left -= firm_fringe
    for bid in range(bid_count):
        order = bids[bid]
        if order["price_usd_per_h100e_hour"] == last:
            left -= pay_up_to(order, max(order["filled_h100e"], min(left, order["quantity_h100e"])), price)
    return firm_fringe


@rule
def pay_up_to(order: Any, filled: float, price: float) -> float:
    """Fill an order up to a quantity at a price, and return that quantity."""
    order["value_usd_per_hour"] += (filled - order["filled_h100e"]) * price
    order["filled_h100e"] = filled
    return filled


@rule
def sell_as_posted(bids: Any, bid_count: int, asks: Any, ask_count: int, fringe: Elastic) -> SpotTrade:
    """Let sorted asks sell one price after the other; those at one price share what is wanted there by size."""
    sold, fringe_has, fringe_pays, first = 0.0, 0.0, 0.0, 0
    while first < ask_count:
        price, offered, after = asks[first]["price_usd_per_h100e_hour"], 0.0, first
        while after < ask_count and asks[after]["price_usd_per_h100e_hour"] == price:
            offered += asks[after]["quantity_h100e"]
            after += 1
        share = min(1.0, max(0.0, demand_at(bids, bid_count, fringe, price) - sold) / offered)
        for ask in range(first, after):
            pay_up_to(asks[ask], share * asks[ask]["quantity_h100e"], price)
        sold += share * offered
        has = serve_up_to(bids, bid_count, fringe, sold, price)
        fringe_pays += (has - fringe_has) * price
        fringe_has, first = has, after
    return SpotTrade(mean_price(asks, ask_count), fringe_has, fringe_pays)
