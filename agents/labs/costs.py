"""What a lab reckons each channel costs it, per H100e-hour."""

import math

from agents.base import Tables
from agents.compiling import inner
from agents.costs import full_cost, new_running_cost
from agents.hardware import lab_ratio
from agents.labs.integration import overhead_share, own_work_h100e
from agents.labs.locality import locality_charge
from agents.labs.porting import porting_charge
from agents.labs.relationship import set_up_charge
from agents.suppliers import edge
from agents.suppliers.kinds import EDGE


@inner
def own_cost(tables: Tables, i: int) -> float:
    """Return the cost of an hour's work on lab `i`'s own new sites, integration overhead included."""
    lab, market, parameters = tables.labs[i], tables.market[0], tables.parameters[0]
    capex = market["capex_usd_per_h100e"] * lab_ratio(tables, i)
    cost = full_cost(capex, new_running_cost(market, lab), lab["wacc_per_year"], parameters)
    need = lab["need_inference_h100e"] + lab["need_training_h100e"]
    return cost * (1.0 + overhead_share(lab["own_h100e"], need, parameters)) / own_work_h100e(1.0, parameters)


@inner
def serving_value(tables: Tables, i: int) -> float:
    """Return what an hour of inference capacity is worth to lab `i`: its price less what else serving costs."""
    return tables.parameters[0]["serving_value_share"] * tables.labs[i]["service_price_usd_per_h100e_hour"]


@inner
def spot_cost(tables: Tables, i: int, value: float) -> float:
    """Return the expected cost of an hour of work left to the spot market.

    p/e (1 + h x + risk aversion CV^2 (1 - h)^2 / 2) + (1 - fill) (v - p/e)+ : spot hours are interrupted (e), their
    price varies, and a bid may fail; h is the part that the lab counts as bought forward, at a premium x.
    """
    lab, market, parameters = tables.labs[i], tables.market[0], tables.parameters[0]
    price = lab["spot_price_belief_usd_per_h100e_hour"] / parameters["spot_service_share"]
    hedged = lab["planned_hedge_share"]
    open_share = 1.0 - hedged
    risk = 0.5 * parameters["risk_aversion"] * market["spot_price_variance_log"] * open_share * open_share
    risk += 1.0 + hedged * market["forward_premium"]
    return price * risk + (1.0 - lab["spot_fill_belief_share"]) * max(0.0, value - price)


@inner
def risk_charge(tables: Tables, i: int, j: int, value: float) -> float:
    """Return what the risks of supplier `j` are worth to lab `i`, USD per H100e-hour.

    Dependence: lambda v p (1 - p) s, the marginal variance of a concentrated portfolio. Rivalry: omega v a (1 - tie)
    e^(-k U), overridden by urgency. What the terms of their package cost the lab, recall and length among them. What it
    takes to set up a deal, and to port software to chips of another maker. Place: what an hour there is worth less, or
    more, than one elsewhere; an edge network is near users anyway.
    """
    lab, supplier, parameters = tables.labs[i], tables.suppliers[j], tables.parameters[0]
    failing = parameters["non_delivery_per_month"]
    dependence = parameters["risk_aversion"] * value * failing * (1.0 - failing) * tables.pairs[i, j]["share_of_supply"]
    rivalry = parameters["rival_discount_share"] * value * supplier["lab_affiliation_share"]
    if rivalry > 0.0:
        urgency = math.exp(-parameters["rival_urgency"] * lab["unserved_share"])
        rivalry *= (1.0 - tables.pairs[i, j]["tie_share"]) * urgency
    terms = float(tables.pairs[i, j]["terms_charge_usd_per_h100e_hour"])
    effort = set_up_charge(tables, i, j, value) + porting_charge(tables, i, j, value)
    near = edge.nearness(tables) if supplier["kind"] == EDGE else 0.0
    return dependence + rivalry + terms + effort + locality_charge(tables, i, j, value) - near
