"""The call auction: everybody trades at the one price at which what is offered is what is wanted."""

import math
from typing import Any, NamedTuple

from agents.compiling import rule
from agents.fringe import Elastic, elastic_demand, elastic_price
from model.orders import PRICE_CEILING, SpotTrade


class Crossing(NamedTuple):
    """Where supply and demand cross: price, quantity, and the elastic demand that is served."""

    price: float
    quantity: float
    elastic: float


class PriceStep(NamedTuple):
    """Where an administered price starts, and which part of the way to the clearing price it goes."""

    last: float
    speed: float


@rule
def clearing_price(bids: Any, bid_count: int, asks: Any, ask_count: int, demand: Elastic) -> float:
    """Return the uniform price of sorted step bids (falling), step asks (rising) and elastic demand.

    Walks up the prices: between two of them supply and firm demand are constant, and elastic demand falls. Where they
    agree over a whole interval, its middle. Without supply there is no price: nan.
    """
    supply, wanted = 0.0, 0.0
    for bid in range(bid_count):
        wanted += bids[bid]["quantity_h100e"]
    ask, bid, low = 0, bid_count, 0.0
    while ask < ask_count or bid > 0:
        price = math.inf
        if ask < ask_count:
            price = asks[ask]["price_usd_per_h100e_hour"]
        if bid > 0:
            price = min(price, bids[bid - 1]["price_usd_per_h100e_hour"])
        spare = supply - wanted
        if spare >= elastic_demand(demand, price) and supply > 0.0:
            if demand.quantity > 0.0 and spare > 0.0:
                return max(low, elastic_price(demand, spare))
            return 0.5 * (low + price)
        while ask < ask_count and asks[ask]["price_usd_per_h100e_hour"] == price:
            supply += asks[ask]["quantity_h100e"]
            ask += 1
        while bid > 0 and bids[bid - 1]["price_usd_per_h100e_hour"] == price:
            wanted -= bids[bid - 1]["quantity_h100e"]
            bid -= 1
        if supply >= wanted + elastic_demand(demand, price) and supply > 0.0:
            if bid == 0 and demand.quantity <= 0.0:
                return price
            if supply > wanted + elastic_demand(demand, price) or demand.quantity > 0.0:
                return price
        low = price
    if demand.quantity > 0.0 and supply > 0.0:
        return min(PRICE_CEILING, max(low, elastic_price(demand, supply)))
    return math.nan


@rule
def traded(bids: Any, bid_count: int, asks: Any, ask_count: int, demand: Elastic, price: float) -> Crossing:
    """Fill the orders at a price: better orders first, those at the price in proportion; return what was traded."""
    firm_bids, marginal_bids, firm_asks, marginal_asks = elastic_demand(demand, price), 0.0, 0.0, 0.0
    for bid in range(bid_count):
        if bids[bid]["price_usd_per_h100e_hour"] > price:
            firm_bids += bids[bid]["quantity_h100e"]
        elif bids[bid]["price_usd_per_h100e_hour"] == price:
            marginal_bids += bids[bid]["quantity_h100e"]
    for ask in range(ask_count):
        if asks[ask]["price_usd_per_h100e_hour"] < price:
            firm_asks += asks[ask]["quantity_h100e"]
        elif asks[ask]["price_usd_per_h100e_hour"] == price:
            marginal_asks += asks[ask]["quantity_h100e"]
    quantity = min(firm_bids + marginal_bids, firm_asks + marginal_asks)
    for bid in range(bid_count):
        fill_order(bids[bid], bids[bid]["price_usd_per_h100e_hour"] > price, price, quantity, firm_bids, marginal_bids)
    for ask in range(ask_count):
        fill_order(asks[ask], asks[ask]["price_usd_per_h100e_hour"] < price, price, quantity, firm_asks, marginal_asks)
    elastic = elastic_demand(demand, price)
    if firm_bids > quantity:
        elastic *= quantity / firm_bids
    return Crossing(price, quantity, elastic)


@rule
def fill_order(order: Any, better: bool, price: float, quantity: float, firm: float, marginal: float) -> None:
    """Fill one order at one price: the better in full as far as it goes, those at the price share the rest."""
    share = 0.0
    if better:
        share = min(1.0, quantity / firm) if firm > 0.0 else 0.0
    elif order["price_usd_per_h100e_hour"] == price and marginal > 0.0:
        share = min(1.0, max(0.0, quantity - firm) / marginal)
    order["filled_h100e"] = share * order["quantity_h100e"]
    order["value_usd_per_hour"] = order["filled_h100e"] * price


@rule
def call_auction(bids: Any, bid_count: int, asks: Any, ask_count: int, fringe: Elastic) -> SpotTrade:
    """Clear sorted books at one price."""
    price = clearing_price(bids, bid_count, asks, ask_count, fringe)
    if math.isnan(price):
        return SpotTrade(math.nan, 0.0, 0.0)
    crossing = traded(bids, bid_count, asks, ask_count, fringe, price)
    if crossing.quantity <= 0.0:
        return SpotTrade(math.nan, 0.0, 0.0)
    return SpotTrade(price, crossing.elastic, crossing.elastic * price)


@rule
def smoothed_auction(
    bids: Any, bid_count: int, asks: Any, ask_count: int, fringe: Elastic, step: PriceStep
) -> SpotTrade:
    """Trade sorted books at a price that only moves towards the clearing price; the longer side is rationed.

    It moves even in a month in which nobody trades at it. As in the spot market of AWS since November 2017 (George,
    Wolski, Krintz & Brevik 2019).
    """
    goal = clearing_price(bids, bid_count, asks, ask_count, fringe)
    if math.isnan(goal):
        return SpotTrade(math.nan, 0.0, 0.0)
    price = step.last + step.speed * (goal - step.last)
    crossing = traded(bids, bid_count, asks, ask_count, fringe, price)
    return SpotTrade(price, crossing.elastic, crossing.elastic * price)
