"""Asks of suppliers that undercut each other: the best reply to the asks of a month ago.

Edgeworth (1925): each asks a little less than its rivals, until it pays more to serve at a high price what they leave.
"""

import math

from agents.base import Tables
from agents.compiling import inner
from agents.fringe import Elastic, elastic_demand, fringe_demand
from agents.suppliers.economics import running_cost

HIGHEST_ASK = 60.0
"""Numerical guard, USD per H100e-hour."""


@inner
def spot_demand(tables: Tables, fringe: Elastic, price: float) -> float:
    """Return what labs (by their last bids) and the fringe want at a spot price, H100e."""
    wanted = elastic_demand(fringe, price)
    for i in range(len(tables.labs)):
        lab = tables.labs[i]
        if lab["spot_bid_usd_per_h100e_hour"] >= price:
            wanted += lab["alive"] * lab["spot_bid_h100e"]
        if lab["spot_training_bid_usd_per_h100e_hour"] >= price:
            wanted += lab["alive"] * lab["spot_training_bid_h100e"]
    return wanted


@inner
def sold_at(tables: Tables, j: int, wanted: float, price: float) -> float:
    """Return what supplier `j` would sell at a price at which so much is wanted, if the others ask what they asked."""
    cheaper, alike = 0.0, 0.0
    for other in range(len(tables.suppliers)):
        rival = tables.suppliers[other]
        if other != j and rival["alive"] == 1 and rival["spot_last_ask_usd_per_h100e_hour"] < price:
            cheaper += rival["spot_offered_h100e"]
        elif other != j and rival["alive"] == 1 and rival["spot_last_ask_usd_per_h100e_hour"] == price:
            alike += rival["spot_offered_h100e"]
    own = tables.suppliers[j]["spot_offered_h100e"]
    left = max(0.0, wanted - cheaper)
    return min(own, left * own / (own + alike)) if own > 0.0 else 0.0


@inner
def best_ask(tables: Tables, j: int) -> float:
    """Return the spot ask that would have earned supplier `j` most last month, in steps of the tick, USD."""
    tick, running = tables.parameters[0]["spot_price_tick_usd_per_h100e_hour"], running_cost(tables, j)
    fringe = fringe_demand(tables)
    step = math.floor(running / tick) + 1
    best, most = running, 0.0
    wanted = spot_demand(tables, fringe, step * tick)
    while wanted > 0.0 and step * tick <= HIGHEST_ASK:
        gain = (step * tick - running) * sold_at(tables, j, wanted, step * tick)
        if gain > most:
            best, most = step * tick, gain
        step += 1
        wanted = spot_demand(tables, fringe, step * tick)
    return best
