"""The spot market: what contracts and enterprises leave over is sold for the month, by the chosen rule."""

import math

from agents.choices import AUCTION, DOUBLE_AUCTION, SMOOTHED
from agents.compiling import inner, stage
from agents.fringe import fringe_demand
from agents.units import USD_M_PER_MONTH
from model.auction import PriceStep, call_auction, smoothed_auction
from model.double_auction import Session, double_auction
from model.orders import add_order, sort_book
from model.posted import sell_as_posted
from model.state import World

LEAST_ASK = 1e-12
"""USD per H100e-hour: a price that is positive has a logarithm, which beliefs are kept in."""


@inner
def collect_bids(world: World) -> int:
    """Write the labs' bids into the book, dearest first; return their number."""
    count = 0
    for i in range(len(world.labs)):
        lab = world.labs[i]
        if lab["alive"] == 1:
            price, quantity = lab["spot_bid_usd_per_h100e_hour"], lab["spot_bid_h100e"]
            count = add_order(world.bids, count, price, quantity, i)
            price, quantity = lab["spot_training_bid_usd_per_h100e_hour"], lab["spot_training_bid_h100e"]
            count = add_order(world.bids, count, price, quantity, i)
    sort_book(world.bids, count, False)
    return count


@inner
def collect_asks(world: World) -> int:
    """Write the suppliers' asks into the book, cheapest first; return their number. Nobody asks nothing."""
    count = 0
    for j in range(len(world.suppliers)):
        supplier = world.suppliers[j]
        patient = supplier["spot_patient_share"] * supplier["spot_offered_h100e"]
        urgent = supplier["spot_offered_h100e"] - patient
        count = add_order(
            world.asks, count, max(LEAST_ASK, supplier["spot_patient_ask_usd_per_h100e_hour"]), patient, j
        )
        count = add_order(world.asks, count, max(LEAST_ASK, supplier["spot_urgent_ask_usd_per_h100e_hour"]), urgent, j)
    sort_book(world.asks, count, True)
    return count


@stage
def clear_spot(world: World) -> None:
    """Collect bids and asks, let them trade by the chosen rule, and hand out what was traded.

    The spot price is the mean price of what was sold; without a trade the last one stays, unless it is administered.
    """
    market, chosen = world.market[0], world.parameters[0]["spot_rule"]
    bid_count, ask_count, fringe = collect_bids(world), collect_asks(world), fringe_demand(world)
    if chosen == AUCTION:
        trade = call_auction(world.bids, bid_count, world.asks, ask_count, fringe)
    elif chosen == DOUBLE_AUCTION:
        session = Session(market["seed"], market["month"])
        trade = double_auction(world.bids, bid_count, world.asks, ask_count, fringe, session, world.parameters[0])
    elif chosen == SMOOTHED:
        step = PriceStep(market["spot_price_usd_per_h100e_hour"], world.parameters[0]["spot_smoothing_per_month"])
        trade = smoothed_auction(world.bids, bid_count, world.asks, ask_count, fringe, step)
    else:
        trade = sell_as_posted(world.bids, bid_count, world.asks, ask_count, fringe)
    hand_out(world, bid_count, ask_count)
    market["spot_fringe_h100e"] = trade.fringe_h100e
    market["spot_fringe_bill_usd_m"] = trade.fringe_usd_per_hour * USD_M_PER_MONTH
    if not math.isnan(trade.price):
        market["spot_price_usd_per_h100e_hour"] = trade.price


@inner
def hand_out(world: World, bid_count: int, ask_count: int) -> None:
    """Tell labs what they bought and owe, and suppliers what they sold and earn."""
    for i in range(len(world.labs)):
        world.labs[i]["spot_h100e"] = 0.0
        world.labs[i]["spot_bill_usd_m"] = 0.0
    for j in range(len(world.suppliers)):
        world.suppliers[j]["spot_sold_h100e"] = 0.0
        world.suppliers[j]["spot_revenue_usd_m"] = 0.0
    for bid in range(bid_count):
        lab, order = world.labs[world.bids[bid]["owner"]], world.bids[bid]
        lab["spot_h100e"] += order["filled_h100e"]
        lab["spot_bill_usd_m"] += order["value_usd_per_hour"] * USD_M_PER_MONTH
    for ask in range(ask_count):
        supplier, order = world.suppliers[world.asks[ask]["owner"]], world.asks[ask]
        supplier["spot_sold_h100e"] += order["filled_h100e"]
        supplier["spot_revenue_usd_m"] += order["value_usd_per_hour"] * USD_M_PER_MONTH
