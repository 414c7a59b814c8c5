"""The continuous double auction with traders of zero intelligence (Gode & Sunder 1993).

In each step a trader with something left shouts a random price for its next order: a buyer no more than its limit and
a seller no less, unless they are unconstrained. A better bid or ask replaces the standing one; where they cross they
trade at the price shouted first, and the book is cleared. The fringe shouts nothing: at the end it buys what sellers
have left at their limits.
"""

import math
from typing import Any, NamedTuple

from agents.choices import CONSTRAINED
from agents.compiling import rule
from agents.fringe import Elastic, elastic_demand
from model import luck
from model.orders import SpotTrade, mean_price
from model.posted import pay_up_to


class Session(NamedTuple):
    """Whose luck it is: seed and month."""

    seed: int
    month: int


@rule
def is_next(book: Any, place: int) -> bool:
    """Tell whether an order of a sorted book is the best that its owner has left."""
    if book[place]["filled_h100e"] >= book[place]["quantity_h100e"]:
        return False
    for better in range(place):
        same = book[better]["owner"] == book[place]["owner"]
        if same and book[better]["filled_h100e"] < book[better]["quantity_h100e"]:
            return False
    return True


@rule
def trade_between(bid: Any, ask: Any, price: float) -> None:
    """Trade what both have left, at a price."""
    quantity = min(bid["quantity_h100e"] - bid["filled_h100e"], ask["quantity_h100e"] - ask["filled_h100e"])
    bid_left, ask_left = bid["quantity_h100e"] - bid["filled_h100e"], ask["quantity_h100e"] - ask["filled_h100e"]
    pay_up_to(bid, bid["quantity_h100e"] if bid_left <= quantity else bid["filled_h100e"] + quantity, price)
    pay_up_to(ask, ask["quantity_h100e"] if ask_left <= quantity else ask["filled_h100e"] + quantity, price)


@rule
def shout(limit: float, highest: float, draw: float, buys: bool, constrained: bool) -> float:
    """Return a random price between nothing and the highest shout, on the right side of the limit if constrained."""
    if not constrained:
        return draw * highest
    return draw * limit if buys else limit + draw * max(0.0, highest - limit)


@rule
def double_auction(
    bids: Any, bid_count: int, asks: Any, ask_count: int, fringe: Elastic, session: Session, parameters: Any
) -> SpotTrade:
    """Let the owners of sorted books shout and trade, then the fringe buy what is left."""
    best_bid, best_ask, bid_price, ask_price = -1, -1, 0.0, math.inf
    highest = parameters["spot_highest_shout_ratio"] * (bids[0]["price_usd_per_h100e_hour"] if bid_count > 0 else 0.0)
    constrained = parameters["spot_traders"] == CONSTRAINED
    orders = bid_count + ask_count
    shouts = parameters["spot_shouts"] if bid_count > 0 and ask_count > 0 else 0
    for step in range(shouts):
        place = min(orders - 1, int(orders * luck.uniform(session.seed, luck.SHOUTER, session.month, step)))
        draw = luck.uniform(session.seed, luck.SHOUT, session.month, step)
        if place < bid_count and is_next(bids, place):
            price = shout(bids[place]["price_usd_per_h100e_hour"], highest, draw, True, constrained)
            if price >= ask_price:
                trade_between(bids[place], asks[best_ask], ask_price)
                best_bid, best_ask, bid_price, ask_price = -1, -1, 0.0, math.inf
            elif price > bid_price:
                best_bid, bid_price = place, price
        elif place >= bid_count and is_next(asks, place - bid_count):
            price = shout(asks[place - bid_count]["price_usd_per_h100e_hour"], highest, draw, False, constrained)
            if price <= bid_price and best_bid >= 0:
                trade_between(bids[best_bid], asks[place - bid_count], bid_price)
                best_bid, best_ask, bid_price, ask_price = -1, -1, 0.0, math.inf
            elif price < ask_price:
                best_ask, ask_price = place - bid_count, price
    return sell_the_rest(asks, ask_count, fringe)


@rule
def sell_the_rest(asks: Any, ask_count: int, fringe: Elastic) -> SpotTrade:
    """Let the fringe buy what sorted asks have left, each at its own limit, for as long as it is worth that."""
    has, pays = 0.0, 0.0
    for ask in range(ask_count):
        order = asks[ask]
        price = order["price_usd_per_h100e_hour"]
        wanted = max(0.0, elastic_demand(fringe, price) - has) if fringe.quantity > 0.0 else 0.0
        left = order["quantity_h100e"] - order["filled_h100e"]
        if wanted > 0.0 and left > 0.0:
            quantity = min(left, wanted)
            pay_up_to(order, order["quantity_h100e"] if wanted >= left else order["filled_h100e"] + quantity, price)
            has += quantity
            pays += quantity * price
    return SpotTrade(mean_price(asks, ask_count), has, pays)
