"""The fringe: buyers without a name, whose demand answers to the spot price."""

import math
from typing import NamedTuple

from agents.base import Tables
from agents.choices import LINEAR
from agents.compiling import inner, rule


class Elastic(NamedTuple):
    """Demand that answers to price; quantity 0 for none.

    A line where `slope` is positive, quantity - slope (price - reference); else of constant elasticity, quantity x
    (price / reference)^-elasticity.
    """

    quantity: float
    reference: float
    elasticity: float
    slope: float = 0.0


@rule
def elastic_demand(demand: Elastic, price: float) -> float:
    """Return the quantity that elastic demand wants at a price."""
    if demand.quantity <= 0.0:
        return 0.0
    if demand.slope > 0.0:
        return max(0.0, demand.quantity - demand.slope * (price - demand.reference))
    return demand.quantity * math.exp(-demand.elasticity * math.log(price / demand.reference))


@rule
def elastic_price(demand: Elastic, quantity: float) -> float:
    """Return the price at which elastic demand wants a quantity."""
    if demand.slope > 0.0:
        return demand.reference + (demand.quantity - quantity) / demand.slope
    return demand.reference * math.exp(math.log(demand.quantity / quantity) / demand.elasticity)


@rule
def elastic_response(demand: Elastic, price: float) -> float:
    """Return by how much elastic demand falls per USD of price."""
    if demand.slope > 0.0:
        return demand.slope
    return demand.elasticity * elastic_demand(demand, price) / price


@inner
def fringe_demand(tables: Tables) -> Elastic:
    """Return what the fringe wants this month: trend and news scale it; on a line, news shifts it in parallel."""
    market, parameters = tables.market[0], tables.parameters[0]
    elasticity, reference = parameters["fringe_price_elasticity"], market["fringe_reference_usd_per_h100e_hour"]
    quantity = market["fringe_h100e"] * market["enterprise_scale"]
    slope = 0.0
    if parameters["fringe_demand_curve"] == LINEAR:
        slope = elasticity * quantity * math.exp(-market["demand_news_log"]) / reference
    return Elastic(quantity, reference, elasticity, slope)
