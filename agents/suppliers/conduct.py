"""Capacity chosen by price: the supply curve of price takers, Cournot's best reply, and growth where there is profit.

Each rule names the capacity a supplier wants; `adjusting_order` moves towards it.
"""

import math
from typing import Any

from agents.base import Tables
from agents.choices import COURNOT, S_CURVE, SUPPLY_CURVE
from agents.compiling import inner, rule
from agents.fringe import elastic_response, fringe_demand
from agents.suppliers.economics import fresh_running_cost


@rule
def adjusting_order(installed: float, pipeline: float, wanted: float, lead: int, parameters: Any) -> float:
    """Return the order that replaces what wears out and closes a part of the gap, orders under way counted, H100e.

    max(0, d K + lambda [(K* - K) + w (d K (tau - 1) - WIP)]): with a life and a lead of one month and lambda 1, K*.
    """
    worn = installed / parameters["site_life_months"]
    gap = wanted - installed + parameters["supply_line_weight"] * (worn * (lead - 1.0) - pipeline)
    return max(0.0, worn + parameters["inventory_adjustment_per_month"] * gap)


@rule
def curve_capacity(reference: float, margin: float, slope: float, bounded: bool) -> float:
    """Return the capacity planned at an expected price: reference x (1 + s m), m = expected price / full cost - 1.

    `bounded` bends the line into an S between none and twice the reference, 1 + tanh(s m), as in Hommes (1994).
    """
    rise = math.tanh(slope * margin) if bounded else slope * margin
    return max(0.0, reference * (1.0 + rise))


@inner
def demand_response(tables: Tables) -> float:
    """Return by how much demand falls per USD of price, H100e: fringe, enterprises and what labs rent.

    Users feel the price of compute as far as it enters that of services; training feels all of it.
    """
    market, parameters = tables.market[0], tables.parameters[0]
    firm = parameters["enterprise_price_elasticity"] * market["enterprise_h100e"]
    felt = parameters["service_price_elasticity"] * parameters["service_market_cost_weight"]
    for i in range(len(tables.labs)):
        lab = tables.labs[i]
        need = lab["need_inference_h100e"] + lab["need_training_h100e"]
        if lab["alive"] == 1 and need > 0.0:
            rented = max(0.0, need - lab["own_h100e"]) / need
            elastic = felt * lab["need_inference_h100e"]
            elastic += parameters["training_price_elasticity"] * lab["need_training_h100e"]
            firm += rented * elastic
    fringe = elastic_response(fringe_demand(tables), market["spot_price_usd_per_h100e_hour"])
    return fringe + firm / market["contract_price_usd_per_h100e_hour"]


@inner
def best_reply(tables: Tables, j: int) -> float:
    """Return the capacity that is best for supplier `j` if the others keep theirs: (K + (p - c) D') / 2.

    Cournot (1838), with D' what demand loses per USD; for linear demand it is the reply to the rivals' capacity.
    """
    supplier = tables.suppliers[j]
    margin = supplier["price_belief_usd_per_h100e_hour"] - supplier["full_cost_usd_per_h100e_hour"]
    usable = supplier["installed_h100e"] * tables.parameters[0]["usable_share"]
    reply = max(0.0, 0.5 * (usable + margin * demand_response(tables)))
    return reply / tables.parameters[0]["usable_share"]


@inner
def capacity_by_price(tables: Tables, j: int) -> float:
    """Return the capacity supplier `j` wants, H100e, under a rule that plans by price; its full cost is known."""
    supplier, parameters = tables.suppliers[j], tables.parameters[0]
    chosen, cost = parameters["investment_rule"], supplier["full_cost_usd_per_h100e_hour"]
    price = supplier["price_belief_usd_per_h100e_hour"]
    if chosen in (SUPPLY_CURVE, S_CURVE):
        reference = supplier["demand_belief_h100e"] / parameters["usable_share"]
        return curve_capacity(reference, price / cost - 1.0, parameters["supply_curve_slope"], chosen == S_CURVE)
    if chosen == COURNOT:
        return best_reply(tables, j)
    running = fresh_running_cost(tables, supplier)
    return float(supplier["installed_h100e"] * max(0.0, price - running) / max(1e-9, cost - running))
