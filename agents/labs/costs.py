"""What a lab reckons each channel costs it, per H100e-hour."""

import math

from agents.base import PARTNER, Tables, channel_of
from agents.compiling import inner
from agents.costs import full_cost
from agents.suppliers import edge
from agents.suppliers.kinds import EDGE


@inner
def own_cost(tables: Tables, i: int) -> float:
    """Return the cost of an hour on lab `i`'s own new sites, integration overhead included."""
    lab, market, parameters = tables.labs[i], tables.market[0], tables.parameters[0]
    capex = market["capex_usd_per_h100e"] * lab["build_cost_ratio"]
    cost = full_cost(capex, market["opex_usd_per_h100e_hour"], lab["wacc_per_year"], parameters)
    return cost * (1.0 + parameters["integration_overhead_share"])


@inner
def serving_value(tables: Tables, i: int) -> float:
    """Return what an hour of inference capacity is worth to lab `i`: its price less what else serving costs."""
    return tables.parameters[0]["serving_value_share"] * tables.labs[i]["service_price_usd_per_h100e_hour"]


@inner
def spot_cost(tables: Tables, i: int, value: float) -> float:
    """Return the expected cost of an hour of work left to the spot market.

    p/e (1 + risk aversion CV^2 / 2) + (1 - fill) (v - p/e)+ : spot hours are interrupted (e), their price varies,
    and a bid may fail.
    """
    lab, market, parameters = tables.labs[i], tables.market[0], tables.parameters[0]
    price = lab["spot_price_belief_usd_per_h100e_hour"] / parameters["spot_service_share"]
    risk = 1.0 + 0.5 * parameters["risk_aversion"] * market["spot_price_variance_log"]
    return price * risk + (1.0 - lab["spot_fill_belief_share"]) * max(0.0, value - price)


@inner
def risk_charge(tables: Tables, i: int, j: int, value: float) -> float:
    """Return what the risks of supplier `j` are worth to lab `i`, USD per H100e-hour.

    Dependence: lambda v p (1 - p) s, the marginal variance of a concentrated portfolio. Rivalry: omega v a (1 - tie)
    e^(-k U), overridden by urgency. Recall: hazard x months without a substitute x the loss. Term: phi sigma
    sqrt(years) p. Nearness to users counts against them.
    """
    lab, supplier, parameters = tables.labs[i], tables.suppliers[j], tables.parameters[0]
    failing = parameters["non_delivery_per_month"]
    dependence = parameters["risk_aversion"] * value * failing * (1.0 - failing) * tables.pairs[i, j]["share_of_supply"]
    rivalry = parameters["rival_discount_share"] * value * supplier["lab_affiliation_share"]
    if rivalry > 0.0:
        urgency = math.exp(-parameters["rival_urgency"] * lab["unserved_share"])
        rivalry *= (1.0 - tables.pairs[i, j]["tie_share"]) * urgency
    price = tables.market[0]["contract_price_usd_per_h100e_hour"]
    recall = 0.0
    if channel_of(supplier) == PARTNER:
        uncovered = max(0.0, parameters["replacement_months"] - float(supplier["notice_months"]))
        recall = parameters["recall_hazard_per_month"] * uncovered * max(0.0, value - price)
    spread = parameters["forecast_error_per_root_month"] * math.sqrt(12.0)
    term = parameters["term_inflexibility_share"] * spread * math.sqrt(float(supplier["term_months"]) / 12.0) * price
    near = edge.nearness(tables) if supplier["kind"] == EDGE else 0.0
    return dependence + rivalry + recall + term - near
