"""The spot market: what contracts and enterprises leave over clears in one uniform-price call auction."""

import math
from typing import Any, NamedTuple

from agents.compiling import rule, stage
from model.state import World

PRICE_CEILING = 60.0
"""Numerical guard of the clearing price, USD per H100e-hour; counted in `guard_bindings`."""


class Elastic(NamedTuple):
    """Demand of constant elasticity: quantity x (price / reference)^-elasticity; quantity 0 for none."""

    quantity: float
    reference: float
    elasticity: float


class Crossing(NamedTuple):
    """Where supply and demand cross: price, quantity, and the elastic demand that is served."""

    price: float
    quantity: float
    elastic: float


@rule
def elastic_demand(demand: Elastic, price: float) -> float:
    """Return the quantity that elastic demand wants at a price."""
    if demand.quantity <= 0.0:
        return 0.0
    return demand.quantity * math.exp(-demand.elasticity * math.log(price / demand.reference))


@rule
def elastic_price(demand: Elastic, quantity: float) -> float:
    """Return the price at which elastic demand wants a quantity."""
    return demand.reference * math.exp(math.log(demand.quantity / quantity) / demand.elasticity)


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
    """Fill one order: the better side of the price in full as far as it goes, orders at the price share the rest."""
    share = 0.0
    if better:
        share = min(1.0, quantity / firm) if firm > 0.0 else 0.0
    elif order["price_usd_per_h100e_hour"] == price and marginal > 0.0:
        share = min(1.0, max(0.0, quantity - firm) / marginal)
    order["filled_h100e"] = share * order["quantity_h100e"]


@rule
def add_order(book: Any, count: int, price: float, quantity: float, owner: int) -> int:
    """Append an order to a book if its quantity is positive; return the number of orders."""
    if quantity <= 0.0:
        return count
    book[count]["price_usd_per_h100e_hour"] = price
    book[count]["quantity_h100e"] = quantity
    book[count]["filled_h100e"] = 0.0
    book[count]["owner"] = owner
    return count + 1


@stage
def clear_spot(world: World) -> None:
    """Collect bids and asks, clear at one price, and hand out what was traded; without a trade the last price stays."""
    market, parameters = world.market[0], world.parameters[0]
    bid_count, ask_count = 0, 0
    for i in range(len(world.labs)):
        lab = world.labs[i]
        lab["spot_h100e"] = 0.0
        if lab["alive"] == 1:
            price, quantity = lab["spot_bid_usd_per_h100e_hour"], lab["spot_bid_h100e"]
            bid_count = add_order(world.bids, bid_count, price, quantity, i)
            price, quantity = lab["spot_training_bid_usd_per_h100e_hour"], lab["spot_training_bid_h100e"]
            bid_count = add_order(world.bids, bid_count, price, quantity, i)
    for j in range(len(world.suppliers)):
        supplier = world.suppliers[j]
        supplier["spot_sold_h100e"] = 0.0
        patient = supplier["spot_patient_share"] * supplier["spot_offered_h100e"]
        urgent = supplier["spot_offered_h100e"] - patient
        ask_count = add_order(world.asks, ask_count, supplier["spot_patient_ask_usd_per_h100e_hour"], patient, j)
        ask_count = add_order(world.asks, ask_count, supplier["spot_urgent_ask_usd_per_h100e_hour"], urgent, j)
    sort_book(world.bids, bid_count, False)
    sort_book(world.asks, ask_count, True)
    fringe = Elastic(
        market["fringe_h100e"] * market["enterprise_scale"],
        market["fringe_reference_usd_per_h100e_hour"],
        parameters["fringe_price_elasticity"],
    )
    price = clearing_price(world.bids, bid_count, world.asks, ask_count, fringe)
    crossing = Crossing(price, 0.0, 0.0)
    if not math.isnan(price):
        crossing = traded(world.bids, bid_count, world.asks, ask_count, fringe, price)
    for bid in range(bid_count):
        world.labs[world.bids[bid]["owner"]]["spot_h100e"] += world.bids[bid]["filled_h100e"]
    for ask in range(ask_count):
        world.suppliers[world.asks[ask]["owner"]]["spot_sold_h100e"] += world.asks[ask]["filled_h100e"]
    market["spot_fringe_h100e"] = crossing.elastic
    if crossing.quantity > 0.0:
        market["spot_price_usd_per_h100e_hour"] = price
